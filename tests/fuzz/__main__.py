"""`make fuzz`: schemathesis against the running server, as three kinds of callers.

Exits with 1 if anything failed: a server error, an answer that the schema does not
describe, a token that was not looked at. The same seed gives the same cases.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import django
import httpx
from django.core.management import call_command

from config.embedded import Servers
from tests.environment import ROOT

RUNS = ROOT / "var" / "fuzz"
HERE = Path(__file__).parent
START_SECONDS = 60
_COUNT = re.compile(r"([\d,]+) generated")


@dataclass(frozen=True)
class Caller:
    """Who asks, and with which token."""

    name: str
    token: int = 0
    secret: str = ""

    @property
    def arguments(self) -> list[str]:
        """What the tool is told of this caller."""
        if self.secret:
            return ["--header", f"Authorization: Bearer {self.secret}"]
        # Without a token every good request is refused as well.
        return ["--exclude-checks", "positive_data_acceptance"]


def say(text: str = "") -> None:
    """Tell the person at the keyboard."""
    print(text, flush=True)  # noqa: T201


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--seed", type=int, default=20251101)
    parser.add_argument(
        "--examples", type=int, default=60, help="for each operation and phase"
    )
    parser.add_argument("--only", default="", help="manager, partner or anonymous")
    parser.add_argument("--path", default="", help="a pattern: only these addresses")
    return parser.parse_args()


def main() -> int:
    """Fuzz as each caller; return the exit status."""
    chosen = arguments()
    directory = RUNS / str(os.getpid())
    servers = Servers(directory / "servers", durable=False)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "tests.fuzz.settings",
        "DATABASE_URL": servers.database_url,
        "REDIS_URL": servers.redis_url,
        "LOG_LEVEL": "ERROR",
    }
    servers.start()
    try:
        callers = prepare()
        with running(directory / "server.log") as url:
            failed = [
                fuzz(caller, url, chosen, directory)
                for caller in callers
                if chosen.only in ("", caller.name)
            ]
        crashes = (directory / "server.log").read_text().count("unexpected error")
        say(f"server errors in the log: {crashes}")
    finally:
        servers.release()
        shutil.rmtree(directory / "servers", ignore_errors=True)
    return int(any(failed) or crashes > 0)


def prepare() -> list[Caller]:
    """Fill the database with the plan and one of everything; make tokens."""
    django.setup()
    # Models can be imported only now.
    from django.utils import timezone

    from rollout.models import ApiToken, Programme, Role
    from tests.api.everything import make_everything
    from tests.factories import make_member

    call_command("migrate", verbosity=0)
    for name in ("ishoj-2025-2029", "example-data"):
        call_command("plan", "apply", str(ROOT / "plans" / f"{name}.yaml"))
    programme = Programme.objects.get()
    made = make_everything(programme)
    partner = made["partners"]
    people = {
        "manager": make_member(programme),
        "partner": make_member(programme, Role.PARTNER, partner=partner),
    }
    callers = []
    for name, person in people.items():
        token, secret = ApiToken.objects.issue(person, name, at=timezone.now())
        callers.append(Caller(name, token.pk, secret))
    return [*callers, Caller("anonymous")]


@contextmanager
def running(log: Path) -> Iterator[str]:
    """Run the product's web server; yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn"]
    with log.open("w") as output:
        server = subprocess.Popen(
            [*command, "config.wsgi"],
            cwd=ROOT,
            env=os.environ | {"PORT": str(port)},
            stdout=output,
            stderr=output,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{url}/api/v1/schema/")
        yield url
    finally:
        server.terminate()
        server.wait()


def wait_for(address: str) -> None:
    """Return once the address answers. Raises TimeoutError."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            if httpx.get(address, timeout=30).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise TimeoutError(address)


def fuzz(caller: Caller, url: str, chosen: argparse.Namespace, directory: Path) -> bool:
    """Run the tool as one caller; return whether anything failed."""
    started = time.monotonic()
    report = directory / f"{caller.name}.txt"
    command = [
        *(sys.executable, "-m", "schemathesis.cli"),
        *("--config-file", str(HERE / "schemathesis.toml"), "run"),
        *(f"{url}/api/v1/schema/", "--checks", "all", "--no-color"),
        *("--seed", str(chosen.seed), "--max-examples", str(chosen.examples)),
        *("--generation-database", "none", "--suppress-health-check", "all"),
        *("--continue-on-failure", "--warnings", "off", "--request-timeout", "60"),
        *caller.arguments,
    ]
    if chosen.path:
        command += ["--include-path-regex", chosen.path]
    with report.open("w") as output:
        done = subprocess.run(
            command,
            # It keeps what it found beside its reports.
            cwd=directory,
            env=os.environ
            | {
                "PYTHONPATH": str(ROOT),
                "SCHEMATHESIS_HOOKS": "tests.fuzz.hooks",
                "FUZZ_TOKEN": str(caller.token),
            },
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    text = report.read_text()
    cases = _COUNT.search(text)
    minutes = (time.monotonic() - started) / 60
    count = cases.group(1) if cases else "no"
    verdict = "failed, see " + str(report) if done.returncode else "all passed"
    say(f"{caller.name}: {count} cases in {minutes:.0f} minutes, {verdict}")
    return done.returncode != 0


if __name__ == "__main__":
    sys.exit(main())
