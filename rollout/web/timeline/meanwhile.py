"""Who did what between looking at a shift and saving it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rollout.models import Activity, DateKind, Milestone, ShiftedDate
from rollout.services.shifting import Difference
from rollout.web.history import Entry, entries_since, shift_entry

#: More would not be read.
TOLD = 10


def told_since(differences: Sequence[Difference]) -> list[Entry]:
    """Tell what the histories say about what is no longer as it was seen."""
    return [
        entry
        for one in differences[:TOLD]
        if one.seen is not None
        for entry in _told(one, one.seen.version)
    ]


def _told(difference: Difference, version: int) -> Iterator[Entry]:
    kind, pk = difference.key
    if kind == DateKind.MILESTONE:
        moved = ShiftedDate.objects.filter(milestone=pk)
        yield from entries_since(Milestone(pk=pk), version=version)
    elif kind == DateKind.LAUNCH:
        moved = ShiftedDate.objects.filter(activity=pk, kind=kind)
        yield from entries_since(Activity(pk=pk), version=version)
    else:
        moved = ShiftedDate.objects.filter(phase=pk, kind=kind)
    newest = moved.select_related("shift__by", "milestone", "phase")
    last = newest.order_by("-shift__at", "-pk").first()
    if last is not None and difference.now and last.after == difference.now.day:
        yield shift_entry(last)
