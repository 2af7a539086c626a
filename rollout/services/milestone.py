"""What people do to milestones besides finishing, dropping and reopening them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from rollout.models import Activity, Milestone, MilestoneState, Programme, User
from rollout.services.ground import Invalid, check_inside, locked, member, require
from workflows.engine import Stale
from workflows.schedule import Cycle, in_order


@transaction.atomic
def add_milestone(
    activity: Activity,
    *,
    title: str,
    due_on: date | None = None,
    responsible: User | None = None,
    before_launch: bool = False,
    by: User,
) -> Milestone:
    """Add a milestone after those that the activity has.

    Raises Invalid for a person who takes no part in the programme.
    """
    require(by, "rollout.edit_activity", activity)
    fresh = locked(activity)
    partner = member(responsible, fresh).partner if responsible else None
    last = fresh.milestones.aggregate(last=Max("position"))["last"]
    return Milestone.objects.create(
        activity=fresh,
        title=title,
        due_on=due_on,
        responsible=responsible,
        responsible_partner=partner,
        before_launch=before_launch,
        position=0 if last is None else last + 1,
    )


@dataclass(frozen=True)
class MilestoneValues:
    """All that people can say about a milestone, besides where it stands."""

    title: str
    due_on: date | None
    responsible: User | None
    weight: int
    before_launch: bool
    #: What comes before it, in this activity or elsewhere in the programme.
    predecessors: Sequence[Milestone]
    note: str = ""
    evidence_url: str = ""


@transaction.atomic
def change_milestone(
    milestone: Milestone,
    values: MilestoneValues,
    *,
    by: User,
    expected_version: int | None = None,
) -> Milestone:
    """Say anew what a milestone is, when, whose, and after what.

    Raises Stale if somebody changed it since ``expected_version``, and Invalid for a
    person who takes no part, a date outside the programme or on the wrong side of what
    comes before or after, and milestones that would wait for one another.
    """
    require(by, "rollout.edit_activity", milestone.activity)
    activity = locked(milestone.activity)
    # One after the other, so that no two of them close a circle together.
    programme = Programme.objects.select_for_update(no_key=True).get(
        pk=activity.programme_id
    )
    fresh = Milestone.objects.select_for_update(of=("self",)).get(pk=milestone.pk)
    if expected_version is not None and fresh.version != expected_version:
        raise Stale(fresh.version)
    moves = values.due_on != fresh.due_on
    follows = set(values.predecessors) != set(fresh.predecessors.all())
    if moves:
        _check_date(programme, fresh, values.due_on)
    if follows:
        _check_no_circle(programme, fresh, values.predecessors)
    if values.responsible != fresh.responsible:
        partner = None
        if values.responsible is not None:
            partner = member(values.responsible, activity).partner
        fresh.responsible = values.responsible
        fresh.responsible_partner = partner
    for name in ("title", "due_on", "weight", "before_launch", "note", "evidence_url"):
        setattr(fresh, name, getattr(values, name))
    # What comes before stands in a table of its own; it is a change all the same.
    fresh.version += 1
    fresh.save()
    fresh.predecessors.set(values.predecessors)
    if moves or follows:
        _check_order(fresh)
    return fresh


def _check_date(
    programme: Programme, milestone: Milestone, due_on: date | None
) -> None:
    if milestone.state != MilestoneState.OPEN:
        raise Invalid(_("Only an open milestone can be moved."))
    check_inside(programme, due_on)


def _check_no_circle(
    programme: Programme, milestone: Milestone, before: Sequence[Milestone]
) -> None:
    """Raise Invalid where milestones would wait for one another."""
    for one in before:
        if one.activity.programme_id != programme.pk:
            raise Invalid(_("This milestone belongs to another programme."))
    waits: dict[int, list[int]] = {}
    links = Milestone.predecessors.through.objects.filter(
        from_milestone__activity__programme=programme
    ).exclude(from_milestone=milestone)
    for after, first in links.values_list("from_milestone", "to_milestone"):
        waits.setdefault(after, []).append(first)
    waits[milestone.pk] = [one.pk for one in before]
    try:
        in_order(waits)
    except Cycle as cycle:
        titles = Milestone.objects.in_bulk(cycle.path)
        names = " → ".join(titles[pk].title for pk in cycle.path)
        text = _("These milestones wait for one another: %(names)s.")
        raise Invalid(text % {"names": names}) from cycle


def _check_order(milestone: Milestone) -> None:
    """Raise Invalid where open milestones lie in another order than they follow in."""
    pairs = [
        *((first, milestone) for first in milestone.predecessors.all().open()),
        *((milestone, then) for then in milestone.successors.all().open()),
    ]
    for first, then in pairs:
        if first.due_on and then.due_on and then.due_on < first.due_on:
            text = _("“%(title)s” comes after “%(first)s” and cannot lie before.")
            raise Invalid(text % {"title": then.title, "first": first.title})


@transaction.atomic
def reorder_milestone(milestone: Milestone, *, to: int, by: User) -> None:
    """Put a milestone at another place in its activity's list, counted from 0."""
    require(by, "rollout.edit_activity", milestone.activity)
    activity = locked(milestone.activity)
    others = list(activity.milestones.exclude(pk=milestone.pk))
    own = activity.milestones.get(pk=milestone.pk)
    place = min(max(to, 0), len(others))
    wanted = [*others[:place], own, *others[place:]]
    moved = [one for number, one in enumerate(wanted) if one.position != number]
    for number, one in enumerate(wanted):
        one.position = number
    Milestone.objects.bulk_update(moved, ["position"])
