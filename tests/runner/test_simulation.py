"""The simulated log: the same everywhere, importable in both languages, its causes visible."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from runner import vocabulary
from runner.cli import cli
from runner.engines.warehouse import Warehouse, sql_literal
from runner.simulation import simulate
from tests.runner.conftest import Ask, Landing, build_tables, tables_of


def l2c(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], env={"LANG": "C"})


def simulated(file: Path, *arguments: object) -> Path:
    result = l2c("simulate", "-o", file, *arguments)
    assert result.exit_code == 0, result.output
    return file


def query(sql: str) -> list[tuple[object, ...]]:
    with Warehouse() as warehouse:
        return warehouse.rows(sql)


@pytest.mark.parametrize(
    ("lang", "sha256"),
    [
        ("en", "e3147aa6a6c30f911138337e2614a63102ab5e02806c8a90828b4f02744744bd"),
        ("ja", "2b530ac11d96031776ecfba63c27dc0bd189281d433a846ee753f15d9a9448fb"),
    ],
)
def test_the_same_seed_writes_the_same_file_on_any_machine(
    tmp_path: Path, lang: str, sha256: str
) -> None:
    file = simulated(tmp_path / "log.csv", "--cases", 500, "--seed", 7, "--lang", lang)
    assert hashlib.sha256(file.read_bytes()).hexdigest() == sha256


def test_another_seed_writes_another_file(tmp_path: Path) -> None:
    one = simulated(tmp_path / "one.csv", "--cases", 50, "--seed", 1)
    two = simulated(tmp_path / "two.csv", "--cases", 50, "--seed", 2)
    assert one.read_bytes() != two.read_bytes()


def test_parquet_holds_the_rows_of_the_csv_in_their_order(tmp_path: Path) -> None:
    csv = simulated(tmp_path / "log.csv", "--cases", 200, "--lang", "ja")
    parquet = simulated(tmp_path / "log.parquet", "--cases", 200, "--lang", "ja")
    rows = [
        query(f"select columns(*)::varchar from {source}")
        for source in (
            f"read_csv({sql_literal(str(csv))}, all_varchar = true)",
            f"read_parquet({sql_literal(str(parquet))})",
        )
    ]
    assert rows[0] == rows[1]


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_row_is_imported_and_every_cell_read(landed: Landing, lang: str) -> None:
    file = simulated(
        landed.data_dir.parent / "log.csv", "--cases", 400, "--seed", 3, "--lang", lang
    )
    (found,) = landed.add(file)
    assert found.rows == found.events
    assert (found.rejected, found.bad_cells, found.unknown_activities) == (0, {}, {})
    source = f"read_parquet({sql_literal(f'{landed.data_dir}/landing/*.parquet')})"
    # Every column of the template is filled somewhere, and nothing else is carried.
    assert len(found.matched) == 34
    assert not found.carried
    names = ", ".join(f'count("{column.name}")' for column in vocabulary.columns())
    (filled,) = query(f"select {names} from {source}")
    assert min(filled) > 0  # type: ignore[type-var]
    cases = query(f"select count(distinct coalesce(SalesOpportunity, LeadNumber)) from {source}")
    assert cases == [(400,)]


def test_both_languages_have_the_same_events(landed: Landing) -> None:
    events = {}
    for lang in ("en", "ja"):
        file = simulated(landed.data_dir.parent / f"{lang}.csv", "--cases", 100, "--lang", lang)
        landed.add(file, fresh=True)
        events[lang] = landed.rows("activity, event_at, opportunity_value, document_amount")
    assert events["en"] == events["ja"]


# The figure that a cause changes, of the affected deals and of all others.
FIGURES = {
    "slow_approval": (
        "median(date_diff('minute', first['Approval Requested'], last['Quote Approved']))",
        "region = 'West'",
    ),
    "unapproved_discounts": (
        (
            "avg(cast(discount_rate > 0.2 and first['Discount Approved'] is null as int))"
            " filter (where first['Quote Created'] is not null)"
        ),
        "sales_representative = 'Misaki Suzuki'",
    ),
    "quote_rework": (
        (
            "avg(coalesce(times['Quote Revised'], 0))"
            " filter (where first['Quote Created'] is not null)"
        ),
        "customer_segment = 'Enterprise'",
    ),
    "order_rework": (
        (
            "avg(coalesce(times['Order Changed'], 0))"
            " filter (where first['Sales Order Created'] is not null)"
        ),
        "product_category = 'Professional Services'",
    ),
    "slow_fulfilment": (
        "median(date_diff('minute', first['Sales Order Created'], first['Order Fulfilled']))",
        "product_category = 'Hardware'",
    ),
    "late_invoicing": (
        "median(date_diff('hour', first['Order Fulfilled'], first['Invoice Generated']))",
        "region = 'Kyushu'",
    ),
    "late_payment": (
        (
            "median(date_diff('day', first['Invoice Generated'], first['Payment Received']))"
            " - any_value(cast(right(payment_terms, 2) as int))"
            " filter (where payment_terms like 'NET%')"
        ),
        "payment_terms = 'NET60'",
    ),
    "poor_conversion": (
        "count(first['Lead Captured']) / count(first['Lead Converted'])",
        "lead_source = 'Telemarketing'",
    ),
    "late_losses": (
        "avg(cast(outcome = 'lost' as int)) filter (where first['Quote Issued'] is not null)",
        "customer_segment = 'Public Sector'",
    ),
    "stalled_deals": (
        # Some of them are closed without sale in the end.
        (
            "avg(cast(outcome in ('open', 'no_sale') as int))"
            " filter (where first['Quote Issued'] < '2025-12-01')"
        ),
        "sales_representative = 'Aya Nakamura'",
    ),
}


def l2c_in(folder: Path, command: str, *arguments: object) -> None:
    """Simulate a log in `folder` and pass it to a command."""
    file = simulated(folder / "log.csv", "--cases", 4000, "--lang", "en", *arguments)
    result = l2c(command, file, "--data-dir", folder)
    assert result.exit_code == 0, result.output


@pytest.fixture(scope="module")
def with_causes(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Publish a log with all causes."""
    folder = tmp_path_factory.mktemp("planted")
    l2c_in(folder, "run")
    return tables_of(folder)


@pytest.fixture(scope="module")
def without_causes(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    folder = tmp_path_factory.mktemp("nothing")
    (folder / "nothing.json").write_text('{"causes": []}', encoding="utf-8")
    l2c_in(folder, "import", "--plant", folder / "nothing.json")
    return build_tables(folder)


def figures(ask: Ask, effect: str) -> tuple[float, float]:
    """Return the figure of the affected deals and that of the others."""
    figure, befallen = FIGURES[effect]
    others = "payment_terms = 'NET30'" if effect == "late_payment" else f"not {befallen}"
    deals = (
        "with deals as (select * from cases inner join ("
        " select case_id, map_from_entries(list((activity, first_at))) as first,"
        " map_from_entries(list((activity, last_at))) as last,"
        " map_from_entries(list((activity, occurrences))) as times"
        " from milestones group by case_id) using (case_id))"
    )
    ((one,),) = ask(f"{deals} select {figure} from deals where {befallen}")
    ((other,),) = ask(f"{deals} select {figure} from deals where {others}")
    return float(one), float(other)


def test_every_effect_is_proven() -> None:
    planted = simulate.planted(simulate.FOLDER / "causes.json")
    assert {cause.effect for cause in planted} == set(simulate.effects()) == set(FIGURES)


@pytest.mark.parametrize("effect", FIGURES)
def test_a_planted_cause_is_visible_in_the_published_tables(
    with_causes: Ask, without_causes: Ask, effect: str
) -> None:
    befallen, others = figures(with_causes, effect)
    assert befallen > 1.5 * others
    made = befallen - others
    befallen, others = figures(without_causes, effect)
    # Chance makes less than a third of the difference.
    assert abs(befallen - others) < made / 3


def test_the_file_beside_a_log_plants_the_same_again(tmp_path: Path) -> None:
    one = simulated(tmp_path / "one.csv", "--cases", 60, "--lang", "ja")
    beside = tmp_path / "one.causes.json"
    planted = json.loads(beside.read_text(encoding="utf-8"))
    assert planted["log"] == {"cases": 60, "events": 621, "seed": 1, "language": "ja"}
    assert planted["causes"][1]["segment"] == "鈴木 美咲"
    assert planted["causes"][6]["unit"] == "days"
    two = simulated(tmp_path / "two.csv", "--cases", 60, "--lang", "ja", "--plant", beside)
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize(
    ("plant", "message"),
    [
        ("{", "plant.json, line 1: this is not readable JSON."),
        ('{"causes": 3}', "plant.json: causes cannot be 3."),
        ('{"cause": []}', "plant.json: unknown key cause in the file. Did you mean causes?"),
        (
            '{"causes": [{"effect": "slow_approval", "dimension": "region", "segment": "West"}]}',
            "plant.json: causes.0 lacks the key size.",
        ),
        (
            '{"causes": [{"effect": "slow", "dimension": "region", "segment": "West", "size": 2}]}',
            "plant.json: slow is no effect that can be planted. Known: slow_approval, ",
        ),
        (
            (
                '{"causes": [{"effect": "slow_approval", "dimension": "region", "segment": "North",'
                ' "size": 2}]}'
            ),
            "plant.json: North is no segment that can be planted. Known: Japan HQ, 本社, ",
        ),
    ],
)
def test_a_plant_file_that_cannot_be_followed_is_refused(
    tmp_path: Path, plant: str, message: str
) -> None:
    file = tmp_path / "plant.json"
    file.write_text(plant, encoding="utf-8")
    result = l2c("simulate", "-o", tmp_path / "log.csv", "--plant", file)
    assert result.exit_code == 2
    assert message in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["plant.json"]


def test_only_csv_and_parquet_are_written(tmp_path: Path) -> None:
    result = l2c("simulate", "-o", tmp_path / "log.xlsx")
    assert result.exit_code == 2
    assert "log.xlsx: a simulated log is written as .csv, .parquet." in result.output
