"""`make atheris`: bytes that find their own way into each parser, by what they reach.

libFuzzer keeps what reaches new code and goes on from there. Each parser runs in a
process of its own, with five seconds for one input and a gigabyte of memory; what it
may say to nonsense is its own refusal, and anything else ends with status 1.
"""

from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

#: Seconds and megabytes that one input may take.
SLOWEST, LARGEST = 5, 1024
_SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "ENV_FILE": "",
    "DEBUG": "true",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:9/none",
    "REDIS_URL": "redis://127.0.0.1:9/0",
}


@dataclass(frozen=True)
class Target:
    """One parser: what it is, and with what to begin."""

    #: What is watched for new ways through the code.
    modules: tuple[str, ...]
    #: Returns the parser, which raises only what is a defect.
    make: Callable[[], Callable[[bytes], object]]
    seeds: tuple[bytes, ...]
    longest: int = 4_000


def _plan() -> Callable[[bytes], object]:
    document = importlib.import_module("rollout.plans.document")
    problems = importlib.import_module("rollout.plans.problems")

    def run(data: bytes) -> None:
        try:
            document.parse_bytes(data, name="plan.yaml")
        except problems.BadPlan:
            return

    return run


def _table(name: str) -> Callable[[], Callable[[bytes], object]]:
    def make() -> Callable[[bytes], object]:
        values = importlib.import_module("rollout.values_file")

        def run(data: bytes) -> None:
            try:
                values.suggested(values.read_table(data, name), None)
            except values.Unreadable:
                return

        return run

    return make


def _mail() -> Callable[[bytes], object]:
    parse: Callable[[bytes], object] = importlib.import_module("notifications.dsn").read
    return parse


def _json() -> Callable[[bytes], object]:
    parsers = importlib.import_module("rollout.api.parsers")
    problems = importlib.import_module("rest_framework.exceptions")

    def run(data: bytes) -> None:
        try:
            parsers.StrictJSONParser().parse(BytesIO(data))
        except problems.APIException:
            return

    return run


def _calendar() -> Callable[[bytes], object]:
    """Whatever a deadline is called, its calendar reads as one event."""
    ics = importlib.import_module("notifications.ics")
    calendars = importlib.import_module("icalendar")
    at = datetime(2026, 3, 2, tzinfo=UTC)

    def run(data: bytes) -> None:
        title = data.decode("utf-8", "ignore").replace("\0", "")
        made = calendars.Calendar()
        made.add_component(
            ics._day("milestone:1", date(2026, 4, 1), title, sequence=1, at=at)
        )
        assert len(calendars.Calendar.from_ical(made.to_ical()).walk("VEVENT")) == 1

    return run


def _text() -> Callable[[bytes], object]:
    """Numbers, names, CPR numbers: what forms and files hold."""
    numbers = importlib.import_module("rollout.numbers")
    cpr = importlib.import_module("rollout.cpr")
    names = importlib.import_module("rollout.names")
    refused = importlib.import_module("django.core.exceptions").ValidationError

    def run(data: bytes) -> None:
        text = data.decode("utf-8", "ignore")
        cpr.holds_cpr(text)
        names.cleaned(text)
        try:
            numbers.read_number(text)
        except refused:
            return

    return run


def _providers() -> Callable[[bytes], object]:
    reading = importlib.import_module("config.openid.reading")

    def run(data: bytes) -> None:
        for kind in (reading.OpenIdProvider, reading.SamlProvider):
            try:
                reading.read_providers(data.decode("utf-8", "ignore"), kind)
            except reading.NotUnderstood:
                continue

    return run


def _webhook() -> Callable[[bytes], object]:
    """What a mail provider sends us, up to where the mail is looked for."""
    providers = importlib.import_module("notifications.providers")
    refused = importlib.import_module("anymail.exceptions").AnymailError
    ask = importlib.import_module("django.test").RequestFactory().post

    def run(data: bytes) -> None:
        request = ask("/mail-events/", data, content_type="application/json")
        for provider in providers.PROVIDERS.values():
            try:
                events = provider.reader().parse_events(request)
            except (refused, ValueError, LookupError, TypeError, AttributeError):
                # As the view does it.
                continue
            for event in events:
                providers._kind(provider, event)

    return run


_PLAN = b"""format: 1
programme: {code: p, name: P, municipality: M, starts_on: 2025-01-01}
places:
  - {code: a, name: A, kind: group, parent: b}
"""
_RETURNED = b"""From: MAILER-DAEMON@example.org
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; x@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 unknown

--b--
"""
TARGETS = {
    "plan": Target(("rollout.plans", "yaml"), _plan, (_PLAN, b"a: &a [*a]\n")),
    "csv": Target(
        ("rollout.values_file",),
        _table("tal.csv"),
        (b"Indikator;V\xc3\xa6rdi\na;1,5\n", b'"a\tb"\n'),
    ),
    "xlsx": Target(
        ("rollout.values_file", "openpyxl"), _table("tal.xlsx"), (), longest=20_000
    ),
    "mail": Target(("notifications.dsn", "email"), _mail, (_RETURNED,)),
    "json": Target(
        ("rollout.api.parsers",), _json, (b'{"a": [1.5, "x"], "b": null}', b"[[[[")
    ),
    "ics": Target(
        ("notifications.ics", "icalendar"), _calendar, (b"a\r\nBEGIN:VALARM;,\\",)
    ),
    "text": Target(
        ("rollout.numbers", "rollout.cpr", "rollout.names"),
        _text,
        (b"1.234,50 %", b"010203-1234", b"Mette\xe2\x80\xae Holm"),
    ),
    "webhook": Target(
        ("notifications.providers", "anymail.webhooks"),
        _webhook,
        (
            b'{"RecordType": "Bounce", "Type": "HardBounce", "Email": "x@example.org"}',
            b'{"event": "bounce", "email": "x", "ts_epoch": 1, "hard_bounce": true}',
        ),
    ),
    "providers": Target(
        ("config.openid.reading",), _providers, (b'[{"id": "a", "roles": [{}]}]',)
    ),
}


def run_one(name: str, arguments: list[str]) -> None:
    """Run one parser in this process; libFuzzer ends it."""
    import atheris

    target = TARGETS[name]
    os.environ |= _SETTINGS
    with atheris.instrument_imports(include=list(target.modules)):
        django = importlib.import_module("django")
        django.setup()
        parse = target.make()
    atheris.Setup([sys.argv[0], *arguments], parse)
    atheris.Fuzz()


def fuzz(name: str, *, seconds: int, keep: Path) -> bool:
    """Run one parser in a process of its own; return whether nothing was found."""
    target = TARGETS[name]
    corpus = keep / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds or (_workbook(),)):
        (corpus / f"seed-{number}").write_bytes(seed)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.guided_fuzz", "--run", name, "--"),
            f"-max_total_time={seconds}",
            f"-timeout={SLOWEST}",
            f"-rss_limit_mb={LARGEST}",
            f"-max_len={target.longest}",
            f"-artifact_prefix={keep}/{name}-",
            str(corpus),
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    last = [one for one in done.stderr.splitlines() if one.startswith(("#", "Done"))]
    is_held = done.returncode == 0
    sys.stdout.write(f"{name}: {'held' if is_held else 'FAILED'}; {last[-1:]}\n")
    if not is_held:
        sys.stdout.write(done.stdout[-4_000:] + done.stderr[-4_000:])
    return is_held


def _workbook() -> bytes:
    from openpyxl import Workbook

    made = BytesIO()
    book = Workbook()
    book.active.append(["Indikator", "Værdi"])
    book.save(made)
    return made.getvalue()


def main() -> int:
    """Fuzz each parser, or those that are named, for some seconds each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--only", choices=TARGETS, action="append")
    parser.add_argument("--run", choices=TARGETS, help=argparse.SUPPRESS)
    parser.add_argument("rest", nargs="*", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.run:
        run_one(asked.run, asked.rest)
    with tempfile.TemporaryDirectory() as place:
        held = [
            fuzz(name, seconds=asked.seconds, keep=Path(place))
            for name in asked.only or TARGETS
        ]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
