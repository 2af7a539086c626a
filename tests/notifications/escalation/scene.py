"""The people of these tests, and how days pass for them."""

from __future__ import annotations

from datetime import date, timedelta

from notifications import compose, letters, reminders
from notifications.models import Message, Reminder
from rollout.models import Activity, Role, User
from tests.factories import make_member, make_partner, make_user
from tests.notifications.factories import at, make_due_milestone, make_running_activity

DAY = timedelta(days=1)


class Cast:
    """A milestone that is overdue, and everybody who can be asked about it."""

    def __init__(self, due_on="2026-04-15"):
        self.deputy = make_user(name="Stedfortræder")
        self.responsible = make_user(name="Ansvarlig", stand_in=self.deputy)
        # Named to stand in, but not away.
        self.responsible.stand_in_from = date(2027, 1, 4)
        self.responsible.save()
        activity = make_running_activity(responsible=self.responsible)
        self.programme = activity.programme
        self.head = make_user(name="Centerchef")
        self.partner = make_partner(programme=self.programme, lead=self.head)
        self.coordinator = self.member(Role.COORDINATOR, "Koordinator")
        self.manager = self.member(Role.MANAGER, "Leder")
        self.milestone = make_due_milestone(
            due_on,
            activity=activity,
            responsible=self.responsible,
            responsible_partner=self.partner,
        )

    def member(self, role, name):
        return make_member(self.programme, role, name=name)


def live(first, last, *, hour=8):
    """Live through the days on which something is to come, the first and the last.

    What is composed is looked at again and sent.
    """
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    while day <= end:
        now = at(day, hour)
        compose.remind(now=now)
        waiting = Message.objects.filter(state="pending").select_related("recipient")
        compose.still_wanted(list(waiting), now=now)
        waiting.update(state="sent", sent_at=now)
        day = min(days_to_come(day, end), default=max(end, day + DAY))


def days_to_come(day, end):
    """Yield the days on which something goes out, or may after a pause or a night."""
    if Reminder.objects.filter(state="planned").exists():
        yield day + DAY
    for activity in Activity.objects.all():
        for row in reminders.coming(activity=activity, on=day, until=end):
            yield row.send_on
    for last in User.objects.values_list("paused_until", flat=True):
        if last and day <= last < end:
            yield last + DAY


def told():
    """Return what went out, as (day, step, name, why)."""
    rows = Reminder.objects.filter(state="merged").select_related("recipient")
    return [
        (row.send_on.isoformat(), row.step, row.recipient.name, row.why)
        for row in rows.order_by("send_on", "step", "recipient__name")
    ]


def announced():
    """Return what each mail announced, as (name told, day, name asked then)."""
    rows = Reminder.objects.filter(state="merged", escalates_on__isnull=False)
    return [
        (row.recipient.name, row.escalates_on.isoformat(), row.escalates_to.name)
        for row in rows.order_by("send_on", "recipient__name")
    ]


def asked(*steps, until="2026-06-05"):
    """Live with a ladder of its own, and return who else was asked, and when."""
    return [(row[1], row[2]) for row in told() if row[3] != "responsible"]


def letter_to(person, now, language="da"):
    """Write the one mail that a person is about to get."""
    person.language = language
    person.save()
    compose.remind(now=now)
    message = Message.objects.get(recipient=person, state="pending")
    [(_pk, rows)] = compose.still_wanted([message], now=now).items()
    return letters.write(message, rows, now=now)
