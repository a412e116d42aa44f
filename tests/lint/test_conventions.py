"""Project conventions that no linter checks."""

import re
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODELS = sorted((ROOT / "models").rglob("*.sql"))
MACROS = sorted((ROOT / "macros").rglob("*.sql"))
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))

# Forbidden SQL in models, the reason, and an example that must be caught.
CLOCK = r"\b(current_(date|time(stamp)?)\b|localtime(stamp)?\b|(now|today|random|uuid)\s*\()"
FORBIDDEN = {
    "a clock or chance: the same files must produce the same result tomorrow": (
        CLOCK,
        "current_date - 1",
    ),
    "a range frame: equal runs had different results": (
        r"\brange\s[^()]*\bpreceding\b",
        "order by day range between interval 3 days preceding and current row",
    ),
    "qualify: Spark has none": (r"\bqualify\b", "qualify row_number() over (order by id) = 1"),
    "asof: Spark reads it as an alias": (r"\basof\b", "asof join rates using (month)"),
    "union by name: Spark has none": (r"\bby\s+name\b", "union all by name"),
    "a lambda: two spellings in DuckDB, a third in Spark": (r"->|\blambda\b", "x -> x + 1"),
    "exclude: it is except in Spark": (r"\bexclude\b", "select * exclude (case_key)"),
    "a filter on a window: Spark refuses it; write case when inside": (
        r"\bfilter\s*\([^()]*\)\s*over\b",
        "count(*) filter (where is_open) over history",
    ),
    "a minus after a named window: Spark reads it as part of the name": (
        r"\bover\s+\w+\s*-(?!-)",
        "sum(passes) over so_far - passes",
    ),
    "ignore nulls: inside the call or after it; macro ignore_nulls": (
        r"\bignore\s+nulls\b",
        "lag(stage) ignore nulls over history",
    ),
    "at time zone: Spark has none; macro local_time": (
        r"\bat\s+time\s+zone\b",
        "event_at at time zone zone",
    ),
    "varchar: Spark wants a length; string is the same": (r"\bvarchar\b", "cast(n as varchar)"),
    "a quoted name is a text to Spark; a bare name, or macro quoted": (
        r'"(?![^{}]*\}\})',
        'select "Region"',
    ),
}
# Functions of one engine only, and their portable form.
INSTEAD = {
    "string_agg|listagg|array_agg|collect_list|list": "macro ordered_text",
    "epoch|epoch_us|epoch_ms|unix_micros|unix_timestamp|timestampdiff": (
        "macro microseconds_between"
    ),
    "date_diff|datediff": "macro dates_between",
    "timezone|convert_timezone|from_utc_timestamp": "macro local_time",
    "hash|xxhash64": "macro hash_key",
    "json_keys|json_object_keys|unnest|explode": "macro json_names",
    "json_extract_string|get_json_object|from_json": "macro json_text",
    "arg_max|arg_min": "max_by, min_by",
    "median|quantile_cont|quantile_disc|approx_quantile": "macro percentile",
    "strftime|date_format": "cast to string and substr",
    "regexp_matches|rlike": "like",
    "struct_pack|named_struct": "columns of their own",
}
FORBIDDEN |= {
    f"{names.replace('|', ', ')}: functions of one engine; {instead}": (
        rf"\b({names})\s*\(",
        f"{names.partition('|')[0]}(x)",
    )
    for names, instead in INSTEAD.items()
}
# Lines that are not blank, from which on a model or a macro needs a reason to be so long.
LONG_MODEL, LONG_MACRO = 60, 15
LONG = {
    "stg_events": "one line per column of the template",
    "attribute_values": "one branch per source of text",
    "duplicate_rows": "two lists of columns: what makes an event the same, and what may differ",
    "source_systems": "one rule in four steps; no other model reads a step",
    "resolved_events": "one rule for date-only events; no other model reads a step",
    "timeline": "the one sort: keeps the values of the previous event that later models need",
    "case_facts": "one pass over the events of a case",
    "case_order_totals": "one rule in four steps; no other model reads a step",
    "stage_changes": "two alternatives of one condition",
    "visit_spans": "start, end and duration of a visit in one pass: one sort, one table",
    "visits": "direction and exit are one decision each, with its branches",
    "edges": "counts by path, then by edge; durations beside them",
    "edge_segments": "counts by path, then by segment, as in edges",
    "edge_times": "one rule: from wanted classes to the steps at their ranks",
    "rest_times": "one rule: from wanted classes to the steps at their ranks, outside the segment",
    "kpi_intervals": "both ends of an interval, by first and last occurrence",
    "kpi_months": "one rule for spans and maturity; no other model reads a step",
    "kpi_periods": "the periods with a figure, and those kept without one",
    "judged_kpis": "the columns of kpi_values, and the order in which a status is decided",
    "intake": "the counts of a file in one pass over the landing",
    "case_measures": "the conditions of eight measures, counted in one pass",
    "row_measures": "the conditions of six measures, counted in one pass",
    "cases": "one line per published column",
    "events": "one line per published column",
    "transitions": "one line per published column",
    "milestone_variants": "ranks and shares of a path beside the counts of its milestones",
    "quality_measures": "a union of the chapter's measures, one line each",
    "wanted_ranks": "one line per rank",
    "measured_shares": "two loops over the measures",
}
# A folder of a user, or the folder of this clone.
MACHINE_PATH = re.compile(
    "|".join([r"/(home|Users)/\w", r"\b[A-Z]:\\\\?Users\b", re.escape(f"{ROOT}/")])
)


def code(text: str) -> str:
    """Return the SQL without comments and quoted text."""
    return re.sub(r"\{#.*?#\}|/\*.*?\*/|--[^\n]*|'(?:[^']|'')*'", " ", text, flags=re.DOTALL)


def relative(path: Path) -> str:
    """Return a path as it appears in test names."""
    return str(path.relative_to(ROOT))


def breaches(text: str) -> list[str]:
    """Return the rules that a piece of SQL breaks."""
    return [
        rule
        for rule, (pattern, _) in FORBIDDEN.items()
        if re.search(pattern, code(text), re.IGNORECASE)
    ]


@pytest.mark.parametrize("path", MODELS, ids=relative)
def test_model_keeps_to_the_shared_sql(path: Path) -> None:
    assert breaches(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", MACROS, ids=relative)
def test_macro_reads_no_clock(path: Path) -> None:
    assert not re.search(CLOCK, code(path.read_text(encoding="utf-8")), re.IGNORECASE)


@pytest.mark.parametrize("path", MACROS, ids=relative)
def test_macro_has_a_comment_on_its_result(path: Path) -> None:
    """The comment is above the macro; a description in YAML would repeat it."""
    assert re.match(r"\{#-? \S", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("rule", FORBIDDEN)
def test_each_rule_catches_its_example(rule: str) -> None:
    assert breaches(f"select {FORBIDDEN[rule][1]}") == [rule]


@pytest.mark.parametrize("path", [*MODELS, *MACROS], ids=relative)
def test_long_sql_is_a_warning(path: Path) -> None:
    """Split a file that has two ideas, else name it in LONG."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    is_long = len(lines) > (LONG_MODEL if path in MODELS else LONG_MACRO)
    if is_long and path.stem not in LONG and path.parent.name != "dialect":
        warnings.warn(
            f"{relative(path)} has {len(lines)} lines: split it or add a reason", stacklevel=1
        )
    assert is_long or path.stem not in LONG, "no longer long: remove it from LONG"


def test_each_name_of_long_sql_exists() -> None:
    assert set(LONG) <= {path.stem for path in [*MODELS, *MACROS]}


@pytest.mark.parametrize(
    "path", [path for path in MODELS if path.parent.name != "staging"], ids=relative
)
def test_model_ends_by_selecting_itself(path: Path) -> None:
    """Staging models are one select without steps."""
    last_line = path.read_text(encoding="utf-8").rstrip("\n").rpartition("\n")[2]
    assert last_line == f"select * from {path.stem}"


@pytest.mark.parametrize("path", LOCKS, ids=relative)
def test_lock_names_no_index(path: Path) -> None:
    """Package indexes are set in the configuration of pip."""
    named = r"^\s*-|://|file:| @ "
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if re.search(named, line)] == []


def files_of_the_tree() -> Iterator[Path]:
    """Return the files that git would commit."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return (ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file())


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs a git checkout")
def test_no_path_of_a_machine_is_in_the_tree() -> None:
    named = [
        relative(path)
        for path in files_of_the_tree()
        if MACHINE_PATH.search(path.read_bytes().decode("utf-8", errors="ignore"))
    ]
    assert named == []
