"""How many activities stand where, in every programme: numbers, and nothing else.

For national observers, who follow programmes of several municipalities without taking
part in any. An administrator makes somebody one; everything else of a programme that
they are no member of stays unseen.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from rollout.models import Activity, ActivityState, Programme, User


@dataclass(frozen=True)
class Counts:
    """One programme in numbers."""

    programme: str
    municipality: str
    #: How many activities are in each state, proposals left out.
    by_state: dict[ActivityState, int]

    @property
    def total(self) -> int:
        """How many activities there are."""
        return sum(self.by_state.values())


def may_read_numbers(user: User) -> bool:
    """Say whether somebody is a national observer."""
    # On an object only what was given counts; an administrator is none by that.
    return user.has_perm("rollout.read_aggregates", user)


def counts_for(user: User) -> list[Counts]:
    """Return each programme in numbers; nothing for who is no national observer."""
    if not may_read_numbers(user):
        return []
    rows = (
        Activity.objects.filter(is_proposal=False)
        .values_list("programme", "state")
        .annotate(Count("pk"))
        .order_by()
    )
    found: Counter[tuple[int, str]] = Counter()
    for programme, state, count in rows:
        found[programme, state] = count
    return [
        Counts(
            one.name,
            one.municipality,
            {state: found[one.pk, state] for state in ActivityState},
        )
        for one in Programme.objects.order_by("municipality", "name")
    ]
