"""What a change does to an activity, in words, before it is made."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from rollout.models import Activity, Milestone, MilestoneState
from rollout.services import Changed


def lines_of(changed: Changed) -> list[str]:
    """Tell what changes about one activity; empty where nothing does."""
    before, after = changed.before, changed.after
    return [*_own(before, after), *_milestones(before, after)]


def _own(before: Activity, after: Activity) -> Iterator[str]:
    if before.is_proposal and not after.is_proposal:
        yield _("The proposal is confirmed.")
    for name, old, new in (
        (_("State"), before.get_state_display(), after.get_state_display()),
        (_("Responsible"), before.responsible, after.responsible),
        (_("Partner"), before.responsible_partner, after.responsible_partner),
        (_("Phase"), before.phase, after.phase),
        (
            _("Planned launch"),
            before.planned_launch_on and date_format(before.planned_launch_on),
            after.planned_launch_on and date_format(after.planned_launch_on),
        ),
    ):
        if old != new:
            yield _("%(name)s: %(old)s → %(new)s") % {
                "name": name,
                "old": old or "–",
                "new": new or "–",
            }
    lost = _ready(before) - _ready(after)
    if lost:
        yield _("Readiness is asked for again.")


def _ready(activity: Activity) -> int:
    return sum(check.is_met for check in activity.readiness.all())


def _milestones(before: Activity, after: Activity) -> Iterator[str]:
    known = {one.pk: one for one in before.milestones.all()}
    for one in after.milestones.all():
        old = known.get(one.pk)
        words = {"title": one.title, "date": _day(one)}
        if old is None and one.due_on:
            yield _("The milestone “%(title)s” is made, due %(date)s") % words
        elif old is None:
            yield _("The milestone “%(title)s” is made, without a date") % words
        elif old.state != one.state and one.state == MilestoneState.DROPPED:
            yield _("The milestone “%(title)s” is dropped") % words
        elif old.due_on != one.due_on:
            yield _("“%(title)s”: %(old)s → %(date)s") % (words | {"old": _day(old)})


def _day(milestone: Milestone) -> str:
    return date_format(milestone.due_on) if milestone.due_on else "–"
