"""The attendance log: who held what, for how many, and no names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rollout.models import (
    Activity,
    Attendance,
    AttendanceSum,
    Indicator,
    Place,
    User,
)
from rollout.periods import Period
from rollout.services.ground import Invalid, check_inside, check_version, require

#: More than this at one time is most likely mistyped.
MOST_PARTICIPANTS = 5000
#: A day has no more hours.
MOST_HOURS = 24


@dataclass(frozen=True)
class AttendanceValues:
    """One time that an activity was held; by band, "" for those of no known band."""

    held_on: date
    hours: Decimal
    participants: Mapping[str, int]
    note: str = ""


@transaction.atomic
def log_attendance(
    activity: Activity, values: AttendanceValues, *, by: User, at: datetime
) -> Attendance:
    """Add one time to the log. Raises Invalid for what cannot have been."""
    require(by, "rollout.log_attendance", activity)
    return _save(Attendance(activity=activity), values, by=by, at=at)


@transaction.atomic
def change_attendance(
    entry: Attendance,
    values: AttendanceValues,
    *,
    by: User,
    at: datetime,
    expected_version: int | None = None,
) -> Attendance:
    """Set an entry right.

    Raises Stale if somebody changed it since ``expected_version``, and Invalid for
    what cannot have been.
    """
    require(by, "rollout.log_attendance", entry.activity)
    fresh = Attendance.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    check_version(fresh, expected_version)
    return _save(fresh, values, by=by, at=at)


@transaction.atomic
def remove_attendance(entry: Attendance, *, by: User) -> None:
    """Take an entry out of the log."""
    require(by, "rollout.log_attendance", entry.activity)
    entry.delete()


def _save(
    entry: Attendance, values: AttendanceValues, *, by: User, at: datetime
) -> Attendance:
    check_inside(entry.activity.programme, values.held_on)
    if values.held_on > timezone.localdate(at):
        raise Invalid(_("The day lies ahead."))
    counts = {band: number for band, number in values.participants.items() if number}
    if any(not 0 <= one <= MOST_PARTICIPANTS for one in counts.values()):
        raise Invalid(_("So many cannot have come."))
    if not 0 <= values.hours <= MOST_HOURS:
        raise Invalid(_("A day has 24 hours."))
    entry.held_on = values.held_on
    entry.hours = values.hours
    entry.participants = counts
    entry.note = values.note
    entry.noted_by = by
    entry.noted_at = at
    entry.save()
    return entry


def bands_of(activity: Activity) -> list[str]:
    """Return the age bands that the indicators fed by this log ask for."""
    found: dict[str, None] = {}
    for indicator in Indicator.objects.filter(attendance_of=activity.initiative_id):
        found |= dict.fromkeys(indicator.age_bands)
    return list(found)


def sum_of_log(
    indicator: Indicator, place: Place | None, period: Period, band: str = ""
) -> Decimal | None:
    """Return what an indicator's log adds up to; None where it has no log.

    A group of places adds up the places in it.
    """
    if indicator.attendance_of_id is None or not indicator.attendance_sum:
        return None
    log = Attendance.objects.filter(
        activity__initiative=indicator.attendance_of_id,
        held_on__range=(period.starts_on, period.ends_on),
    )
    if place is not None:
        log = log.filter(activity__place__in=place.with_places_inside())
    return _sum(log, indicator.attendance_sum, band)


def _sum(log: Iterable[Attendance], what: str, band: str) -> Decimal:
    entries = [one for one in log if not band or one.participants.get(band)]
    if what == AttendanceSum.SESSIONS:
        return Decimal(len(entries))
    if what == AttendanceSum.HOURS:
        return sum((one.hours for one in entries), Decimal(0))
    counts = (one.participants.get(band, 0) if band else one.total for one in entries)
    return Decimal(sum(counts))
