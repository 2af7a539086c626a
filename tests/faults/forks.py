"""Processes that a nursery forks, and how they are signalled and ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests import processes
from tests.environment import ROOT
from tests.processes import Process


@dataclass
class Forked:
    """A process that the nursery forked."""

    name: str
    pid: int

    @property
    def is_running(self) -> bool:
        """Whether it lives; a dead one is buried at once."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def signal(self, number: int) -> bool:
        """Send a signal; return whether the process was there to get it."""
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            return False
        return True

    def end(self, *, seconds: float) -> float:
        """Ask it to leave; return how long it took. Raises AssertionError."""
        started = time.monotonic()
        self.signal(signal.SIGTERM)
        processes.wait_until(
            lambda: not self.is_running, seconds=seconds, what=f"{self.name} ends"
        )
        return time.monotonic() - started


@dataclass
class Nurseries:
    """The nurseries of one stage: one for each environment that is asked for."""

    directory: Path
    _known: dict[tuple[tuple[str, str], ...], Process] = field(default_factory=dict)
    _forked: int = 0

    def fork(
        self, name: str, *argv: str, every: float | None, env: Mapping[str, str]
    ) -> Forked:
        """Run `manage.py` with these arguments, again and again if ``every`` is given.

        ``every`` is in seconds.
        """
        nursery = self._nursery(env).child
        self._forked += 1
        log = str(self.directory / f"{name}.log")
        name = f"{name}-{self._forked}"
        order = {"name": name, "argv": argv, "every": every, "log": log}
        assert nursery.stdin
        assert nursery.stdout
        nursery.stdin.write(json.dumps(order).encode() + b"\n")
        nursery.stdin.flush()
        return Forked(name, int(nursery.stdout.readline()))

    def _nursery(self, env: Mapping[str, str]) -> Process:
        key = tuple(sorted(env.items()))
        if key not in self._known:
            made = Process("nursery", [], self.directory / "nursery.log")
            made.child = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.nursery"],
                cwd=ROOT,
                env=os.environ | env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=made.log.open("ab"),
                start_new_session=True,
            )
            self._known[key] = made
        return self._known[key]

    def kill(self) -> None:
        """Kill them all, and with them what they forked."""
        for nursery in self._known.values():
            nursery.kill()


def children_of(pid: int) -> list[int]:
    """Return the children of a process."""
    with suppress(OSError):
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(child) for child in text.split()]
    return []
