"""Child processes of one parent: started together, watched, and stopped cleanly."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

STOP_SECONDS = 20
POLL_SECONDS = 0.1
# Characters of a log's last line; a traceback in JSON is one very long line.
SHOWN = 200
# prctl(2): have the kernel send this signal to a child whose parent is gone.
PR_SET_PDEATHSIG = 1


class ChildEnded(RuntimeError):
    """A child ended although nobody asked it to; the text says which and why."""


@dataclass
class Child:
    """One process, with a log of its own."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes]
    log: Path

    def check(self) -> None:
        """Raise ChildEnded if the process is gone."""
        status = self.process.poll()
        if status is None:
            return
        how = f"exit status {status}" if status >= 0 else f"signal {-status}"
        last = self.log.read_text(errors="replace").strip().splitlines()[-1:]
        raise ChildEnded(
            f"The {self.name} ended unexpectedly ({how}); its log is {self.log}"
            + (f" and ends with:\n  {last[0][:SHOWN]}" if last else ".")
        )


@dataclass
class Children:
    """The processes of one run, in the order they were started."""

    logs: Path
    env: Mapping[str, str]
    running: list[Child] = field(default_factory=list)

    def start(self, name: str, *command: str) -> Child:
        """Start a process that outlives neither its parent nor `stop`."""
        self.logs.mkdir(parents=True, exist_ok=True)
        log = self.logs / f"{name.replace(' ', '-').lower()}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                env=os.environ | dict(self.env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # Ctrl-C is for the parent, which then stops the children in order.
                start_new_session=True,
                # The parent has one thread, so nothing can be locked at this point.
                preexec_fn=end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
            )
        child = Child(name, list(command), process, log)
        self.running.append(child)
        return child

    def check(self) -> None:
        """Raise ChildEnded if any process is gone."""
        for child in self.running:
            child.check()

    def wait_until(
        self, holds: Callable[[], object], *, seconds: float, what: str
    ) -> None:
        """Wait for something that a child should bring about.

        ``what`` names it in the error: TimeoutError if it does not come in time,
        ChildEnded if a child ends first.
        """
        deadline = time.monotonic() + seconds
        while not holds():
            self.check()
            if time.monotonic() > deadline:
                raise TimeoutError(f"{what}: no sign of it within {seconds:.0f} s.")
            time.sleep(POLL_SECONDS)

    def stop(self) -> list[str]:
        """Stop every process; return who had to be forced.

        All are asked at once but the first, which the others may still need while
        they finish.
        """
        forced = []
        for together in (self.running[1:], self.running[:1]):
            for child in together:
                if child.process.poll() is None:
                    child.process.send_signal(signal.SIGTERM)
            for child in together:
                try:
                    child.process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    forced.append(child.name)
                # Also whatever it started and did not stop itself.
                end_group(child.process.pid)
                child.process.wait()
        self.running.clear()
        return forced


def end_with_parent() -> None:
    """Ask the kernel, in the child, to stop it when its parent is killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def end_group(number: int) -> None:
    """Kill what is left of a process group."""
    try:
        os.killpg(number, signal.SIGKILL)
    except ProcessLookupError:
        return


def is_free(port: int) -> bool:
    """Say whether a server may listen on this port of this machine."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def first_free(ports: Iterable[int]) -> int:
    """Return the first free port of these, or else any free one."""
    for port in ports:
        if is_free(port):
            return port
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])
