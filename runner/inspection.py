"""What an import would refuse or doubt, found by importing into a folder of its own."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from runner import intake, landing, messages, template, times, vocabulary, zones
from runner.faults import DataFault
from runner.landing import Landed
from runner.messages import _, language
from runner.options import Options
from runner.remarks import DOUBT, NOTE, REFUSED, Remark, of_fault
from runner.warehouse import Warehouse, path_text, text

# More places than anybody corrects by hand; the rest is counted.
PLACES = 10_000


@dataclass
class Inspected:
    """One file: what would land of it, and what was found."""

    file: Path
    landed: list[Landed] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    # By sheet: how times are written and how often, the zone of those without an offset, and how
    # many remarks are beyond those told.
    times: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)
    untold: dict[str, int] = field(default_factory=dict)

    @property
    def is_refused(self) -> bool:
        """Say whether the import would refuse something of it."""
        return any(remark.weight == REFUSED for remark in self.remarks)

    def understood(self, entry: Landed) -> list[str]:
        """Give the lines that the import itself does not say of a sheet."""
        examples = self.times[entry.sheet]
        found = {
            _("times as written"): [f"{example} ({count:,})" for example, count in examples],
            _("zone of times without offset"): [self.zones[entry.sheet]],
        }
        return [f"  {label}: {', '.join(texts)}" for label, texts in found.items() if any(texts)]

    def verdict(self) -> str:
        """Say in a line whether the import would take the file."""
        counts = [
            sum(remark.weight == weight for remark in self.remarks) for weight in (REFUSED, DOUBT)
        ]
        return _(
            "{file}: {refused} refused, {doubtful} doubtful",
            file=self.file.name,
            refused=f"{counts[0] + sum(self.untold.values()):,}",
            doubtful=f"{counts[1]:,}",
        )


def inspect(file: Path, options: Options) -> Inspected:
    """Inspect a file; raise `WrongUsage` for an option that is wrong."""
    inspected = Inspected(file)
    asked: list[str] = []

    def assume(problem: str) -> str:
        """Go on in the reporting zone: that none is declared becomes a remark."""
        asked.append(problem)
        return zones.project_var("reporting_time_zone", "Asia/Tokyo")

    with tempfile.TemporaryDirectory(prefix="l2c-inspect-") as folder:
        try:
            inspected.landed = landing.import_files(
                [file], Path(folder), dataclasses.replace(options, ask_zone=assume)
            )
        except DataFault as fault:
            inspected.remarks.append(of_fault(fault))
        with Warehouse() as warehouse:
            for entry in inspected.landed:
                rows = f"read_parquet({path_text(landing.path_of(Path(folder), entry))})"
                _look(inspected, entry, warehouse, rows, zone_is_missing=bool(asked))
    return inspected


def _look(
    inspected: Inspected, entry: Landed, warehouse: Warehouse, rows: str, *, zone_is_missing: bool
) -> None:
    """Add what was found in one landed sheet."""
    found: dict[Remark, None] = {}
    for source in (
        _rejected(entry, warehouse, rows),
        _bad_cells(entry, warehouse, rows),
        _without_zone(entry, warehouse, rows) if zone_is_missing else (),
        _unknown_activities(entry, warehouse, rows),
        _misspelt_headers(entry),
        _examples_in_use(entry, warehouse, rows),
        _skipped(entry),
    ):
        found |= dict.fromkeys(source)
    inspected.remarks += found
    inspected.untold[entry.sheet] = max(0, entry.rejected - PLACES) + max(
        0, sum(entry.bad_cells.values()) - PLACES
    )
    inspected.times[entry.sheet] = [
        (example, count)
        for example, count in warehouse.rows(
            f"select min(EventTime), count(*) from {rows} where event_at is not null"
            " group by regexp_replace(EventTime, '[0-9]+', '9', 'g') order by 2 desc, 1 limit 5"
        )
    ]
    zone = warehouse.rows(f"select min(time_zone) from {rows} where not is_date_only")[0][0]
    inspected.zones[entry.sheet] = "" if zone_is_missing else zone or ""


def _headers(entry: Landed) -> dict[str, str]:
    """Give the header that fills each template column or holds the dates of each activity."""
    return {became: header for header, became in entry.matched}


def _expected(column: str) -> str:
    return next(
        (known.expected[language()] for known in vocabulary.columns() if known.name == column), ""
    )


def _expected_time(code: str, value: str) -> str:
    if code == times.AMBIGUOUS:
        return _("; ").join(intake.either_way(value))
    return _expected("EventTime") if code.startswith("time_") else ""


def _rejected(entry: Landed, warehouse: Warehouse, rows: str) -> Iterator[Remark]:
    """Tell each fault of each rejected row with the columns it is about."""
    headers, reasons = _headers(entry), vocabulary.reasons()
    missing = {
        "case_missing": tuple(
            headers[name] for name in ("SalesOpportunity", "LeadNumber") if name in headers
        ),
        "activity_missing": (headers.get("ActivityName", "ActivityName"),),
    }
    for row, faults, columns, time in warehouse.rows(
        "select source_row, faults, fault_columns, EventTime"
        f" from {rows} where faults is not null order by source_order limit {PLACES}"
    ):
        # The columns of a row's faults are joined in the order of its faults.
        rest = columns or ""
        for code in faults.split(" "):
            about = missing.get(code) or _known(rest, entry.headers)
            rest = rest.removeprefix(", ".join(about)).removeprefix(", ")
            found = Remark(
                REFUSED,
                reasons[code].text[language()],
                entry.sheet,
                row,
                about,
                time if code.startswith("time_") else None,
                _expected_time(code, time or ""),
                reasons[code].remedy[language()],
            )
            if reasons[code].severity == "info":
                # An example deal has one such fault per date; the row is told once.
                found = dataclasses.replace(found, weight=NOTE, columns=(), value=None, expected="")
            yield found


def _known(joined: str, headers: tuple[str, ...]) -> tuple[str, ...]:
    """Take headers apart that were joined by commas; one of them may hold a comma itself."""
    found = tuple(header for header in headers if f", {header}, " in f", {joined}, ")
    return found or ((joined,) if joined else ())


def _bad_cells(entry: Landed, warehouse: Warehouse, rows: str) -> Iterator[Remark]:
    """Tell each optional cell that would be left empty because it cannot be read."""
    headers = _headers(entry)
    for row, column, value in warehouse.rows(
        f"""
        select distinct source_row, name, json_extract_string(bad_cells, '$."' || name || '"')
        from (select source_row, bad_cells, unnest(json_keys(bad_cells)) as name from {rows}
            where faults is distinct from '{times.EXAMPLE}')
        order by source_row, name limit {PLACES}
        """
    ):
        yield Remark(
            REFUSED,
            _("The cell cannot be read; the event would lack this value."),
            entry.sheet,
            row,
            (headers.get(column, column),),
            value,
            _expected(column),
            _("Correct it, or empty the cell."),
        )


def _without_zone(entry: Landed, warehouse: Warehouse, rows: str) -> Iterator[Remark]:
    """Tell that times of day need a zone, with one of them as the example."""
    for row, value, activity, count in warehouse.rows(
        f"""
        select source_row, EventTime, ActivityName, count(*) over ()
        from {rows} where time_zone is not null and not is_date_only
        order by source_order limit 1
        """
    ):
        headers = _headers(entry)
        yield Remark(
            REFUSED,
            _("No time zone is declared for the times without UTC offset ({count}).", count=count),
            entry.sheet,
            row,
            (headers.get("EventTime") or headers.get(activity, "EventTime"),),
            value,
            _("a time with its offset, such as 2026-04-01 09:05+09:00, or a declared zone"),
            _(
                "Pass --time-zone, such as --time-zone Asia/Tokyo, or set the var"
                " source_time_zone in dbt_project.yml."
            ),
        )


def _unknown_activities(entry: Landed, warehouse: Warehouse, rows: str) -> Iterator[Remark]:
    """Tell each use of a name that is not in the activity list."""
    header = _headers(entry).get("ActivityName")
    for name, nearest in entry.unknown_activities.items():
        near = vocabulary.shown(nearest) if nearest else ""
        remark = Remark(
            DOUBT,
            _("This activity is not in the list; it is kept under its own name."),
            entry.sheet,
            None,
            (header,) if header else (),
            name,
            _("{name}, the nearest in the list", name=near) if near else _("a name of the list"),
            _("Correct it, or leave it when it is a step of your own."),
        )
        places = warehouse.rows(
            f"select distinct source_row from {rows}"
            f" where faults is distinct from '{times.EXAMPLE}' and ActivityName = {text(name)}"
            f" order by source_row limit {PLACES}"
        )
        for (row,) in places if header else [(None,)]:
            yield dataclasses.replace(remark, row=row)


def _misspelt_headers(entry: Landed) -> Iterator[Remark]:
    """Tell each carried header that comes near the name of a template column not found."""
    found = set(_headers(entry))
    known = {
        name: column
        for column in vocabulary.columns()
        if column.name not in found
        for name in column.names
    }
    for header in entry.carried:
        if near := vocabulary.nearest(header, known):
            yield Remark(
                DOUBT,
                _("This column is carried as it is, but its name comes near one of the template."),
                entry.sheet,
                1,
                (header,),
                header,
                _("{name}, if that is meant", name=known[near].label[language()]),
                _("Correct the header, or leave it when the column is one of your own."),
            )


def _examples_in_use(entry: Landed, warehouse: Warehouse, rows: str) -> Iterator[Remark]:
    """Tell each event under the case number of the template's examples."""
    header = _headers(entry).get("SalesOpportunity", "")
    case = next(column for column in vocabulary.columns() if column.name == "SalesOpportunity")
    examples = ", ".join(text(example) for example in case.example.values())
    for row, value in warehouse.rows(
        f"select distinct source_row, SalesOpportunity from {rows}"
        f" where faults is null and SalesOpportunity in ({examples}) order by 1 limit {PLACES}"
    ):
        yield Remark(
            DOUBT,
            _("This is the number of the template's example, but the row would be analysed."),
            entry.sheet,
            row,
            (header,),
            value,
            _expected("SalesOpportunity"),
            _("Write the deal's own number, or delete the row."),
        )


def _ours(*names: str) -> set[str]:
    """Give the names, in every language, of sheets that we write."""
    found = set()
    for known in messages.LANGUAGES:
        with messages.speaking(known):
            titles = template.titles() | {"inspection": _("Inspection")}
            found |= {titles[name] for name in names}
    return found


def _skipped(entry: Landed) -> Iterator[Remark]:
    """Tell each sheet that would not be read, unless it is ours and only to be looked at."""
    harmless = {
        _("there is no row below the header"),
        _("the sheet is empty"),
        _("not among those asked for"),
    }
    for sheet, reason in entry.skipped:
        if sheet in _ours("guide", "activities", "inspection"):
            continue
        is_meant = sheet in _ours("events", "deals")
        yield Remark(
            NOTE if reason in harmless else REFUSED if is_meant else DOUBT,
            _("The sheet would not be read: {reason}.", reason=reason),
            sheet,
            remedy=_("Nothing, when it holds no events; else correct its headers."),
        )
