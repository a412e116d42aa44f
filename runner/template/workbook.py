"""The Excel template as a workbook: two sheets to fill in, the activity list, instructions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner import messages, vocabulary, workbooks
from runner.messages import _
from runner.template import content
from runner.template.content import Field
from runner.values import times
from runner.workbooks import GREY, NAVY

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

WIDTHS = {"text": 16, "time": 18, "date": 13, "amount": 14, "rate": 9, "flag": 10}
BLUE, TEAL, SEA = "#4A76A8", "#1F6F6B", "#3A938C"
NEEDS = {"required": NAVY, "recommended": BLUE, "defaulted": GREY, "optional": GREY}
EXAMPLE = {"italic": True, "font_color": "#8A8578", "bg_color": "#F6F3EA"}
RULE = {"bottom": 1, "bottom_color": "#D9DDE3"}


def default_path() -> Path:
    """Return the default file name of the template."""
    return Path(f"lead_to_cash_template_{messages.language()}.xlsx")


def write(path: Path) -> None:
    """Write the template in the current language; raise `DataFault` when the file exists."""
    workbooks.refuse_existing(path)
    # With comments, the rows are not written from top to bottom.
    with workbooks.create(path, _("Lead to cash: template"), in_order=False) as book:
        _Template(book).write()


class _Template:
    """The workbook being written."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.language = messages.language()
        self.font = workbooks.font()
        self.day = workbooks.day_format()

    def write(self) -> None:
        """Write every sheet."""
        titles = content.titles()
        sheets = {name: self.book.add_worksheet(title) for name, title in titles.items()}
        for sheet, colour in zip(sheets.values(), (GREY, NAVY, TEAL, GREY), strict=True):
            sheet.set_tab_color(colour)
            sheet.hide_gridlines(1 if colour in (NAVY, TEAL) else 2)
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            sheet.set_margins(0.3, 0.3, 0.4, 0.4)
        self._guide(sheets["guide"])
        self._to_fill(sheets["events"], content.event_fields())
        self._to_fill(sheets["deals"], content.deal_fields())
        self._lists(sheets["activities"])

    def style(self, **properties: Any) -> Format:
        """Return a cell format in the template's font."""
        return self.book.add_format(
            {"font_name": self.font, "font_size": 10, "valign": "vcenter", **properties}
        )

    def heading(self, colour: str, **properties: Any) -> Format:
        """Return the format of a header cell."""
        return self.style(
            bold=True, font_color="white", bg_color=colour, text_wrap=True, **properties
        )

    # The sheets to fill in.

    def _to_fill(self, sheet: Worksheet, fields: Sequence[Field]) -> None:
        """Write headers with notes, the formats of whole columns, and the example rows."""
        sheet.set_row(0, 34)
        sheet.freeze_panes(1, 1)
        # Ids are text on purpose: Excel would change 00012 to 12.
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{workbooks.LAST_ROW}"})
        for place, field in enumerate(fields):
            width = max(WIDTHS[field.kind], min(vocabulary.breadth(field.header) + 3, 24))
            sheet.set_column(place, place, width, self.style(num_format=self._form(field.kind)))
            look = self.heading(self._colour(field), align="center", border=1, border_color="white")
            sheet.write_string(0, place, field.header, look)
            sheet.write_comment(0, place, field.note, self._note_shape(field.note))
            for row, text in enumerate(field.examples, start=1):
                self._example(sheet, row, place, field.kind, text)
            self._assist(sheet, place, field)
        for row in range(1, 1 + len(fields[0].examples)):
            sheet.set_row(row, 18)

    def _form(self, kind: str) -> str:
        """Return the number format that keeps entries as typed: ids as text, dates as dates."""
        forms = {"time": f"{self.day} hh:mm", "date": self.day, "amount": "#,##0", "rate": "0.0%"}
        return forms.get(kind, "@")

    def _colour(self, field: Field) -> str:
        """Return the colour of a need, or one of two alternating colours for a phase."""
        phases = list(content.phases())
        return NEEDS.get(field.look) or (TEAL, SEA)[phases.index(field.look) % 2]

    def _note_shape(self, note: str) -> dict[str, Any]:
        lines = sum(1 + vocabulary.breadth(line) // 54 for line in note.split("\n"))
        return {
            "width": 340,
            "height": 16 + 16 * lines,
            "color": "#FFFBE6",
            "font_name": self.font,
            "font_size": 9,
            "author": "l2c template",
        }

    def _example(self, sheet: Worksheet, row: int, place: int, kind: str, text: str) -> None:
        """Write an example; its time has the prefix by which the import recognises examples."""
        look = self.style(num_format=self._form(kind), **EXAMPLE)
        if not text:
            sheet.write_blank(row, place, None, look)
        elif kind == "time":
            sheet.write_string(row, place, f"{times.EXAMPLE_MARKS[self.language]} {text}", look)
        elif kind == "date":
            sheet.write_datetime(row, place, date.fromisoformat(text), look)
        elif kind in ("amount", "rate"):
            sheet.write_number(row, place, float(text), look)
        else:
            sheet.write_string(row, place, text, look)

    def _assist(self, sheet: Worksheet, place: int, field: Field) -> None:
        """Add the drop-down list of a column, or the shorter format of days and whole amounts."""
        cells = (1, place, workbooks.LAST_ROW - 1, place)
        first = f"{_letters(place)}2"
        if field.choices:
            rule = {
                "validate": "list",
                "source": f"={field.choices}_list",
                "error_type": "warning",
                "error_title": _("Not in the list"),
                "error_message": _("A name of your own is kept as it is. Keep it?"),
                "show_error": field.choices == "ActivityName",
            }
            sheet.data_validation(*cells, rule)
        elif field.kind == "flag":
            sheet.data_validation(*cells, {"validate": "list", "source": [_("yes"), _("no")]})
        elif field.kind == "time":
            whole = f"=AND(ISNUMBER({first}),INT({first})={first})"
            self._conditional(sheet, cells, whole, self.day)
        elif field.kind == "amount":
            self._conditional(sheet, cells, f"=INT({first})<>{first}", "#,##0.00##")

    def _conditional(
        self, sheet: Worksheet, cells: tuple[int, int, int, int], rule: str, form: str
    ) -> None:
        look = self.book.add_format({"num_format": form})
        sheet.conditional_format(*cells, {"type": "formula", "criteria": rule, "format": look})

    # The lists.

    def _lists(self, sheet: Worksheet) -> None:
        """Write the activities and the stages for the drop-down lists."""
        headers = [
            _("Name"),
            _("Other names accepted"),
            _("Phase"),
            _("When it repeats"),
            _("Where Oracle keeps its time"),
            _("How sure"),
            "",
            _("Stage name"),
        ]
        sheet.freeze_panes(1, 1)
        sheet.set_row(0, 26)
        for place, (header, width) in enumerate(
            zip(headers, (26, 34, 13, 20, 92, 18, 3, 20), strict=True)
        ):
            sheet.set_column(place, place, width, self.style())
            if header:
                sheet.write_string(0, place, header, self.heading(NAVY, indent=1))
        cell = self.style(text_wrap=True, indent=1, **RULE)
        activities, tags = vocabulary.activities(), content.tags()
        for row, activity in enumerate(activities, start=1):
            sources = content.sources(activity.name)
            texts = [
                activity.label[self.language],
                " / ".join(activity.aliases[self.language]),
                content.phases()[activity.phase],
                content.repeats()[activity.repeats],
                "\n".join(map(content.place, sources)),
                "\n".join(tags[source.certainty] for source in sources),
            ]
            sheet.set_row(row, max(18, 15 * len(sources) + 3))
            for place, value in enumerate(texts):
                sheet.write_string(row, place, value, cell)
        stages = [stage[self.language] for stage in vocabulary.stages()]
        for row, stage in enumerate(stages, start=1):
            sheet.write_string(row, 7, stage, cell)
        name = content.titles()["activities"]
        for choice, column, count in (
            ("ActivityName", "A", len(activities)),
            ("SalesStage", "H", len(stages)),
        ):
            area = f"='{name}'!${column}$2:${column}${count + 1}"
            self.book.define_name(f"{choice}_list", area)

    # The read-me.

    def _guide(self, sheet: Worksheet) -> None:
        """Write the instructions, the columns, and their places in Oracle."""
        for place, width in enumerate((3, 26, 22, 58, 40, 66, 16)):
            sheet.set_column(place, place, width, self.style())
        sheet.set_row(1, 32)
        sheet.write_string(
            1, 1, _("Lead to cash: template"), self.style(bold=True, font_size=20, font_color=NAVY)
        )
        sheet.write_string(
            2,
            1,
            _("From the first lead to the last payment, in rows."),
            self.style(font_color=GREY),
        )
        row = self._steps(sheet, 4)
        row = self._legend(sheet, row + 1)
        row = self._columns(sheet, row + 1)
        self._certainties(sheet, row + 1)

    def _section(self, sheet: Worksheet, row: int, title: str) -> int:
        sheet.set_row(row, 24)
        look = self.style(bold=True, font_size=13, font_color=NAVY)
        sheet.write_string(row, 1, title, look)
        return row + 1

    def _steps(self, sheet: Worksheet, row: int) -> int:
        names = content.titles()
        required = [
            column.label[self.language]
            for column in vocabulary.columns()
            if column.need == "required"
        ]
        steps = [
            _(
                "Fill in “{events}” (one row per event) or “{deals}” (one row per deal, a date"
                " under each activity), or both.",
                events=names["events"],
                deals=names["deals"],
            ),
            _(
                "Rows in grey italics are examples: overwrite or delete them. Where they stay, the"
                " import refuses them by name and nothing of them is analysed."
            ),
            _(
                "Of an event only {columns} are required; of a deal its number and one date."
                " Columns may be moved, removed or added; added ones are kept.",
                columns=_(", ").join(required),
            ),
            _(
                "Dates are written year first: 2026-04-01, 2026/4/1 9:05, 2026年4月1日. A day"
                " without a time is enough."
            ),
            _("Ids stay as typed: 00012 keeps its zeros. Amounts: 1200000 or 1,200,000."),
            _("Check the file: {command}", command="l2c inspect FILE.xlsx"),
            _("Analyse it: {command}", command="l2c run FILE.xlsx --time-zone Asia/Tokyo"),
        ]
        row = self._section(sheet, row, _("How to fill it in"))
        for number, step in enumerate(steps, start=1):
            sheet.set_row(row, 20)
            sheet.write_string(row, 1, f"{number}.  {step}", self.style())
            row += 1
        return row

    def _legend(self, sheet: Worksheet, row: int) -> int:
        row = self._section(sheet, row, _("Colours of the headers"))
        looks = [(NEEDS[need], name) for need, name in content.needs().items()]
        looks.append((TEAL, _("an activity: its column holds dates")))
        for colour, name in looks:
            sheet.write_string(row, 1, name, self.heading(colour, indent=1))
            row += 1
        return row

    def _columns(self, sheet: Worksheet, row: int) -> int:
        row = self._section(sheet, row, _("Columns, and where Oracle keeps them"))
        headers = [
            _("Column name"),
            _("Need"),
            _("Meaning"),
            _("How to write it"),
            _("Where Oracle keeps it"),
            _("How sure"),
        ]
        for place, header in enumerate(headers, start=1):
            sheet.write_string(row, place, header, self.heading(NAVY, indent=1))
        sheet.set_row(row, 22)
        cell, tags = self.style(text_wrap=True, indent=1, **RULE), content.tags()
        for column in vocabulary.columns():
            row += 1
            sources = content.sources(column.name)
            texts = [
                column.label[self.language],
                content.needs()[column.need],
                column.description[self.language],
                column.expected[self.language],
                "\n".join(map(content.place, sources)),
                "\n".join(tags[source.certainty] for source in sources),
            ]
            lines = max(
                1 + vocabulary.breadth(texts[2]) // 56,
                1 + vocabulary.breadth(texts[3]) // 38,
                len(sources),
            )
            sheet.set_row(row, 15 * lines + 4)
            for place, value in enumerate(texts, start=1):
                look = cell
                if place == 1:
                    look = self.style(bold=True, indent=1, font_color=NEEDS[column.need], **RULE)
                sheet.write_string(row, place, value, look)
        return row + 1

    def _certainties(self, sheet: Worksheet, row: int) -> None:
        row = self._section(sheet, row, _("How sure a place in Oracle is"))
        for tag, meaning in content.certainties().items():
            sheet.write_string(row, 1, content.tags()[tag], self.style(bold=True, indent=1))
            sheet.write_string(row, 2, meaning, self.style())
            row += 1
        note = _(
            "The tag is about the place. That a place has the time of an activity is this"
            " project's proposal; your system may be set up otherwise."
        )
        sheet.write_string(row, 1, note, self.style(font_color=GREY, indent=1))


def _letters(place: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(place))
