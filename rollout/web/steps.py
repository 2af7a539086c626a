"""The stepper at the head of an activity: where it has been, is, and goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rollout.models import Activity, ActivityState
from rollout.templatetags.dates import short_day, week

LIFE = (
    ActivityState.PLANNED,
    ActivityState.IN_CLARIFICATION,
    ActivityState.LAUNCHED,
    ActivityState.EVALUATED,
)


@dataclass(frozen=True)
class Step:
    """One state in the stepper."""

    state: str
    label: str
    #: "past", "current" or "future".
    position: str
    detail: str


def steps_of(activity: Activity, *, on: date) -> list[Step]:
    """Return the four states of life; a discontinued activity ends with a fifth."""
    entered = _entered(activity)
    life = [*LIFE]
    if activity.state == ActivityState.DISCONTINUED:
        reached = [state for state in LIFE if state in entered] or [LIFE[0]]
        life = [*reached, ActivityState.DISCONTINUED]
    here = life.index(ActivityState(activity.state))
    return [
        Step(
            state=state,
            label=str(state.label),
            position=_position(number, here),
            detail=_detail(activity, state, number - here, entered.get(state), on),
        )
        for number, state in enumerate(life)
    ]


def _position(number: int, here: int) -> str:
    if number == here:
        return "current"
    return "past" if number < here else "future"


def _entered(activity: Activity) -> dict[str, date]:
    """Tell when each state was last entered; the launch has a date of its own."""
    entered = {
        record.target: timezone.localdate(record.at)
        for record in activity.history.all()
    }
    if activity.launched_on:
        entered[ActivityState.LAUNCHED] = activity.launched_on
    return entered


def _detail(
    activity: Activity, state: str, ahead: int, entered: date | None, on: date
) -> str:
    if ahead > 0:
        planned = activity.planned_launch_on
        if state != ActivityState.LAUNCHED or planned is None:
            return ""
        return _("planned for %(date)s") % {
            "date": f"{short_day(planned)} {week(planned)}"
        }
    if entered is None:
        return ""
    if ahead < 0:
        return short_day(entered)
    since = _("since %(date)s") % {"date": short_day(entered)}
    if state != ActivityState.IN_CLARIFICATION or entered == on:
        return since
    return f"{since} · {_working_days(activity, entered, on)}"


def _working_days(activity: Activity, first: date, last: date) -> str:
    calendar = activity.programme.working_calendar()
    days = calendar.between(first, last)
    return ngettext("%(days)d working day", "%(days)d working days", days) % {
        "days": days
    }
