"""Sentences that pages share: what an activity is called, what an amount of days is."""

from __future__ import annotations

from datetime import date

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


def days_away(day: date, *, on: date) -> str:
    """Say how far ``day`` lies from the date ``on``, in calendar days."""
    days = (day - on).days
    if days == 0:
        return _("today")
    if days > 0:
        return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}
    return ngettext("%(days)d day ago", "%(days)d days ago", -days) % {"days": -days}
