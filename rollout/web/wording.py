"""What pages call things."""

from __future__ import annotations

from django.utils.translation import gettext as _

from rollout.models import Activity, PlaceKind


def title_of(activity: Activity) -> str:
    """Return the heading of an activity, such as "Fritidsjobforløb i Vejleåparken"."""
    names = {"initiative": activity.initiative.name, "place": activity.place.name}
    if activity.place.name in activity.initiative.name:
        return activity.initiative.name
    if activity.place.kind == PlaceKind.SCHOOL:
        return _("%(initiative)s at %(place)s") % names
    return _("%(initiative)s in %(place)s") % names
