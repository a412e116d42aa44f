"""Data Docs: every check and what it said, as pages that load nothing.

Great Expectations' own pages load scripts, styles and images from several hosts, and know nothing
of dbt's tests; so its results are written with a template of ours.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from runner import checks, formats, messages
from runner.files import replace_text
from runner.messages import _

if TYPE_CHECKING:
    from runner.checks import Verdict

PAGES = {"en": "index.html", "ja": "ja.html"}


def write(folder: Path, verdict: Verdict) -> None:
    """Write one page per language into `folder`."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("data_docs.html.j2")
    failed = checks.failed(verdict.checks)
    others = [check for check in verdict.checks if not check.has_failed]
    for language, page in PAGES.items():
        with messages.spoken(language):
            content = template.render(
                language=language,
                pages=PAGES,
                verdict=verdict,
                failed=failed,
                # What is said of the data comes before what proves the models.
                others=sorted(others, key=lambda c: (c.tool == "dbt", c.where, c.name)),
                summary=formats.summary(verdict.checks),
                details=formats.details,
                severity=formats.severity,
                heading=_("Checks of the data"),
                outcome=_("It may be published.") if verdict.passed else _("Not to be published."),
                failed_heading=_("What failed"),
                others_heading=_("What passed or had nothing to judge"),
                columns=[_("what must hold"), _("found"), _("severity"), _("where"), _("check")],
            )
        replace_text(folder / page, content)
