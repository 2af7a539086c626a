"""How long a process takes until it can begin to work, beside a bare Django project."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping

from django.conf import settings

from benchmarks.measure import Result

RUNS = 5
AT_MOST = 1.3
_OURS = ("config", "notifications", "rollout", "workflows")
_CHECK = "from django.core.management import execute_from_command_line as run;"
_CHECK += "run(['manage.py', 'check'])"
#: All that a worker's process does before it connects to anything.
_WORKER = "import celery.bin.worker, celery.concurrency.prefork, django;"
_WORKER += "import kombu.transport.redis; django.setup();"
_WORKER += "from {app} import app; app.loader.import_default_modules(); app.finalize()"


def results() -> Iterator[Result]:
    """Compare `manage.py check`, and a worker up to its first connection."""
    ours = {"DJANGO_SETTINGS_MODULE": "config.settings"}
    bare = {"DJANGO_SETTINGS_MODULE": "benchmarks.bare", "BARE_SETTINGS": _same()}
    for name, program in (("manage.py check", _CHECK), ("a Celery worker", _WORKER)):
        yield _compare(
            f"start of {name}",
            (program.replace("{app}", "config.celery"), ours),
            (program.replace("{app}", "benchmarks.bare_celery"), bare),
        )


def _same() -> str:
    """Return what the product's settings name that is not ours."""

    def others(names: list[str]) -> list[str]:
        return [name for name in names if name.split(".")[0] not in _OURS]

    return json.dumps(
        {
            "apps": others(settings.INSTALLED_APPS),
            "middleware": others(settings.MIDDLEWARE),
            "templates": [
                {"BACKEND": one["BACKEND"], "APP_DIRS": True, "OPTIONS": one["OPTIONS"]}
                for one in settings.TEMPLATES
            ],
            "backends": others(settings.AUTHENTICATION_BACKENDS),
        }
    )


def _compare(
    name: str, ours: tuple[str, dict[str, str]], floor: tuple[str, dict[str, str]]
) -> Result:
    times: dict[str, list[tuple[float, float]]] = {"ours": [], "floor": []}
    for run in range(RUNS + 1):
        for who, (program, env) in (("ours", ours), ("floor", floor)):
            taken = _run(program, env)
            if run:
                times[who].append(taken)
    return Result(
        name,
        unit="one start",
        floor_is="a bare project with the same packages",
        ours=[clock for clock, _busy in times["ours"]],
        floor=[clock for clock, _busy in times["floor"]],
        ours_busy=[busy for _clock, busy in times["ours"]],
        floor_busy=[busy for _clock, busy in times["floor"]],
        at_most=AT_MOST,
    )


def _run(program: str, env: Mapping[str, str]) -> tuple[float, float]:
    """Return the seconds that a program took, by the clock and of the processor."""
    before, started = _children(), time.perf_counter()
    subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program],
        env=os.environ | dict(env),
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - started, _children() - before


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
