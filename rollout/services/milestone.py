"""What people do to milestones besides finishing, dropping and reopening them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from rollout.models import Activity, Milestone, MilestoneState, Programme, User
from rollout.services.ground import (
    Invalid,
    check_inside,
    check_version,
    locked,
    member,
    require,
)
from workflows.schedule import Cycle, in_order

#: What can be said of a milestone as it is added.
_AT_FIRST = ("title", "due_on", "responsible", "before_launch")


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

    Raises Invalid for a person who takes no part in the programme, and for a date
    outside it.
    """
    require(by, "rollout.edit_activity", activity)
    fresh = locked(activity)
    check_inside(fresh.programme, due_on)
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
    check_version(fresh, expected_version)
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


@transaction.atomic
def add_named_milestone(
    activity: Activity, values: Mapping[str, Any], *, by: User
) -> Milestone:
    """Add a milestone of which ``values`` name the title and more, or nothing at all.

    Names are those of :class:`MilestoneValues`. Raises Invalid as a change does.
    """
    first = {name: values[name] for name in _AT_FIRST if name in values}
    made = add_milestone(activity, **first, by=by)
    if values.keys() <= first.keys():
        return made
    return change_named_milestone(made, values, by=by)


def change_named_milestone(
    milestone: Milestone,
    values: Mapping[str, Any],
    *,
    by: User,
    expected_version: int | None = None,
) -> Milestone:
    """Change what ``values`` name; what they leave out stays. Raises as a change."""
    present = {
        one.name: getattr(milestone, one.name)
        for one in fields(MilestoneValues)
        if one.name != "predecessors"
    }
    present["predecessors"] = list(milestone.predecessors.all())
    return change_milestone(
        *(milestone, MilestoneValues(**present | dict(values))),
        by=by,
        expected_version=expected_version,
    )


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
