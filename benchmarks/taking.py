"""What processes take: memory, and time of the processor."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def megabytes(pid: int) -> float:
    """Return what a process and its descendants take (Linux's PSS).

    A page that two processes share counts half for each, so that forked children are
    not counted several times.
    """
    return sum(_own(one) for one in _tree(pid)) / 1024


def busy(pid: int) -> float:
    """Return the processor's seconds of a process, its descendants and its dead."""
    return sum(_ticks(one) for one in _tree(pid)) / os.sysconf("SC_CLK_TCK")


def _tree(pid: int) -> Iterator[int]:
    yield pid
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _tree(int(child))


def _own(pid: int) -> int:
    """Return kilobytes; 0 for a process that has gone meanwhile."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def _ticks(pid: int) -> int:
    with suppress(OSError):
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        # User and system, then the same of children that have gone.
        return sum(int(field) for field in after_name[11:15])
    return 0
