"""Answers in one sentence why somebody was, or was not, reminded of a deadline."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from notifications import wording
from notifications.forecast import step_in_words
from notifications.ledger import reason_words
from notifications.models import Message, MessageState, Reminder, ReminderState
from notifications.rehearsal import Step, rehearse
from rollout.models import Deadline, User

#: How many days ahead the next reminder is looked for.
AHEAD_DAYS = 100


def explain(key: str, person: User, *, now: datetime) -> str:
    """Say what became of the newest reminder of a deadline, and when the next comes.

    ``key`` is the deadline's, such as ``milestone:12``. Texts are in the active
    language. Raises LookupError where there is no such deadline and never was one.
    """
    today = timezone.localdate(now)
    kind, _colon, number = key.partition(":")
    rows = Reminder.objects.filter(
        Q(recipient=person) | Q(principal=person),
        kind=kind,
        object_id=int(number) if number.isdigit() else 0,
    ).select_related("message", "recipient")
    newest = min(rows, key=_rank, default=None)
    deadline = Deadline.with_nudges.filter(key=key).first()
    if newest is None and deadline is None:
        raise LookupError(key)
    following: Step | None = None
    held: Step | None = None
    if deadline is not None:
        following, held = _following(key, person, after=newest, now=now)
    past = ""
    if newest is not None:
        past = _past(newest, on=today)
    elif deadline is not None and (deadline.hold or not (following or held)):
        past = _never(deadline, person, now=now)
    ahead = _next(following)
    # What is held already has been told as what became of it.
    if not ahead and held and not (newest and newest.state == ReminderState.HELD):
        ahead = "" if deadline and deadline.hold else _held(held)
    said = "; ".join(part for part in (past, ahead) if part)
    return f"{said[:1].upper()}{said[1:]}."


def _rank(row: Reminder) -> tuple[bool, int, int]:
    """Put what says most first: newest, and passed over only if nothing else is."""
    passed = row.state == ReminderState.SUPERSEDED
    return passed, -row.send_on.toordinal(), -row.step


def _past(row: Reminder, *, on: date) -> str:
    words = {
        "title": row.title,
        "step": step_in_words(row.kind, row.step),
        "name": row.recipient.name if row.recipient else _("nobody"),
        "day": wording.day(row.send_on, on=on),
        "reason": wording.reason(row.reason, reason_words([row])[row.pk], on=on),
    }
    if row.message is not None:
        return _of_message(row.message, words)
    return {
        ReminderState.PLANNED: _(
            "the reminder of “%(title)s” (%(step)s) is to be sent to %(name)s on"
            " %(day)s"
        ),
        ReminderState.HELD: _(
            "the reminder of “%(title)s” (%(step)s) is held back from %(name)s"
            " because %(reason)s"
        ),
        ReminderState.CANCELLED: _(
            "the reminder of “%(title)s” (%(step)s) was not sent to %(name)s because"
            " %(reason)s"
        ),
        ReminderState.SUPERSEDED: _(
            "the reminder of “%(title)s” (%(step)s) was passed over for %(name)s"
            " because %(reason)s"
        ),
    }[ReminderState(row.state)] % words


def _of_message(message: Message, words: dict[str, str]) -> str:
    if message.sent_at is not None:
        local = timezone.localtime(message.sent_at)
        words |= {
            "day": wording.day(local.date(), on=date.min),
            "time": local.strftime(pgettext("format of a time", "%H:%M")),
            "answer": f"{message.smtp_code or ''} {message.smtp_reply}".strip(),
        }
        sent = (
            _(
                "the reminder of “%(title)s” (%(step)s) was sent to %(name)s on"
                " %(day)s at %(time)s, and the mail server answered “%(answer)s”"
            )
            % words
        )
        if message.bounced_at is None:
            return sent
        came_back = _("but it came back %(day)s at %(time)s")
        return f"{sent}, {came_back % wording.moment(message.bounced_at)}"
    words["error"] = message.last_error or message.get_state_display()
    if message.state == MessageState.PENDING:
        text = _("the reminder of “%(title)s” (%(step)s) is on its way to %(name)s")
    elif message.state == MessageState.UNCERTAIN:
        text = _(
            "the reminder of “%(title)s” (%(step)s) was handed over for %(name)s, but"
            " nobody knows whether it arrived (%(error)s)"
        )
    else:
        text = _(
            "the reminder of “%(title)s” (%(step)s) could not be sent to %(name)s"
            " (%(error)s)"
        )
    return text % words


def _following(
    key: str, person: User, *, after: Reminder | None, now: datetime
) -> tuple[Step | None, Step | None]:
    """Return the next step that goes out, and the next that will be held back.

    ``after`` is the reminder told of already: it may still wait, and is not the next.
    """
    today = timezone.localdate(now)
    rehearsal = rehearse(now=now, first=today, last=today + timedelta(days=AHEAD_DAYS))
    going_out = [step for mail in rehearsal.mails for step in mail.steps]
    held = [step for step in rehearsal.kept if step.state == ReminderState.HELD]
    first, first_held = (
        next(
            (
                one
                for one in steps
                if _concerns(one, key, person) and not _is_of(one, after)
            ),
            None,
        )
        for steps in (going_out, held)
    )
    return first, first_held


def _concerns(step: Step, key: str, person: User) -> bool:
    return step.key == key and person.pk in {step.recipient_id, step.principal_id}


def _is_of(step: Step, row: Reminder | None) -> bool:
    return row is not None and (step.due_on, step.step, step.recipient_id) == (
        row.due_on,
        row.step,
        row.recipient_id,
    )


def _reader(step: Step) -> str:
    """Return who gets it, who may stand in for the one that was asked about."""
    reader = User.objects.filter(pk=step.recipient_id).first()
    return reader.name if reader else _("nobody")


def _held(step: Step) -> str:
    words = {
        "title": step.title,
        "step": step_in_words(step.kind, step.step),
        "name": _reader(step),
        "day": wording.day_and_week(step.day, on=date.min),
        "reason": wording.reason(step.reason, step.params, on=date.min),
    }
    return (
        _(
            "the next reminder of “%(title)s” (%(step)s) would go to %(name)s on"
            " %(day)s, but is held back because %(reason)s"
        )
        % words
    )


def _next(step: Step | None) -> str:
    if step is None:
        return ""
    words = {
        "title": step.title,
        "step": step_in_words(step.kind, step.step),
        "name": _reader(step),
        "day": wording.day_and_week(step.day, on=date.min),
    }
    said = (
        _("the next reminder of “%(title)s” (%(step)s) goes to %(name)s on %(day)s")
        % words
    )
    moved = wording.moved(step, on=date.min)
    return f"{said} ({moved})" if moved else said


def _never(deadline: Deadline, person: User, *, now: datetime) -> str:
    """Say why this person is told nothing of an open deadline."""
    words = {
        "title": deadline.title,
        "name": person.name,
        "reason": wording.reason(deadline.hold, {}, on=timezone.localdate(now)),
    }
    if deadline.hold:
        return _("%(name)s is not reminded of “%(title)s” because %(reason)s") % words
    if not person.is_active:
        return _("%(name)s is not reminded of “%(title)s”: no longer active") % words
    return (
        _(
            "%(name)s is not reminded of “%(title)s” in the time ahead: it is due"
            " later, or somebody else is told"
        )
        % words
    )
