"""Times two ways of doing the same work in turn, so that both meet the same machine."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

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
    #: Our seconds over the floor's; at most this. None: only told.
    at_most: float | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Our time over the floor's: the median of the runs' own ratios."""
        return statistics.median(
            mine / least for mine, least in zip(self.ours, self.floor, strict=True)
        )

    @property
    def is_met(self) -> bool:
        """Whether the goal is met."""
        return self.at_most is None or self.ratio <= self.at_most

    def as_json(self) -> dict[str, Any]:
        """Return everything for a machine."""
        return asdict(self) | {"ratio": self.ratio, "is_met": self.is_met}


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
    return Result(name, unit, floor_is, mine, least, at_most, notes or [])


def clock(work: Work, times: int) -> float:
    """Return the seconds of one turn, out of ``times`` in a row."""
    gc.collect()
    started = time.perf_counter()
    for _turn in range(times):
        work()
    return (time.perf_counter() - started) / times
