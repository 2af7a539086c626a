"""Four years of mails foretold: how long, and whether a mail costs the same in each."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date

from benchmarks.floors import NOON
from benchmarks.measure import Result
from notifications import calendar
from notifications.rehearsal import rehearse

FIRST_YEAR, FOUR_YEARS = date(2027, 3, 2), date(2029, 10, 31)
AT_MOST_SECONDS = 10
RUNS = 3


def results() -> Iterator[Result]:
    """Compare the seconds of a mail until the programme's end and in the first year."""
    calendar.refresh(on=NOON.date())
    whole, first = [], []
    for _run in range(RUNS):
        whole.append(_seconds(FOUR_YEARS))
        first.append(_seconds(FIRST_YEAR))
    mails, seconds = whole[0][1], min(one[0] for one in whole)
    verdict = "met" if seconds < AT_MOST_SECONDS else "MISSED"
    yield Result(
        "rehearsal, to the programme's end",
        unit="one mail that is foretold",
        floor_is="the same in a rehearsal of one year",
        ours=[taken / count for taken, count in whole],
        floor=[taken / count for taken, count in first],
        ours_busy=[],
        floor_busy=[],
        at_most=1.3,
        notes=[
            f"{mails:,} mails in {seconds:.1f} s",
            f"goal: under {AT_MOST_SECONDS} s, {verdict}",
        ],
    )


def _seconds(last: date) -> tuple[float, int]:
    """Return how long a rehearsal took, and how many mails it foretold."""
    started = time.perf_counter()
    found = rehearse(now=NOON, first=NOON.date(), last=last)
    return time.perf_counter() - started, len(found.mails)
