"""A draft of a mapping file, guessed from the headers and the first rows of a file."""

from __future__ import annotations

import csv
import itertools
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from runner import vocabulary
from runner.columns import wide
from runner.columns.layout import FullestRow, Layout
from runner.columns.profiles import Profile
from runner.messages import _
from runner.sources import delimited, parquet, tables
from runner.sources.tables import SourceOptions, Table
from runner.values import date_orders

KNOWN_HEADERS = Path(__file__).with_name("known_headers.csv")
# Score of a guess: template name, header known from other systems, similar name, content only.
SURE, KNOWN, NEAR, CONTENT = 100, 80, 60, 40
# Similarity from which a header counts as near a known name. Headers are many, so the limit is
# higher than for misspelt names.
SIMILAR = 0.8
ID_ENDINGS = ("id", "no", "number", "番号", "コード", "code", "key")
DOCUMENTS = ("InvoiceNumber", "ReceiptNumber", "OrderNumber", "QuoteNumber")
# Short names of document kinds, with their activities.
KINDS = {
    "請求": "Invoice Generated",
    "赤伝": "Credit Note Issued",
    "返品": "Credit Note Issued",
    "受注": "Sales Order Created",
    "見積": "Quote Created",
    "出荷": "Order Fulfilled",
    "納品": "Order Fulfilled",
    "invoice": "Invoice Generated",
    "payment": "Payment Received",
    "credit memo": "Credit Note Issued",
    "credit note": "Credit Note Issued",
}


@dataclass(frozen=True)
class Guess:
    """A guess what a header means: template column, activity or role (@created), with evidence."""

    header: str
    becomes: str
    score: int
    evidence: str


@dataclass(frozen=True)
class Happening:
    """An event of the draft: activity, time column and condition, if any."""

    activity: str
    time: str
    when: dict[str, list[str]]
    evidence: str
    negated: bool = False
    score: int = NEAR


@dataclass
class Draft:
    """The draft of one table: guesses by template column, events, remaining columns."""

    source: str
    sheet: str
    rows: int
    columns: dict[str, Guess] = field(default_factory=dict)
    alternatives: dict[str, list[Guess]] = field(default_factory=dict)
    events: list[Happening] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    format_evidence: list[str] = field(default_factory=list)
    needs_zone: bool = False
    carried: list[str] = field(default_factory=list)

    @property
    def missing(self) -> list[str]:
        """The required columns without a guess."""
        names = {*self.columns}
        if self.events:
            names |= {"ActivityName", "EventTime"}
        if "LeadNumber" in names:
            names.add("SalesOpportunity")
        return [
            column.name
            for column in vocabulary.columns()
            if column.need == "required" and column.name not in names
        ]


def draft(file: Path, options: SourceOptions) -> Draft:
    """Draft a mapping for a file, from the sheet with the fewest missing columns."""
    with tempfile.TemporaryDirectory(prefix="l2c-map-") as folder:
        found = tables.find(file, Path(folder) / "source", options, FullestRow())
        drafts = [of_rows(table.source_file, table.sheet, _sample(table)) for table in found]
    return min(drafts, key=lambda made: (len(made.missing), -len(made.columns)))


def _sample(table: Table[Layout]) -> list[list[str]]:
    if isinstance(table.data, Path):
        return parquet.first_rows(table.data, table.source_file, tables.SAMPLE)
    return list(itertools.islice(delimited.records(table.data), tables.SAMPLE))


def of_rows(source: str, sheet: str, rows: Sequence[Sequence[str]]) -> Draft:
    """Draft a mapping for a header and the rows below it."""
    headers, *records = rows
    width = sum(1 for header in headers if header.strip())
    # Notes and totals below a report fill few cells.
    records = [row for row in records if 3 * sum(map(bool, map(str.strip, row))) >= width]
    profiles = [
        Profile(
            header.strip(),
            tuple(row[place] for row in records if place < len(row) and row[place].strip()),
        )
        for place, header in enumerate(headers)
        if header.strip()
    ]
    made = Draft(source, sheet, len(records))
    guesses = sorted(
        (guess for profile in profiles for guess in _guesses(profile, len(records))),
        key=lambda guess: -guess.score,
    )
    _assign(made, guesses, profiles)
    _find_events(made, guesses, profiles)
    _find_formats(made, profiles)
    used = {guess.header for guess in made.columns.values()}
    used |= {event.time for event in made.events}
    made.carried = [profile.header for profile in profiles if profile.header not in used]
    return made


@cache
def _known_headers() -> dict[str, tuple[str, str]]:
    with KNOWN_HEADERS.open(encoding="utf-8", newline="") as file:
        return {
            vocabulary.header_key(row["header"]): (row["becomes"], row["origin"])
            for row in csv.DictReader(file)
        }


def _guesses(profile: Profile, rows: int) -> Iterator[Guess]:
    """Yield guesses for a column, by its name and by its content."""
    yield from _by_name(profile.header)
    header = profile.header
    if profile.is_currency:
        yield Guess(header, "Currency", CONTENT, _("codes of currencies"))
    if _half(profile, vocabulary.stage_by_name()):
        yield Guess(header, "SalesStage", CONTENT, _("names of stages"))
    elif {"Opportunity Won", "Opportunity Lost"} <= set(profile.outcomes):
        yield Guess(header, "@status", CONTENT, _("values that mean won and lost"))
    if _half(profile, _kinds()) and len(profile.distinct) > 1:
        yield Guess(header, "@kind", CONTENT, _("names of activities"))
    is_name = vocabulary.header_key(header).endswith(ID_ENDINGS)
    if is_name and profile.is_unique and len(profile.texts) == rows > 1:
        yield Guess(header, "SalesOpportunity", CONTENT, _("a different number in each row"))


def _by_name(header: str) -> Iterator[Guess]:
    key = vocabulary.header_key(header)
    column, known = vocabulary.column_by_header().get(key), _known_headers()
    if column:
        yield Guess(header, column.name, SURE, _("a name of the template"))
    if activity := wide.activity_of(header):
        yield Guess(header, activity, SURE, _("the name of an activity"))
    if key in known:
        becomes, origin = known[key]
        evidence = (
            _("a header of {origin}", origin=origin) if origin else _("a usual header in exports")
        )
        yield Guess(header, becomes, KNOWN, evidence)
    elif not column:
        names = {name: column.name for column in vocabulary.columns() for name in column.names}
        names |= {name: becomes for name, (becomes, _origin) in known.items()}
        if near := vocabulary.nearest(header, names, cutoff=SIMILAR):
            yield Guess(header, names[near], NEAR, _("near the name {name}", name=near))


def _half(profile: Profile, names: dict[str, str]) -> bool:
    """Return whether at least half of a column's distinct texts are in `names`."""
    return 0 < len(profile.distinct) <= 2 * len(profile.known(names))


@cache
def _kinds() -> dict[str, str]:
    return KINDS | vocabulary.activity_by_name()


def _fits(guess: Guess, profile: Profile) -> bool:
    """Return whether the content of a column fits the guess."""
    column = vocabulary.column_by_name().get(guess.becomes)
    kind = column.value_type if column else None
    if not profile.texts:
        return guess.score == SURE
    if kind in ("time", "date") or guess.becomes in ("@created", "@closed", "@time", "@updated"):
        # Numbers are times only under a header that means a time.
        return profile.is_date or (profile.epoch is not None and guess.score >= KNOWN)
    if kind == "amount" or guess.becomes == "@amount":
        return profile.is_number
    if kind is None and not guess.becomes.startswith("@"):
        return profile.is_date
    return kind == "rate" or not profile.is_date


def _assign(made: Draft, guesses: Sequence[Guess], profiles: Sequence[Profile]) -> None:
    """Assign to each template column the best fitting header, each header once."""
    by_header = {profile.header: profile for profile in profiles}
    template = {column.name for column in vocabulary.columns()}
    fitting = [guess for guess in guesses if _fits(guess, by_header[guess.header])]
    is_document = any(guess.becomes in DOCUMENTS and guess.score >= KNOWN for guess in fitting)
    has_stage = "SalesStage" in {guess.becomes for guess in fitting}
    meant = {
        "@amount": "Amount" if is_document else "OpportunityValue",
        "Amount": "Amount" if is_document else "OpportunityValue",
        "@updated": "LastDataUpdate",
    } | ({} if has_stage else {"@status": "SalesStage"})
    for guess in (
        replace(guess, becomes=meant.get(guess.becomes, guess.becomes)) for guess in fitting
    ):
        if guess.becomes in template:
            _offer(made, guess)
    case = made.columns.get("SalesOpportunity")
    if case and case.score == CONTENT and "LeadNumber" in made.columns:
        # A list of leads has lead numbers only.
        del made.columns["SalesOpportunity"]
    places = {column.name: place for place, column in enumerate(vocabulary.columns())}
    made.columns = dict(sorted(made.columns.items(), key=lambda item: places[item[0]]))


def _offer(made: Draft, guess: Guess) -> None:
    """Accept a guess for its template column, or keep it as an alternative to a better one."""
    best = made.columns.get(guess.becomes)
    if best is None:
        if guess.header not in {other.header for other in made.columns.values()}:
            made.columns[guess.becomes] = guess
    elif guess.header != best.header:
        others = made.alternatives.setdefault(guess.becomes, [])
        if guess.header not in {other.header for other in others}:
            others.append(guess)


@dataclass(frozen=True)
class Rows:
    """Evidence about the rows of a file: profiles by header and by role, whether cases repeat."""

    by_header: dict[str, Profile]
    roles: dict[str, Profile]
    guesses: Sequence[Guess]
    # Date columns not assigned to a template column.
    free: list[Profile]
    repeats: bool

    @property
    def time(self) -> Profile | None:
        """The time column of a row: by its name, else the creation time, else the only date."""
        only = self.free[0] if len(self.free) == 1 else None
        return self.roles.get("@time") or self.roles.get("@created") or only


def _find_events(made: Draft, guesses: Sequence[Guess], profiles: Sequence[Profile]) -> None:
    """Decide whether a row is an event, a change of stage, a document or a deal with its dates."""
    by_header = {profile.header: profile for profile in profiles}
    roles: dict[str, Profile] = {}
    for guess in guesses:
        role = "@time" if guess.becomes == "EventTime" else guess.becomes
        if role.startswith("@") and _fits(guess, by_header[guess.header]):
            roles.setdefault(role, by_header[guess.header])
    taken = {guess.header for name, guess in made.columns.items() if name != "EventTime"}
    free = [profile for profile in profiles if profile.is_date and profile.header not in taken]
    case = made.columns.get("SalesOpportunity") or made.columns.get("LeadNumber")
    repeats = case is not None and not by_header[case.header].is_unique
    rows = Rows(by_header, roles, guesses, free, repeats)
    made.columns.pop("EventTime", None)
    activity = made.columns.pop("ActivityName", None)
    kind = roles.get("@kind")
    if activity and (rows.time or not free):
        # A log may use its own activity names, so unknown names are no evidence against the column.
        made.columns["ActivityName"] = activity
        if rows.time:
            header, why = rows.time.header, _("the time of the row")
            made.columns["EventTime"] = Guess(header, "EventTime", _score(guesses, header), why)
    elif kind and rows.time and _half(kind, _kinds()) and len(kind.distinct) > 1:
        for value, name in kind.known(_kinds()).items():
            when, why = {kind.header: [value]}, _("by the kind of the row")
            made.events.append(Happening(name, rows.time.header, when, why))
    else:
        _from_deals(made, rows)


def _score(guesses: Sequence[Guess], header: str) -> int:
    return max(
        (g.score for g in guesses if (g.header, g.becomes) == (header, "EventTime")), default=NEAR
    )


def _from_deals(made: Draft, rows: Rows) -> None:
    """Make events from the dates of a row: one per stage change, or one per milestone."""
    stage = rows.roles.get("@status")
    if "SalesStage" in made.columns:
        own = rows.by_header[made.columns["SalesStage"].header]
        stage = own if own.outcomes or not stage else stage
    changed = rows.roles.get("@time") or (rows.roles.get("@created") if rows.repeats else None)
    if changed and stage and "LeadNumber" not in made.columns:
        _changes(made, stage, changed)
        closes: Profile | None = None
    else:
        _milestones(made, rows)
        closes = stage
        # With one row per deal, the stage is that of the extract, not of each event.
        made.columns.pop("SalesStage", None)
    close = rows.roles.get("@closed")
    if close is None or {"Opportunity Won", "Opportunity Lost"} & _times(made, close):
        return
    if closes and closes.outcomes:
        _outcomes(made, closes, close, _("the date a deal closed, by its stage"))
    else:
        expected = Guess(close.header, "ExpectedCloseDate", NEAR, _("the date a deal is to close"))
        made.columns.setdefault("ExpectedCloseDate", expected)


def _times(made: Draft, close: Profile) -> set[str]:
    return {event.activity for event in made.events if event.time == close.header or not event.when}


def _changes(made: Draft, stage: Profile, time: Profile) -> None:
    """Make events from rows that are stage changes; changes that close a deal are outcomes."""
    closed = [value for values in stage.outcomes.values() for value in values]
    when = {stage.header: closed} if closed else {}
    why = _("a deal has several rows, each with a stage")
    made.events.append(Happening("Sales Stage Changed", time.header, when, why, negated=True))
    _outcomes(made, stage, time, _("the stage that closes the deal"))


def _milestones(made: Draft, rows: Rows) -> None:
    """Make an event from each date whose header names an activity, and from the creation date."""
    activities = {activity.name for activity in vocabulary.activities()}
    free = {profile.header for profile in rows.free}
    for guess in rows.guesses:
        named = {event.activity for event in made.events} | {event.time for event in made.events}
        is_event = guess.becomes in activities and guess.header in free
        if is_event and not named & {guess.becomes, guess.header}:
            made.events.append(
                Happening(guess.becomes, guess.header, {}, guess.evidence, False, guess.score)
            )
    created = rows.roles.get("@created")
    named = {event.activity for event in made.events}
    if created and not {"Opportunity Created", "Lead Captured"} & named:
        activity = "Opportunity Created"
        if "LeadNumber" in made.columns:
            has_deal = "SalesOpportunity" in made.columns
            activity = "Lead Converted" if has_deal else "Lead Captured"
        if activity not in named:
            made.events.insert(0, Happening(activity, created.header, {}, _("when it was created")))
    phases = {activity.name: activity.phase for activity in vocabulary.activities()}
    case = made.columns.get("SalesOpportunity")
    if case and case.score == CONTENT and {phases[e.activity] for e in made.events} == {"lead"}:
        del made.columns["SalesOpportunity"]
        made.columns["LeadNumber"] = replace(case, becomes="LeadNumber")


def _outcomes(made: Draft, stage: Profile, time: Profile, evidence: str) -> None:
    for activity, values in stage.outcomes.items():
        made.events.append(Happening(activity, time.header, {stage.header: values}, evidence))


def _find_formats(made: Draft, profiles: Sequence[Profile]) -> None:
    """Add the date formats proved by the mapped dates, and whether times of day need a zone."""
    used = {event.time for event in made.events}
    dated = {
        "EventTime",
        *(c.name for c in vocabulary.columns() if c.value_type in ("time", "date")),
    }
    used |= {guess.header for name, guess in made.columns.items() if name in dated}
    found = [profile for profile in profiles if profile.header in used]
    counts: dict[str, int] = {}
    for profile in found:
        for text, count in profile.distinct.items():
            if day := date_orders.day_of(text):
                counts[day] = counts.get(day, 0) + count
    if counts:
        orders = date_orders.of_days(sorted(counts.items()))
        best = orders.fitting or sorted(orders.orders, key=lambda order: -order.fits)
        made.formats = list(best[0].forms) if best else []
        made.format_evidence = orders.evidence()
    for epoch in dict.fromkeys(profile.epoch for profile in found if profile.epoch):
        made.formats.append(epoch)
        made.format_evidence.append(_("numbers that count from 1970"))
    made.needs_zone = any(profile.has_clock for profile in found)
