"""Which part of a programme is asked about: area, place, phase or partner."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from rollout.models import Activity, Deadline, FocusArea, Partner, Phase, Place


@dataclass(frozen=True)
class Scope:
    """What has been chosen; what is None narrows nothing."""

    focus_area: FocusArea | None = None
    place: Place | None = None
    phase: Phase | None = None
    partner: Partner | None = None

    def __bool__(self) -> bool:
        return any((self.focus_area, self.place, self.phase, self.partner))

    def activities(self, rows: QuerySet[Activity]) -> QuerySet[Activity]:
        """Keep the activities inside it; a group of places holds those in it."""
        if self.focus_area:
            rows = rows.filter(initiative__focus_area=self.focus_area)
        if self.place:
            rows = rows.filter(place__in=self.place.with_places_inside())
        if self.phase:
            rows = rows.filter(pk__in=Activity.objects.in_phase(self.phase))
        if self.partner:
            rows = rows.filter(pk__in=Activity.objects.of_partner(self.partner))
        return rows

    def deadlines(self, rows: QuerySet[Deadline]) -> QuerySet[Deadline]:
        """Keep what falls due for the activities inside it.

        Rounds, values and grants belong to no one activity. They are told where
        nothing is chosen, and a partner's own values where only the partner is.
        """
        if not self:
            return rows
        inside = Q(activity__in=self.activities(Activity.objects.all()))
        if self == Scope(partner=self.partner):
            inside |= Q(activity=None, partner=self.partner)
        return rows.filter(inside)


#: Nothing has been chosen.
WHOLE = Scope()
