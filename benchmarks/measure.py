"""Times two ways of doing the same work in turn, so that both meet the same machine."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

Work = Callable[[], object]


@dataclass(frozen=True)
class Result:
    """What one comparison showed."""

    name: str
    #: What one turn does, and what the floor is.
    unit: str
    floor_is: str
    #: Seconds for one unit of work, one for each run.
    ours: list[float]
    floor: list[float]
    #: The same in seconds of the processor, Python's and the database's, which count on
    #: a machine that does much else. Empty where the database's are not known.
    ours_busy: list[float]
    floor_busy: list[float]
    #: Our seconds over the floor's; at most this. None: only told.
    at_most: float | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Our time over the floor's: the median of the runs' own ratios."""
        return _ratio(self.ours, self.floor)

    @property
    def busy_ratio(self) -> float | None:
        """The same of the processor's time; None where it is not known."""
        return _ratio(self.ours_busy, self.floor_busy) if self.ours_busy else None

    @property
    def is_met(self) -> bool:
        """Whether the goal is met."""
        return self.at_most is None or self.ratio <= self.at_most

    def as_json(self) -> dict[str, Any]:
        """Return everything for a machine."""
        return asdict(self) | {
            "ratio": self.ratio,
            "busy_ratio": self.busy_ratio,
            "is_met": self.is_met,
        }


def _ratio(ours: list[float], floor: list[float]) -> float:
    return statistics.median(
        mine / least for mine, least in zip(ours, floor, strict=True)
    )


def compare(
    name: str,
    *,
    ours: Work,
    floor: Work,
    unit: str,
    floor_is: str,
    times: int = 10,
    runs: int = 7,
    at_most: float | None = None,
    notes: list[str] | None = None,
) -> Result:
    """Run both in turn, ``times`` in a row, ``runs`` times, after one round unpaid."""
    mine, least = [], []
    for run in range(runs + 1):
        seconds = (clock(floor, times), clock(ours, times))
        if run:
            least.append(seconds[0])
            mine.append(seconds[1])
    return Result(
        name,
        unit,
        floor_is,
        ours=[one.seconds for one in mine],
        floor=[one.seconds for one in least],
        ours_busy=[one.busy for one in mine if one.busy is not None],
        floor_busy=[one.busy for one in least if one.busy is not None],
        at_most=at_most,
        notes=notes or [],
    )


@dataclass(frozen=True)
class Turn:
    """What one turn took, by the clock and of the processor."""

    seconds: float
    busy: float | None


def clock(work: Work, times: int) -> Turn:
    """Return the seconds of one turn, out of ``times`` in a row."""
    gc.collect()
    started, was_busy = time.perf_counter(), _busy()
    for _turn in range(times):
        work()
    seconds, is_busy = time.perf_counter() - started, _busy()
    if was_busy is None or is_busy is None:
        return Turn(seconds / times, None)
    return Turn(seconds / times, (is_busy - was_busy) / times)


def _busy() -> float | None:
    """Return the processor's seconds so far, Python's and our database session's."""
    connection.ensure_connection()
    session = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    try:
        nanoseconds = int(session.read_text().split()[0])
    except OSError:
        return None
    return time.process_time() + nanoseconds / 1e9
