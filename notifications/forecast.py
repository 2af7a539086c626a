"""Tells a rehearsal: as sentences for people, as rows, JSON and CSV for programs."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from io import StringIO
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications import wording
from notifications.models import REGULAR, MessageKind, WhyRecipient
from notifications.rehearsal import Mail, Rehearsal, Step
from rollout.models import Nudge
from rollout.tables import harmless


def rows(rehearsal: Rehearsal) -> Iterator[dict[str, Any]]:
    """Yield one flat row for each step, mails first, in the order of their days."""
    for number, mail in enumerate(rehearsal.mails, start=1):
        head = {"mail": number, "mail_kind": mail.kind}
        for step in mail.steps:
            yield head | _row(step, rehearsal)
        if not mail.steps:
            yield head | _row_without_steps(mail)
    for step in rehearsal.kept:
        yield {"mail": None, "mail_kind": None} | _row(step, rehearsal)


def _row_without_steps(mail: Mail) -> dict[str, Any]:
    """Return the row of a mail that goes out without any step falling due."""
    row: dict[str, Any] = dict.fromkeys(_COLUMNS)
    return row | {
        "day": mail.day,
        "state": "sent",
        "recipient": mail.recipient.email,
        "recipient_name": mail.recipient.name,
        "title": about(mail),
    }


#: What is told of a step, in the order of the table's columns.
_COLUMNS = (
    "day",
    "state",
    "reason",
    "recipient",
    "recipient_name",
    "on_behalf_of",
    "why",
    "deadline",
    "title",
    "due_on",
    "step",
    "moved_from",
    "moved_because",
    "is_example",
)


def _row(step: Step, rehearsal: Rehearsal) -> dict[str, Any]:
    recipient = rehearsal.people.get(step.recipient_id or 0)
    principal = rehearsal.people.get(step.principal_id or 0)
    return {
        "day": step.day,
        "state": "sent" if step.state == "merged" else step.state,
        "reason": step.reason,
        "recipient": recipient.email if recipient else None,
        "recipient_name": recipient.name if recipient else None,
        "on_behalf_of": principal.email
        if principal and principal != recipient
        else None,
        "why": step.why,
        "deadline": step.key,
        "title": step.title,
        "due_on": step.due_on,
        "step": step.step,
        "moved_from": step.moved_from,
        "moved_because": step.moved_off,
        "is_example": step.is_example,
    }


def as_json(rehearsal: Rehearsal) -> str:
    """Return the rehearsal as one JSON document."""
    document = {
        "from": rehearsal.first,
        "until": rehearsal.last,
        "rows": list(rows(rehearsal)),
        "load": [
            {
                "person": load.person.email,
                "mails": load.mails,
                "reminders": load.steps,
                "busiest_day": load.busiest_day,
            }
            for load in rehearsal.loads()
        ],
    }
    return json.dumps(document, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def as_csv(rehearsal: Rehearsal) -> str:
    """Return the rows as CSV with a header; text that a spreadsheet runs is quoted."""
    out = StringIO(newline="")
    writer: csv.DictWriter[str] | None = None
    for row in rows(rehearsal):
        if writer is None:
            writer = csv.DictWriter(out, fieldnames=list(row))
            writer.writeheader()
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return out.getvalue()


def _cell(value: Any) -> Any:
    return harmless(value) if isinstance(value, str) else value


def as_lines(rehearsal: Rehearsal) -> Iterator[str]:
    """Yield the rehearsal as text, day by day, then what is held back and the load."""
    day: date | None = None
    for mail in rehearsal.mails:
        if mail.day != day:
            day = mail.day
            yield heading_of(day)
        yield f"  {mail.recipient.name} <{mail.recipient.email}>"
        if about(mail):
            yield f"    {about(mail)}"
        yield from (f"    – {said(step, rehearsal)}" for step in mail.steps)
    if not rehearsal.mails:
        yield _("Nothing goes out.")
    if rehearsal.kept:
        yield ""
        yield _("Does not go out:")
        for step in rehearsal.kept:
            yield f"  {heading_of(step.day)}: {said(step, rehearsal)}"
    if rehearsal.mails:
        yield ""
        yield _("Mails for each person:")
        yield from (
            f"  {load.mails:4d}  {load.person.name}" for load in rehearsal.loads()
        )
    yield ""
    yield total_of(rehearsal)


def heading_of(day: date) -> str:
    """Say a day with its year and week."""
    return wording.day_and_week(day, on=date.min)


def total_of(rehearsal: Rehearsal) -> str:
    """Say how many mails there are, and for how many people."""
    count = len(rehearsal.mails)
    people = len({mail.recipient.pk for mail in rehearsal.mails})
    mails = ngettext("%(count)s mail", "%(count)s mails", count) % {"count": count}
    persons = ngettext("%(count)s person", "%(count)s people", people) % {
        "count": people
    }
    return _("%(mails)s to %(people)s.") % {"mails": mails, "people": persons}


def said(step: Step, rehearsal: Rehearsal) -> str:
    """Say a step: what it is about, when in its ladder, for whom and why."""
    about = f"“{step.title}”, {date_in_words(step)}"
    return "; ".join([about, *notes_on(step, rehearsal)])


def date_in_words(step: Step) -> str:
    """Say when a deadline is due; of a nudge, since when there is cause for it."""
    text = _("since %(day)s") if step.kind in Nudge.values else _("due on %(day)s")
    return text % {"day": wording.day(step.due_on, on=date.min)}


def notes_on(step: Step, rehearsal: Rehearsal) -> list[str]:
    """Say when in its ladder, for whom, why on this day, and why perhaps not."""
    notes = [
        step_in_words(step.kind, step.step),
        why_in_words(step, rehearsal),
        wording.moved(step, on=date.min),
        wording.reason(step.reason, step.params, on=date.min) if step.reason else "",
    ]
    return [note for note in notes if note]


def about(mail: Mail) -> str:
    """Say what a mail is that goes out regularly; empty for one made of steps alone."""
    if mail.kind == MessageKind.DIGEST:
        count = len(mail.deadlines)
        return ngettext(
            "the mail of the week, with %(count)s deadline",
            "the mail of the week, with %(count)s deadlines",
            count,
        ) % {"count": count}
    if mail.kind in REGULAR:
        return str(MessageKind(mail.kind).label)
    return ""


def step_in_words(kind: str, step: int) -> str:
    """Say where in the ladder of its kind a step stands, counted in working days."""
    if kind in Nudge.values:
        text = ngettext("for %(count)s working day", "for %(count)s working days", step)
    elif step == 0:
        return _("on the due date")
    elif step < 0:
        text = ngettext(
            "%(count)s working day before",
            "%(count)s working days before",
            -step,
        )
    else:
        text = ngettext(
            "%(count)s working day overdue", "%(count)s working days overdue", step
        )
    return text % {"count": abs(step)}


def why_in_words(step: Step, rehearsal: Rehearsal) -> str:
    """Say why this person is told, and in whose place."""
    words = [str(WhyRecipient(step.why).label)] if step.why else []
    principal = rehearsal.people.get(step.principal_id or 0)
    if principal is not None and step.principal_id != step.recipient_id:
        words.append(_("standing in for %(name)s") % {"name": principal.name})
    return ", ".join(words)
