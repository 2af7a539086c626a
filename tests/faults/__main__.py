"""`make faults`: plays every fault against the real thing and counts what was lost.

Exits with 1 if any reminder was lost, or a copy arose that no fault explains.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from config.embedded import Servers
from tests.environment import ROOT

#: The product believes that it is nine o'clock on an ordinary Monday.
MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
RUNS = ROOT / "var" / "faults"


def say(text: str = "") -> None:
    """Tell the person at the keyboard."""
    print(text, flush=True)  # noqa: T201


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument(
        "--scale", type=float, default=1.0, help="1: 2,000 reminders in the main run"
    )
    parser.add_argument("--only", default="", help="numbers or 'chaos', by commas")
    parser.add_argument("--keep", action="store_true", help="keep logs and data")
    return parser.parse_args()


def main() -> int:
    """Play the faults; return the exit status."""
    chosen = arguments()
    directory = RUNS / f"{os.getpid()}"
    servers = Servers(directory / "servers")
    ahead = (MONDAY - datetime.now(UTC)).total_seconds()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
        "DATABASE_URL": servers.database_url,
        "REDIS_URL": servers.redis_url,
        "FAULTS_CLOCK": str(ahead),
        "LOG_LEVEL": "ERROR",
    }
    # Told to end, it clears away what it started, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    servers.start()
    try:
        failed = play_all(chosen, servers, ahead)
    finally:
        servers.release()
    if failed or chosen.keep:
        say(f"Logs and journals: {directory}")
    else:
        shutil.rmtree(directory, ignore_errors=True)
    return failed


def play_all(chosen: argparse.Namespace, servers: Servers, ahead: float) -> int:
    """Play the chosen faults one after the other; return 1 on any breach."""
    import django

    django.setup()
    from tests.faults import stage, table
    from tests.faults.ground import TEMPLATE
    from tests.faults.verdict import Verdict

    make_template(TEMPLATE, servers)
    say(
        f"seed {chosen.seed}, scale {chosen.scale:g}, {platform.machine()},"
        f" {os.cpu_count()} cores, Python {platform.python_version()}."
    )
    say(table.SCALED)
    only = {part for part in chosen.only.split(",") if part}
    verdicts = []
    for fault in table.FAULTS:
        if only and fault.number not in only:
            continue
        size = max(fault.least, round(fault.size * chosen.scale))
        number = fault.number
        place = stage.Stage(
            number, servers, RUNS / f"{os.getpid()}" / number, chosen.seed, ahead
        )
        verdict = Verdict(number, fault.title)
        play(fault.play, place, verdict, size)
        if not (chosen.keep or verdict.breaches):
            place.drop_database()
        verdicts.append(verdict)
        say(table.line(verdict))
    say(table.total(verdicts, seed=chosen.seed))
    return int(any(verdict.breaches for verdict in verdicts))


def play(scene: Callable[..., None], place: object, verdict: object, size: int) -> None:
    """Play one fault; whatever it raises is a breach."""
    from tests.faults.stage import Stage
    from tests.faults.verdict import CannotPlay, Verdict

    assert isinstance(place, Stage)
    assert isinstance(verdict, Verdict)
    started = time.monotonic()
    try:
        with place.open():
            scene(place, verdict, size)
    except CannotPlay as why:
        verdict.skipped = str(why)
    except Exception as error:  # noqa: BLE001 - a fault that fails must not stop others
        verdict.breaches.append(f"{type(error).__name__}: {error}"[:500])
    verdict.seconds = time.monotonic() - started


def make_template(name: str, servers: Servers) -> None:
    """Migrate one database, of which each fault gets a copy."""
    import psycopg
    from django.core.management import call_command
    from django.db import connection

    with psycopg.connect(
        host=str(servers.sockets), user="postgres", dbname="postgres", autocommit=True
    ) as db:
        db.execute(f"CREATE DATABASE {name}")
    connection.settings_dict["NAME"] = name
    call_command("migrate", verbosity=0)
    connection.close()


if __name__ == "__main__":
    sys.exit(main())
