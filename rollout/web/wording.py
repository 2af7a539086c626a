"""What pages call things."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rollout.models import Activity, PlaceKind


def title_of(activity: Activity) -> str:
    """Return the heading of an activity, such as "Fritidsjobforløb i Vejleåparken"."""
    names = {"initiative": activity.initiative.name, "place": activity.place.name}
    if activity.place.name in activity.initiative.name:
        return activity.initiative.name
    if activity.place.kind == PlaceKind.SCHOOL:
        return _("%(initiative)s at %(place)s") % names
    return _("%(initiative)s in %(place)s") % names


def from_launch(offset_days: int) -> str:
    """Say when something is due, counted in working days from the launch."""
    if offset_days == 0:
        return _("on the day of the launch")
    if offset_days < 0:
        text = ngettext(
            "%(days)s working day before the launch",
            "%(days)s working days before the launch",
            -offset_days,
        )
    else:
        text = ngettext(
            "%(days)s working day after the launch",
            "%(days)s working days after the launch",
            offset_days,
        )
    return text % {"days": abs(offset_days)}
