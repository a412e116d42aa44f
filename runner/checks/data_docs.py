"""Data Docs: every check with its result, as pages without external resources.

The pages of Great Expectations load scripts, styles and images from several hosts and do not show
dbt tests, so the results are written with our own template.
"""

from __future__ import annotations

from pathlib import Path

from runner import messages
from runner.checks import formats
from runner.checks.headline import headline
from runner.engines.warehouse import Warehouse
from runner.files import replace_text
from runner.messages import _
from runner.severity import WARNING
from runner.verdict import Verdict, failed_checks, how_to_force

PAGES = {"en": "index.html", "ja": "ja.html"}


def write(folder: Path, verdict: Verdict, candidate: Path | None) -> None:
    """Write one page per language into `folder`; files are listed only with a candidate."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("data_docs.html.j2")
    failed = failed_checks(verdict.checks)
    others = [check for check in verdict.checks if not check.has_failed]
    for language, page in PAGES.items():
        with messages.in_language(language):
            content = template.render(
                language=language,
                pages=PAGES,
                verdict=verdict,
                failed=failed,
                # Checks of the data come before tests of the models.
                others=sorted(others, key=lambda c: (c.tool == "dbt", c.where, c.name)),
                summary=formats.summary(verdict.checks),
                details=formats.details,
                facts=headline(candidate) if candidate else [],
                files=_files(candidate) if candidate else [],
                file_columns=[_("file"), _("sheet"), _("rows"), _("events"), _("rejected")],
                steps=_steps(verdict),
                severity=formats.severity,
                heading=_("Checks of the data"),
                outcome=_("It may be published.") if verdict.passed else _("Not to be published."),
                files_heading=_("Files"),
                steps_heading=_("What to do"),
                failed_heading=_("What failed"),
                others_heading=_("Passed or skipped"),
                columns=[_("what must hold"), _("found"), _("severity"), _("where"), _("check")],
            )
        replace_text(folder / page, content)


def _files(candidate: Path) -> list[tuple[str, str, int, int, int]]:
    """Return rows, events and rejected rows of each file and sheet, without example rows."""
    with Warehouse() as warehouse:
        warehouse.attach(candidate, "candidate")
        return [
            (file, sheet, rows, events, rejected)
            for file, sheet, rows, events, rejected in warehouse.rows(
                "select source_file, sheet, rows_landed - example_rows, events,"
                " rejected - example_rows from candidate.marts.intake_summary order by import_id"
            )
        ]


def _steps(verdict: Verdict) -> list[str]:
    """Return the remedies of failed critical checks and warnings, each once.

    The command for a forced publication comes last.
    """
    language = messages.language()
    steps = [check.remedy[language] for check in failed_checks(verdict.checks, WARNING)]
    if not verdict.passed and verdict.is_complete:
        steps.append(how_to_force())
    return list(dict.fromkeys(steps)) or [_("Nothing: no critical check and no warning failed.")]
