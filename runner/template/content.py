"""Content of the Excel template, from the seeds; `workbook.py` writes it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from runner import messages, vocabulary
from runner.messages import _
from runner.vocabulary import Activity, Column, OracleSource

# Columns of one event; they have no meaning for a whole deal.
OF_ONE_EVENT = {
    *("ActivityName", "EventTime", "SalesStage", "Resource", "Automated", "Amount"),
    *("QuoteNumber", "OrderNumber", "InvoiceNumber", "ReceiptNumber"),
}


@dataclass(frozen=True)
class Field:
    """One column of a sheet to fill in: a template column, or an activity that holds dates.

    `look` is the need of a column or the phase of an activity; `examples` has one text per row.
    """

    header: str
    kind: str
    look: str
    note: str
    examples: tuple[str, ...]
    choices: str = ""


def titles() -> dict[str, str]:
    """Return the names of the sheets, in their order."""
    return {
        "guide": _("Read me"),
        "events": _("Events"),
        "deals": _("Deals"),
        "activities": _("Activities"),
    }


def needs() -> dict[str, str]:
    """Return the label of each need of a column."""
    return {
        "required": _("required"),
        "recommended": _("recommended"),
        "defaulted": _("optional, has a default"),
        "optional": _("optional"),
    }


def phases() -> dict[str, str]:
    """Return the label of each phase of the process, in order."""
    return {
        "lead": _("lead"),
        "opportunity": _("opportunity"),
        "quote": _("quote"),
        "contract": _("contract"),
        "order": _("order"),
        "fulfilment": _("fulfilment"),
        "invoice": _("invoice"),
        "cash": _("cash"),
    }


def repeats() -> dict[str, str]:
    """Return the label of each kind of repeat."""
    return {
        "": _("a repeat is rework"),
        "normal": _("repeats are normal"),
        "rework": _("always rework"),
    }


def tags() -> dict[str, str]:
    """Return the tag of each certainty of a place in Oracle."""
    return {
        "READ": _("READ"),
        "CODE": _("CODE"),
        "INFERRED": _("INFERRED"),
        "UNCONFIRMED": _("UNCONFIRMED"),
    }


def certainties() -> dict[str, str]:
    """Return the meaning of each certainty of a place in Oracle, the surest first."""
    return {
        "READ": _("read in Oracle's documentation"),
        "CODE": _("seen in public code only"),
        "INFERRED": _("deduced by this project"),
        "UNCONFIRMED": _("looked for and not found"),
    }


def event_fields() -> list[Field]:
    """Return the columns of the sheet with one row per event: all template columns."""
    return [_column(column) for column in vocabulary.columns()]


def deal_fields() -> list[Field]:
    """Return the columns of the sheet with one row per deal: main columns, dates, other columns."""
    columns = [column for column in vocabulary.columns() if column.name not in OF_ONE_EVENT]
    first = [column for column in columns if column.need in ("required", "recommended")]
    rest = [column for column in columns if column not in first]
    steps = [
        field
        for activity in vocabulary.activities()
        if _fits_a_deal(activity)
        for field in (_dates(activity), *_amounts(activity))
    ]
    return [*map(_of_deal, first), *steps, *map(_of_deal, rest)]


def place(source: OracleSource) -> str:
    """Return the place in Oracle as text, without the tag."""
    note = source.note[messages.language()]
    if source.place and note:
        return _("{place} ({note})", place=source.place, note=note)
    return source.place or note


def sources(name: str) -> list[OracleSource]:
    """Return the places in Oracle of a template column or of the time of an activity."""
    return vocabulary.oracle_sources().get(name, [])


def _column(column: Column) -> Field:
    language = messages.language()
    return Field(
        header=column.label[language],
        kind=column.value_type,
        look=column.need,
        note="\n".join(
            [
                _("[{need}]", need=needs()[column.need]),
                column.description[language],
                _("Write: {expected}", expected=column.expected[language]),
                *_in_oracle(column.name),
            ]
        ),
        examples=_examples(column),
        choices=column.name if column.name in ("ActivityName", "SalesStage") else "",
    )


def _of_deal(column: Column) -> Field:
    field = _column(column)
    filled = [text for text in field.examples if text]
    return replace(field, examples=(filled[-1] if filled else "",))


def _dates(activity: Activity) -> Field:
    language = messages.language()
    by_name = vocabulary.column_by_name()
    example = dict(
        zip(_examples(by_name["ActivityName"]), _examples(by_name["EventTime"]), strict=True)
    )
    header = activity.label[language]
    return Field(
        header=header,
        kind="time",
        look=activity.phase,
        note="\n".join(
            [
                _("The day on which it happened. Empty: it did not happen."),
                _("Phase: {phase}", phase=phases()[activity.phase]),
                *_in_oracle(activity.name),
            ]
        ),
        examples=(example.get(header, ""),),
    )


def _amounts(activity: Activity) -> list[Field]:
    """Return the amount column of an activity's document, if it has one."""
    label = vocabulary.document_amounts().get(activity.name)
    if label is None:
        return []
    language = messages.language()
    by_name = vocabulary.column_by_name()
    amount = by_name["Amount"]
    example = dict(zip(_examples(by_name["ActivityName"]), _examples(amount), strict=True))
    note = [
        _("Amount of the document of {activity}.", activity=activity.label[language]),
        _("Write: {expected}", expected=amount.expected[language]),
    ]
    return [
        Field(
            header=label[language],
            kind="amount",
            look=activity.phase,
            note="\n".join(note),
            examples=(example.get(activity.label[language], ""),),
        )
    ]


def _fits_a_deal(activity: Activity) -> bool:
    """Return whether one date per deal is enough: it occurs once, or it is a document."""
    return activity.repeats == "" or (activity.repeats == "normal" and activity.is_of_document)


def _examples(column: Column) -> tuple[str, ...]:
    """Return the example of each row; a single text is repeated in all rows."""
    count = len(_parts(vocabulary.column_by_name()["ActivityName"]))
    parts = _parts(column)
    return tuple(parts * count if len(parts) == 1 else [*parts, *[""] * count][:count])


def _parts(column: Column) -> list[str]:
    return column.example[messages.language()].split("|")


def _in_oracle(name: str) -> list[str]:
    return [
        _("Oracle: {place} [{certainty}]", place=place(source), certainty=tags()[source.certainty])
        for source in sources(name)
    ]
