"""Tells what became of reminders, and what is coming, in whole sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications import calendar, reminders, wording
from notifications.models import (
    Choice,
    Message,
    MessageState,
    Reminder,
    ReminderState,
    Use,
)
from notifications.reminders import Coming
from notifications.shadow import undone
from rollout.models import (
    READS_ALL,
    Activity,
    HandOver,
    Membership,
    Partner,
    User,
)

#: How many days ahead the coming reminders are told.
AHEAD_DAYS = 90
#: State of a line whose mail was sent and came back.
BOUNCED = "bounced"
#: How many past reminders are told.
PAST_ROWS = 50
#: How many coming reminders are shown at first.
SOON_ROWS = 5


@dataclass(frozen=True)
class Entry:
    """One line of the ledger."""

    on: date
    #: The state's code, for the look of the line.
    state: str
    title: str
    text: str
    #: Why it is not simply as planned; often empty.
    note: str
    #: Which activity it is about.
    where: str = ""
    #: The key of the mail into which it was put.
    message_id: int | None = None


@dataclass(frozen=True)
class Ledger:
    """The reminders of an activity, or of a partner's people."""

    coming: list[Entry]
    past: list[Entry]
    #: Steps of which nobody was told, because a later one was due as well.
    passed: list[Entry]

    @property
    def soon(self) -> list[Entry]:
        """The next of those that are coming."""
        return self.coming[:SOON_ROWS]

    @property
    def later(self) -> list[Entry]:
        """The rest of them: mostly what only goes out if nothing is done."""
        return self.coming[SOON_ROWS:]


def of_activity(activity: Activity, *, on: date) -> Ledger:
    """Return what went out or did not, newest first, and what comes next."""
    ahead = _looking_ahead(on=on, activity=activity)
    return _ledger(Reminder.objects.filter(activity=activity), ahead, on=on)


def of_partner(partner: Partner, *, user: User, on: date) -> Ledger:
    """Return the same of all who act for a partner, as far as ``user`` may see it."""
    people = set(
        Membership.objects.filter(partner=partner).values_list("user", flat=True)
    ) | ({partner.lead_id} if partner.lead_id else set())
    rows = Reminder.objects.visible_to(user).filter(
        Q(recipient__in=people) | Q(principal__in=people), programme=partner.programme
    )
    ahead = [
        row
        for row in _looking_ahead(on=on, people=people)
        if row.programme_id == partner.programme_id
    ]
    return _ledger(rows, _visible(ahead, partner, user), on=on)


def _looking_ahead(*, on: date, **whose: Any) -> list[Coming]:
    """Return what comes, by calendars as they ought to be: looking changes nothing.

    Planning keeps them so; until it has run, they are brought up to date in passing.
    """
    with undone():
        calendar.refresh(on=on)
        until = on + timedelta(days=AHEAD_DAYS)
        return list(reminders.coming(on=on, until=until, **whose))


def _visible(ahead: list[Coming], partner: Partner, user: User) -> list[Coming]:
    """Keep what the reminder of it will let the person see."""
    activities = set(
        Activity.objects.visible_to(user)
        .filter(pk__in={row.activity_id for row in ahead})
        .values_list("pk", flat=True)
    )
    reads_all = Membership.objects.filter(
        user=user, programme=partner.programme, role__in=READS_ALL
    ).exists()
    return [
        row
        for row in ahead
        if row.activity_id in activities
        or row.recipient_id == user.pk
        or (row.activity_id is None and reads_all)
    ]


def _ledger(rows: QuerySet[Reminder], ahead: list[Coming], *, on: date) -> Ledger:
    newest = rows.order_by("-send_on", "-pk")
    passed = newest.filter(state=ReminderState.SUPERSEDED).select_related(
        "recipient",
        "principal",
        "escalates_to",
        "activity__initiative",
        "activity__place",
    )[:PAST_ROWS]
    past = list(
        newest.exclude(state=ReminderState.SUPERSEDED)
        .select_related("recipient", "principal", "message", "activity__initiative")
        .select_related("activity__place", "escalates_to")
        .prefetch_related(
            "message__bounces", "message__links__uses", "message__links__answer"
        )
    )[:PAST_ROWS]
    people = User.objects.select_related("stand_in").in_bulk(
        {row.principal_id for row in ahead if row.principal_id is not None}
    )
    activities = Activity.objects.select_related("initiative", "place").in_bulk(
        {row.activity_id for row in ahead if row.activity_id is not None}
    )
    words = reason_words(past)
    return Ledger(
        coming=[_coming(row, people, activities, on=on) for row in ahead],
        past=[_past(row, words.get(row.pk, {}), on=on) for row in past],
        passed=[_past(row, row.params, on=on) for row in passed],
    )


def reason_words(rows: Iterable[Reminder]) -> dict[int, dict[str, str]]:
    """Return, for each row by key, what the words for its reason need.

    Names are looked up and not kept in the row, so that who is erased is erased.
    """
    wanted = [row for row in rows if "hand_over" in row.params]
    made = HandOver.objects.select_related("from_person", "to_person").in_bulk(
        {row.params["hand_over"] for row in wanted}
    )
    named = {
        row.pk: {"from": found.from_person.name, "to": found.to_person.name}
        for row in wanted
        if (found := made.get(row.params["hand_over"])) is not None
    }
    return {row.pk: row.params | named.get(row.pk, {}) for row in rows}


def _past(row: Reminder, words: dict[str, str], *, on: date) -> Entry:
    notes = [
        wording.moved(row, on=on),
        wording.reason(row.reason, words, on=on) if row.reason else "",
    ]
    if row.is_deputised and row.principal is not None:
        notes.append(_("standing in for %(name)s") % {"name": row.principal.name})
    if row.escalates_to is not None and row.escalates_on is not None:
        asked = {
            "name": row.escalates_to.name,
            "day": wording.day(row.escalates_on, on=on),
        }
        notes.append(_("announced that %(name)s is asked %(day)s") % asked)
    notes += _uses(row)
    state = row.message.state if row.message else row.state
    if row.message is not None and row.message.bounced_at is not None:
        state = BOUNCED
        notes.append(_came_back(row.message))
    return Entry(
        on=row.send_on,
        state=state,
        title=row.title,
        text=_sentence(row),
        note=_joined(notes),
        where=str(row.activity or ""),
        message_id=row.message_id,
    )


def _uses(row: Reminder) -> list[str]:
    """Say what was done with the link that stood in the mail."""
    if row.message is None:
        return []
    said = []
    for link in row.message.links.all():
        if (link.kind, link.object_id) != (row.kind, row.object_id):
            continue
        is_dropping = bool(link.answer and link.answer.choice == Choice.NOT_RELEVANT)
        for use in link.story():
            words = wording.moment(use.at) | {
                "answer": link.answer.get_choice_display() if link.answer else "",
            }
            texts = _USES | _DROPS if is_dropping else _USES
            said.append(texts[Use(use.what)] % words)
            if use.what == Use.ANSWERED and link.answer and link.answer.file_name:
                words["name"] = link.answer.file_name
                said.append(_("with the file “%(name)s”") % words)
    return said


_USES = {
    Use.OPENED: gettext_lazy("the answer page was opened %(day)s at %(time)s"),
    Use.ANSWERED: gettext_lazy("answered %(day)s at %(time)s: “%(answer)s”"),
    Use.UNDONE: gettext_lazy("the answer was undone %(day)s at %(time)s"),
    Use.ACCEPTED: gettext_lazy("more time was given %(day)s at %(time)s"),
    Use.REFUSED: gettext_lazy("more time was refused %(day)s at %(time)s"),
}
#: The same of what somebody wrote to be no longer relevant.
_DROPS = {
    Use.ACCEPTED: gettext_lazy("it was dropped %(day)s at %(time)s"),
    Use.REFUSED: gettext_lazy("it was kept %(day)s at %(time)s"),
}


def _came_back(message: Message) -> str:
    """Say when a mail came back, and why; not in the mail server's own words.

    They may name an address, and this is read by all who may see the activity.
    """
    newest = message.bounces.all()[0]
    words = wording.moment(newest.at) | {"why": newest.get_kind_display()}
    return _("it came back %(day)s at %(time)s: %(why)s") % words


def _sentence(row: Reminder) -> str:
    words = {"name": row.recipient.name if row.recipient else _("nobody")}
    message = row.message
    if message is None:
        return {
            ReminderState.PLANNED: _("To be sent to %(name)s"),
            ReminderState.HELD: _("Held back from %(name)s"),
            ReminderState.CANCELLED: _("Not sent to %(name)s"),
            ReminderState.SUPERSEDED: _("Passed over for %(name)s"),
        }[ReminderState(row.state)] % words
    if message.sent_at is not None:
        words |= wording.moment(message.sent_at)
        return _("Sent to %(name)s %(day)s at %(time)s") % words
    if message.state == MessageState.PENDING and message.claim_token is not None:
        return _("Just being sent to %(name)s") % words
    return {
        MessageState.PENDING: _("On its way to %(name)s"),
        MessageState.SUPPRESSED: _("Not sent: the address of %(name)s does not work"),
        MessageState.UNCERTAIN: _("Sent to %(name)s, but nobody knows if it arrived"),
        MessageState.DEAD: _("Could not be sent to %(name)s"),
    }.get(MessageState(message.state), _("Not sent to %(name)s")) % words


def _coming(
    row: Coming,
    people: dict[int, User],
    activities: dict[int, Activity],
    *,
    on: date,
) -> Entry:
    person = people.get(row.principal_id) if row.principal_id is not None else None
    mailbox = person
    if person is not None and person.stand_in and person.stands_in_on(row.send_on):
        mailbox = person.stand_in
    notes = [
        wording.moved(row, on=on),
        wording.reason(row.held, row.params, on=on) if row.held else "",
    ]
    if mailbox is not person and person is not None:
        notes.append(_("standing in for %(name)s") % {"name": person.name})
    words = {
        "name": mailbox.name if mailbox else _("nobody"),
        "day": wording.day(row.send_on, on=on),
    }
    text = (
        _("Would go to %(name)s %(day)s, but is held back")
        if row.held
        else _("Goes to %(name)s %(day)s")
    )
    return Entry(
        on=row.send_on,
        state=ReminderState.HELD if row.held else ReminderState.PLANNED,
        title=row.title,
        text=text % words,
        note=_joined(notes),
        where=str(activities.get(row.activity_id or 0) or ""),
    )


def _joined(notes: list[str]) -> str:
    said = "; ".join(note for note in notes if note)
    return said[:1].upper() + said[1:]
