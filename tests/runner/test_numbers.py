"""Every spelling of numbers, dates and flags, in Python and through the SQL of the import."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from runner.values import numbers, times

AMOUNTS = [
    ("1200", "1200"),
    ("-1200", "-1200"),
    ("+1200", "1200"),
    ("1,200", "1200"),
    ("1,234,567.891", "1234567.891"),
    ("0.5", "0.5"),
    (".5", "0.5"),
    ("▲1,200", "-1200"),
    ("△1,200", "-1200"),
    ("▲ 1,200", "-1200"),
    ("(1,200)", "-1200"),
    ("（1,200）", "-1200"),
    ("−1,200", "-1200"),
    ("－１，２００", "-1200"),
    ("￥1,200", "1200"),
    ("¥1,200", "1200"),
    ("¥-1,200", "-1200"),
    ("-¥1,200", "-1200"),
    ("$12.50", "12.5"),
    ("1,200円", "1200"),
    ("１２００円", "1200"),
    ("▲1,200円", "-1200"),
    ("(¥1,200)", "-1200"),
    (" 1200 ", "1200"),
    ("00012", "12"),
    ("1.00005", "1.0000"),
    ("1.00015", "1.0002"),
    ("1.000050001", "1.0001"),
    ("99999999999999.9999", "99999999999999.9999"),
    ("100000000000000", None),
    ("99999999999999.99999", None),
    ("12,00", None),
    ("1,2", None),
    ("1.234,56", None),
    ("1e5", "100000"),
    ("--1", None),
    ("(-1)", None),
    ("12 000", None),
    ("12.", None),
    ("USD 12", "12"),
    ("千円", None),
    ("円", None),
    ("#VALUE!", None),
    ("12.5%", None),
    ("‐1,200", "-1200"),
    ("1,200-", "-1200"),
    ("-1,200-", None),
    ("€1,200", "1200"),
    ("１，２００．５", "1200.5"),
    ("￥▲１，２００", "-1200"),
    ("△1,200千円", "-1200000"),
    ("1,200千円", "1200000"),
    ("(1.5百万円)", "-1500000"),
    ("1.2億円", "120000000"),
    ("３万円", "30000"),
    ("3万", "30000"),
    ("▲", None),
]
RATES = [
    ("0", "0"),
    ("0.125", "0.125"),
    (".125", "0.125"),
    ("12.5%", "0.125"),
    ("１２．５％", "0.125"),
    ("12.5 %", "0.125"),
    ("0%", "0"),
    ("99.9999%", "0.999999"),
    ("0.1234565", "0.123456"),
    ("0.9999999", None),
    ("1", None),
    ("100%", None),
    ("12.5", None),
    ("-0.1", None),
    ("-5%", None),
    ("ten", None),
]
FLAGS = [
    *(
        (text, True)
        for text in ("yes", "Yes", "TRUE", "true", "1", "y", "はい", "○", "ＹＥＳ", " y ")
    ),
    *((text, False) for text in ("no", "NO", "FALSE", "false", "0", "n", "いいえ", "×")),
    *((text, None) for text in ("maybe", "2", "oui")),
]
DATES = [
    ("2026-04-01", date(2026, 4, 1)),
    ("2026/4/1", date(2026, 4, 1)),
    ("2026-04-01 09:00", date(2026, 4, 1)),
    ("2026-04-01T23:00:00Z", date(2026, 4, 1)),
    ("2026年4月1日", date(2026, 4, 1)),
    ("2026-02-30", None),
    ("01/02/2026", None),
    ("soon", None),
]


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@pytest.mark.parametrize(("text", "expected"), AMOUNTS)
def test_amount(text: str, expected: str | None) -> None:
    assert numbers.read_amount(text) == _decimal(expected)


@pytest.mark.parametrize(("text", "expected"), RATES)
def test_rate(text: str, expected: str | None) -> None:
    assert numbers.read_rate(text) == _decimal(expected)


@pytest.mark.parametrize(("text", "expected"), FLAGS)
def test_flag(text: str, expected: bool | None) -> None:
    assert numbers.read_flag(text) is expected


@pytest.mark.parametrize(("text", "expected"), DATES)
def test_date(text: str, expected: date | None) -> None:
    read = times.read_date(text)
    assert (None if isinstance(read, str) else read) == expected


@pytest.mark.parametrize(
    ("column", "key", "cases"),
    [
        ("Amount", "document_amount", [(text, _decimal(value)) for text, value in AMOUNTS]),
        ("DiscountRate", "discount_rate", [(text, _decimal(value)) for text, value in RATES]),
        ("Automated", "is_automated", FLAGS),
        ("DueDate", "due_date", DATES),
    ],
)
def test_sql_and_python_read_cells_alike(landed, column: str, key: str, cases: list) -> None:
    lines = [f'1,x,2026-04-01,"{text}"' for text, _value in cases]
    header = f"SalesOpportunity,ActivityName,EventTime,{column}"
    [summary] = landed.add(landed.write("t.csv", "\n".join([header, *lines])))
    refused = [text for text, value in cases if value is None]
    assert landed.rows(f"{column}, {key}") == cases
    assert landed.rows("bad_cells ->> ?".replace("?", f"'{column}'"), "bad_cells is not null") == [
        (text,) for text in refused
    ]
    assert summary.bad_cells == {column: len(refused)}
    assert summary.events == len(cases)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.234,56", "1234.56"),
        ("1 234,56", "1234.56"),
        ("1,200", "1.2"),
        ("1.200", "1200"),
        ("-0,5", "-0.5"),
        ("▲1.200", "-1200"),
        ("1.234.567", "1234567"),
        ("1.2", None),
        ("1,234.56", None),
    ],
)
def test_amounts_with_a_decimal_comma(landed, text: str, expected: str | None) -> None:
    assert numbers.read_amount(text, ",") == _decimal(expected)
    header = "SalesOpportunity;ActivityName;EventTime;Amount;DiscountRate"
    landed.add(landed.write("t.csv", f"{header}\n1;x;2026-04-01;{text};0,125\n"), decimal=",")
    assert landed.rows("Amount, document_amount, discount_rate") == [
        (text, _decimal(expected), Decimal("0.125"))
    ]


def test_a_unit_of_the_mapping_multiplies_unless_the_cell_has_its_own(landed) -> None:
    from runner.columns import mapping

    rules = mapping.read(landed.write("m.yml", "unit: {商談金額: 千円, Amount: 百万円}"))
    header = "SalesOpportunity,ActivityName,EventTime,OpportunityValue,Amount"
    rows = '1,x,2026-04-01,"▲1,200",1.5\n2,x,2026-04-01,1200円,２\n3,x,2026-04-01,5百万円,a\n'
    landed.add(landed.write("t.csv", f"{header}\n{rows}"), mapping=rules)
    assert landed.rows("opportunity_value, document_amount") == [
        (Decimal(-1_200_000), Decimal(1_500_000)),
        (Decimal(1_200), Decimal(2_000_000)),
        (Decimal(5_000_000), None),
    ]
