"""What if: a shift as the page asks for it and tells it, before anybody saves it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rollout.models import ClosingKind, DateKind, Partner, Programme
from rollout.services import shifting
from rollout.services.shifting import (
    Dated,
    DateKey,
    Proposal,
    Schedule,
    ShiftRequest,
    Whole,
)
from rollout.web.shifting import Choices, ShiftForm
from rollout.web.timeline import words
from rollout.web.timeline.reading import Group
from rollout.web.wording import title_of

#: What the address says of a shift that is only tried.
FIELDS = ("move", "days", "to", "avoid_quiet")


@dataclass
class Trial:
    """The form that asks, and what would happen if that were saved."""

    form: ShiftForm
    #: What is to move, by name; empty while nothing is chosen.
    name: str = ""
    proposal: Proposal | None = None
    #: Partners whose weeks would become full, by key.
    partners: dict[int, Partner] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What is asked."""
        if self.proposal is None:
            return _("What if …?")
        return words.what_if(self.name, self.proposal.asked)

    @property
    def moved(self) -> dict[DateKey, date]:
        """The new dates of what would move."""
        changes = self.proposal.changes if self.proposal else ()
        return {one.dated.key: one.after for one in changes}

    @property
    def summary(self) -> list[str]:
        """What would move and what that runs into, in a few words each."""
        if self.proposal is None:
            return []
        kinds = [one.dated.key.kind for one in self.proposal.changes]
        milestones = kinds.count(DateKind.MILESTONE)
        launches = kinds.count(DateKind.LAUNCH)
        clashes = len(self.proposal.clashes)
        text = ngettext(
            "%(count)s milestone moves", "%(count)s milestones move", milestones
        )
        parts = [text % {"count": milestones}] if milestones else []
        text = ngettext("%(count)s launch moves", "%(count)s launches move", launches)
        parts += [text % {"count": launches}] if launches else []
        text = ngettext(
            "%(count)s date falls on a day off or in a quiet period",
            "%(count)s dates fall on days off or in quiet periods",
            clashes,
        )
        return parts + ([text % {"count": clashes}] if clashes else [])

    @property
    def clashes(self) -> list[str]:
        """What new dates fall on, in words."""
        found = self.proposal.clashes if self.proposal else ()
        return [words.clash_of(one) for one in found]

    @property
    def hits_quiet(self) -> bool:
        """Whether anything falls into a quiet period that could be avoided."""
        found = self.proposal.clashes if self.proposal else ()
        return any(one.kind == ClosingKind.QUIET for one in found)

    @property
    def better(self) -> date | None:
        """A working day to move to instead, where a day off was asked for."""
        if self.proposal is None or self.proposal.asked.to is None:
            return None
        asked = self.proposal.asked
        for one in self.proposal.clashes:
            if one.change.dated.key == asked.anchor and one.change.after == asked.to:
                return one.better
        return None

    @property
    def loads(self) -> list[str]:
        """Which partners' weeks become full, in words."""
        text = _("%(partner)s: %(after)s deadlines in week %(week)s, now %(before)s")
        return [
            text
            % {
                "partner": self.partners[one.partner_id].name,
                "after": one.after,
                "before": one.before,
                "week": one.week.isocalendar().week,
            }
            for one in (self.proposal.loads if self.proposal else ())
            if one.partner_id in self.partners
        ]

    @property
    def changes(self) -> list[dict[str, Any]]:
        """Each date that would move: what, where, from, to and why."""
        return [
            {
                "what": words.what_of(one.dated),
                "activity": one.dated.activity,
                "before": one.before,
                "after": one.after,
                "why": words.why(one),
            }
            for one in (self.proposal.changes if self.proposal else ())
        ]

    @property
    def left_alone(self) -> list[dict[str, str]]:
        """What stays where it is although its whole moves, and why."""
        return [
            {
                "what": words.what_of(one),
                "activity": one.activity,
                "why": words.stays(one),
            }
            for one in (self.proposal.left_alone if self.proposal else ())
        ]


def without_trial(query: QueryDict) -> QueryDict:
    """Return the query of an address without what it only tries."""
    kept = query.copy()
    for name in FIELDS:
        kept.pop(name, None)
    return kept


def trial_of(query: QueryDict, programme: Programme, groups: Iterable[Group]) -> Trial:
    """Return what the address asks about; an empty form where it asks nothing."""
    if "move" not in query:
        return Trial(ShiftForm(auto_id="shift-%s", offered=_offered(groups)))
    schedule = shifting.read_schedule(programme)
    move = str(query["move"])
    chosen = _chosen(schedule, move)
    form = ShiftForm(
        query if query.get("days") or query.get("to") else None,
        initial={"move": move},
        auto_id="shift-%s",
        offered=[*_parts(schedule, chosen), *_offered(groups)],
    )
    trial = Trial(form, name=chosen.title if chosen else "")
    if form.is_valid():
        trial.proposal = shifting.propose(schedule, form.asked())
        busy = {one.partner_id for one in trial.proposal.loads}
        trial.partners = programme.partners.in_bulk(busy) if busy else {}
    return trial


def _chosen(schedule: Schedule, move: str) -> Dated | None:
    """Return what has been chosen, as one of its dates."""
    whole, _dash, pk = move.partition("-")
    if whole not in Whole.values or not pk.isdecimal():
        return None
    return schedule.dates.get(ShiftRequest(whole, int(pk)).anchor)


def _parts(schedule: Schedule, chosen: Dated | None) -> Choices:
    """Offer the whole activity of what has been chosen, and its open milestones."""
    if chosen is None or chosen.activity_id is None:
        return []
    dates = schedule.of_activity(chosen.activity_id)
    parts = [(f"{Whole.ACTIVITY}-{chosen.activity_id}", _("The whole activity"))]
    parts += [
        (f"{Whole.MILESTONE}-{one.key.pk}", one.title)
        for one in dates
        if one.key.kind == DateKind.MILESTONE and not one.stays
    ]
    return [(chosen.activity, parts)]


def _offered(groups: Iterable[Group]) -> Choices:
    """Offer the phases and activities that the page shows."""
    groups = list(groups)
    phases = [
        (f"{Whole.PHASE}-{one.phase.pk}", one.phase.name) for one in groups if one.phase
    ]
    activities = [
        (f"{Whole.ACTIVITY}-{one.pk}", title_of(one))
        for group in groups
        for one in group.activities
    ]
    return [(_("Phases"), phases), (capfirst(_("activities")), activities)]
