"""What a long load showed: answers by ten minutes, memory from rest to end, verdict."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.wire import Sample

#: Seconds that are told together.
WINDOW = 600
#: What counts as flat: growth in the second half, and the slowest hundredth in the
#: last window beside the middle one of those before it.
GROWTH, SLOWER = 0.05, 1.5
#: Minutes; a shorter load says nothing of growth.
JUDGED_FROM = 20


@dataclass(frozen=True)
class Look:
    """The machine at one moment."""

    #: Seconds since the load began.
    at: float
    #: By name of the process, with its children.
    megabytes: dict[str, float]
    #: Seconds of the processor since each began.
    busy: dict[str, float]
    #: Mails that may leave and have not.
    waiting: int
    #: Of the machine, over a minute, with everybody else on it.
    load_average: float


@dataclass
class Course:
    """Everything that was seen during one load."""

    minutes: float
    #: Times what is needed.
    factor: float
    rest: dict[str, float]
    samples: list[Sample] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    mails: dict[str, int] = field(default_factory=dict)
    #: Seconds from when a mail might leave to when it left, in the second half: of the
    #: middle one and of the slowest hundredth.
    mail_seconds: tuple[float, float] = (0, 0)

    @property
    def errors(self) -> list[Sample]:
        """Answers that were not as they should be."""
        return [sample for sample in self.samples if sample.is_error]

    def windows(self) -> list[list[Sample]]:
        """Return the samples of each ten minutes; a short load has just one."""
        count = max(1, round(self.minutes * 60 / WINDOW))
        found: list[list[Sample]] = [[] for _window in range(count)]
        for sample in self.samples:
            found[min(count - 1, int(sample.at // WINDOW))].append(sample)
        return [window for window in found if window]

    def growth(self) -> dict[str, float]:
        """Return megabytes per hour over the second half, by process."""
        half = [look for look in self.looks if look.at >= self.minutes * 30]
        hours = [look.at / 3600 for look in half]
        return {
            name: statistics.linear_regression(
                hours, [look.megabytes[name] for look in half]
            ).slope
            for name in self.rest
        }

    def shares(self) -> dict[str, float]:
        """Return how many processors each process keeps busy, by its name."""
        first, last = self.looks[0], self.looks[-1]
        seconds = max(last.at - first.at, 1)
        return {
            name: (last.busy[name] - first.busy[name]) / seconds for name in last.busy
        }

    def faults(self) -> list[str]:
        """Say what does not hold; nothing if all is well."""
        found = [f"{len(self.errors)} answers were errors"] if self.errors else []
        found += [
            f"{number} mails are {state}"
            for state, number in self.mails.items()
            if state in {"dead", "uncertain", "pending"} and number
        ]
        hours = self.minutes / 120
        # Before, processes still load what they have not needed yet.
        is_judged = self.minutes >= JUDGED_FROM
        for name, slope in self.growth().items():
            if is_judged and slope * hours > GROWTH * self.rest[name]:
                found.append(f"{name} grows by {slope:.1f} MB an hour")
        slowest = [percentiles(window)[99] for window in self.windows()]
        if len(slowest) > 2 and slowest[-1] > SLOWER * statistics.median(slowest[:-1]):
            found.append("the slowest hundredth grows")
        return found

    def as_json(self) -> dict[str, Any]:
        """Return everything for a program; answers as figures, errors one by one."""
        return {
            "minutes": self.minutes,
            "factor": self.factor,
            "windows": [
                {"answers": len(window), **_named(percentiles(window))}
                for window in self.windows()
            ],
            "kinds": {
                kind: {"answers": len(samples), **_named(percentiles(samples))}
                for kind, samples in self._kinds().items()
            },
            "errors": [asdict(error) for error in self.errors],
            "rest_megabytes": self.rest,
            "growth_megabytes_an_hour": self.growth(),
            "processors": self.shares(),
            "looks": [asdict(look) for look in self.looks],
            "mails": self.mails,
            "mail_seconds": self.mail_seconds,
            "faults": self.faults(),
        }

    def _kinds(self) -> dict[str, list[Sample]]:
        return {
            kind: [sample for sample in self.samples if sample.what == kind]
            for kind in sorted({sample.what for sample in self.samples})
        }

    def lines(self) -> Iterable[str]:
        """Tell it to a person."""
        header = "| answers | p50 | p95 | p99 | slowest | errors |"
        yield f"| minutes {header} load of the machine |"
        for number, window in enumerate(self.windows()):
            looks = [
                look.load_average
                for look in self.looks
                if int(look.at // WINDOW) == number
            ]
            busy = f"{statistics.fmean(looks):.1f}" if looks else "–"
            until = min(self.minutes, (number + 1) * WINDOW / 60)
            yield f"| {number * WINDOW // 60}–{until:g} {_row(window)} {busy} |"
        yield f"\n| kind {header}"
        for kind, samples in self._kinds().items():
            yield f"| {kind} {_row(samples)}"
        for (what, status, detail), times in Counter(
            (error.what, error.status, error.detail) for error in self.errors
        ).most_common(10):
            yield f"  {times} × {what}: {status} {detail}"
        yield "\n| memory, MB | at rest | half | end | an hour, second half |"
        half, end = self.looks[len(self.looks) // 2], self.looks[-1]
        for name, slope in self.growth().items():
            figures = (self.rest[name], half.megabytes[name], end.megabytes[name])
            told = " | ".join(f"{figure:.0f}" for figure in figures)
            yield f"| {name} | {told} | {slope:+.1f} |"
        yield "\nprocessors in use: " + ", ".join(
            f"{name} {share:.2f}" for name, share in self.shares().items()
        )
        median, slow = self.mail_seconds
        told = ", ".join(f"{number} {state}" for state, number in self.mails.items())
        yield f"\nmails: {told}; wait p50 {median:.0f} s, p99 {slow:.0f} s"
        yield "\n".join(self.faults()) or "no error, and nothing grows"


def percentiles(samples: list[Sample]) -> dict[int, float]:
    """Return seconds by percent of the answers that took no longer."""
    seconds = sorted(sample.seconds for sample in samples)
    return {
        percent: seconds[math.ceil(len(seconds) * percent / 100) - 1]
        for percent in (50, 95, 99, 100)
    }


def _named(figures: dict[int, float]) -> dict[str, float]:
    return {f"p{percent}": seconds for percent, seconds in figures.items()}


def _row(samples: list[Sample]) -> str:
    told = " | ".join(
        f"{seconds * 1000:.0f} ms" for seconds in percentiles(samples).values()
    )
    errors = sum(sample.is_error for sample in samples)
    return f"| {len(samples):,} | {told} | {errors} |"
