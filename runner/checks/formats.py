"""Output of checks: for people (text), programs (json), test reports (junit) and GitHub."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from xml.etree import ElementTree

from runner.messages import _, language
from runner.severity import CRITICAL, INFO, WARNING
from runner.verdict import Check, Verdict, failed_checks, tally

FORMATS = ("text", "json", "junit", "github")
# GitHub's names of the severities, and the characters that XML 1.0 does not allow.
LEVELS = {CRITICAL: "error", WARNING: "warning", INFO: "notice"}
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(verdict: Verdict, form: str) -> str:
    """Return the verdict in one of `FORMATS`."""
    renderers = {"text": as_text, "json": as_json, "junit": as_junit, "github": as_github}
    return renderers[form](verdict)


def severity(name: str) -> str:
    """Return the label of a severity."""
    return {CRITICAL: _("critical"), WARNING: _("warning"), INFO: _("info")}[name]


def summary(listed: Sequence[Check]) -> str:
    """Return a line with the number of checks that passed, were skipped and failed."""
    counts = tally(listed)
    return _(
        "checks: {passed} passed, {skipped} skipped; failed: critical {critical},"
        " warning {warning}, info {info}",
        **counts,
    )


def as_text(verdict: Verdict) -> str:
    """Return the failed checks, most severe first: problem, place, count, examples, remedy."""
    lines = []
    for check in failed_checks(verdict.checks):
        lines += [f"{severity(check.severity)}: {check.name} ({check.where})"]
        lines += [f"  {line}" for line in details(check)]
    return "\n".join([*lines, summary(verdict.checks)])


def details(check: Check) -> list[str]:
    """Return problem, result, examples and remedy as lines."""
    current = language()
    return [
        check.headline[current],
        *filter(None, [check.found[current]]),
        *(
            [_("for example: {examples}", examples="; ".join(check.examples))]
            if check.examples
            else []
        ),
        _("what to do: {remedy}", remedy=check.remedy[current]),
    ]


def as_json(verdict: Verdict) -> str:
    """Return every check as JSON, in both languages."""
    return json.dumps(
        {
            "build": verdict.build,
            "content_hash": verdict.content_hash,
            "passed": verdict.passed,
            "counts": tally(verdict.checks),
            "checks": [asdict(check) for check in verdict.checks],
        },
        indent=2,
        ensure_ascii=False,
    )


def as_junit(verdict: Verdict) -> str:
    """Return every check as a JUnit test case of its tool's suite; failure type is the severity."""
    root = ElementTree.Element("testsuites", name="l2c check")
    for tool in sorted({check.tool for check in verdict.checks}):
        listed = [check for check in verdict.checks if check.tool == tool]
        counts = {status: sum(check.status == status for check in listed) for status in STATUSES}
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=tool,
            tests=str(len(listed)),
            failures=str(counts["failed"]),
            errors=str(counts["error"]),
            skipped=str(counts["skipped"]),
        )
        for check in listed:
            case = ElementTree.SubElement(
                suite, "testcase", classname=f"{tool}.{check.where}", name=check.name
            )
            if check.status == "skipped":
                ElementTree.SubElement(case, "skipped", message=for_xml(check.found[language()]))
            elif check.has_failed:
                tag = "failure" if check.status == "failed" else "error"
                about = {"type": check.severity, "message": for_xml(check.headline[language()])}
                ElementTree.SubElement(case, tag, about).text = for_xml("\n".join(details(check)))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)


STATUSES = ("passed", "failed", "error", "skipped")


def as_github(verdict: Verdict) -> str:
    """Return a workflow command per failed check; GitHub shows them on the run."""
    lines = [
        f"::{LEVELS[check.severity]} title={_property(f'{check.name} ({check.where})')}"
        f"::{for_github(chr(10).join(details(check)))}"
        for check in failed_checks(verdict.checks)
    ]
    return "\n".join([*lines, summary(verdict.checks)])


def for_xml(value: str) -> str:
    """Return a text with replacements for characters that XML does not allow."""
    return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", value)


def for_github(value: str) -> str:
    """Return a text as the message of a workflow command."""
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return for_github(value).replace(":", "%3A").replace(",", "%2C")
