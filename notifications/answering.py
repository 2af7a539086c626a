"""Acts on an opened link: answer, or take an answer back.

Each act locks its link first, so that any number of posts at once act once; the
others find it used. All that belongs to an act happens in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications import evidence, links, responsibilities, told
from notifications.links import Opened, Standing
from notifications.models import Answer, Choice, LinkUse, Purpose, Use
from rollout import answers
from rollout.addresses import in_full
from rollout.answers import Asked
from rollout.models import DataRequest, Milestone, User
from rollout.services import Invalid
from workflows import engine
from workflows.engine import NotAllowed


@dataclass(frozen=True)
class Said:
    """What a person said on the page; only what belongs to the choice is read."""

    choice: Choice
    note: str = ""
    value: Decimal | None = None
    colleague: User | None = None
    new_due_on: date | None = None
    #: What shows that it is finished.
    file: File[bytes] | None = None


def choices_for(opened: Opened) -> list[Choice]:
    """Return what this person can answer to this deadline."""
    asked, person = opened.asked, opened.recipient
    if asked is None:
        return []
    first = [Choice.DONE] if isinstance(asked, Milestone) else [Choice.NUMBER]
    permission = {
        Choice.DONE: "rollout.finish_milestone",
        Choice.NUMBER: "rollout.deliver_value",
    }
    allowed = [c for c in first if person.has_perm(permission[c], asked)]
    return [*allowed, Choice.MORE_TIME, Choice.NOT_MINE, Choice.NOT_RELEVANT]


@transaction.atomic
def answer(digest: str, said: Said, *, at: datetime) -> Opened | None:
    """Do what the person says, once; return the link as it stands afterwards.

    A link that is not live does nothing. Raises Invalid, NotAllowed or Blocked where
    the answer cannot be carried out; then nothing has changed and the link is good.
    """
    opened = links.lock(digest, at=at)
    if (
        opened is None
        or opened.standing is not Standing.LIVE
        or opened.link.purpose != Purpose.ANSWER
        or opened.asked is None
    ):
        return opened
    if said.choice not in choices_for(opened):
        raise NotAllowed(_("You may not do this."))
    asked, person = opened.asked, opened.recipient
    given = _new_answer(opened, asked, said, at=at)
    given.before = _DEEDS[said.choice](asked, said, person, at)
    given.save()
    if said.choice == Choice.DONE and said.file is not None:
        _attach(given, asked, said.file)
    opened.link.answer = given
    opened.link.used_at = at
    opened.link.save(update_fields=["answer", "used_at"])
    LinkUse.objects.create(link=opened.link, what=Use.ANSWERED, at=at)
    told.of_answer(given, at=at)
    return links.find(digest, at=at)


def _new_answer(opened: Opened, asked: Asked, said: Said, *, at: datetime) -> Answer:
    activity = asked.activity if isinstance(asked, Milestone) else None
    return Answer(
        kind=opened.link.kind,
        object_id=asked.pk,
        title=str(asked)[:300],
        is_example=asked.is_example,
        programme=asked.programme,
        activity=activity,
        by=opened.recipient,
        at=at,
        choice=said.choice,
        note=said.note,
        value=said.value if said.choice == Choice.NUMBER else None,
        handed_to=said.colleague if said.choice == Choice.NOT_MINE else None,
        due_on=asked.due_on or timezone.localdate(at),
        new_due_on=said.new_due_on if said.choice == Choice.MORE_TIME else None,
        undo_until=at + links.UNDO,
    )


def _attach(given: Answer, asked: Asked, file: File[bytes]) -> None:
    """Keep the file with the answer, and let the milestone point to it.

    Raises Invalid for a file that may not come in.
    """
    evidence.check(file)
    given.file_name = evidence.name_of(file)
    given.file.save(evidence.own_name(file), file, save=False)
    given.save(update_fields=["file", "file_name"])
    if isinstance(asked, Milestone) and not asked.evidence_url:
        Milestone.objects.filter(pk=asked.pk).update(evidence_url=evidence_url(given))


def evidence_url(given: Answer) -> str:
    """Return the address at which who may see the activity gets the file."""
    return in_full(reverse("notifications:evidence", args=[given.pk]))


def _done(asked: Asked, said: Said, by: User, at: datetime) -> dict[str, Any]:
    if not isinstance(asked, Milestone):
        raise Invalid(_("Only a milestone can be finished."))
    engine.perform(asked, "finish", by=by, at=at, reason=said.note)
    return {}


def _number(asked: Asked, said: Said, by: User, at: datetime) -> dict[str, Any]:
    if not isinstance(asked, DataRequest) or said.value is None:
        raise Invalid(_("Write the number."))
    before = answers.deliver_value(asked, said.value, by=by, at=at, comment=said.note)
    return asdict(before)


def _not_mine(asked: Asked, said: Said, by: User, at: datetime) -> dict[str, Any]:
    if said.colleague is None:
        return {}
    before = answers.hand_over(asked, to=said.colleague, by=by)
    _tell_no_more(asked, at)
    return before


def _tell_no_more(asked: Asked, at: datetime) -> None:
    """Whoever is responsible now knows it by the mail about the answer."""
    if isinstance(asked, Milestone):
        responsibilities.mark_told(asked, asked.responsible, at=at)


def _more_time(asked: Asked, said: Said, by: User, at: datetime) -> dict[str, Any]:
    if said.new_due_on is None or not said.note:
        raise Invalid(_("Write a new date and why."))
    answers.check_new_date(asked, said.new_due_on, on=timezone.localdate(at))
    return {}


def _not_relevant(asked: Asked, said: Said, by: User, at: datetime) -> dict[str, Any]:
    if not said.note:
        raise Invalid(_("Write why it is no longer relevant."))
    return {}


_DEEDS: dict[Choice, Callable[[Asked, Said, User, datetime], dict[str, Any]]] = {
    Choice.DONE: _done,
    Choice.NUMBER: _number,
    Choice.NOT_MINE: _not_mine,
    Choice.MORE_TIME: _more_time,
    Choice.NOT_RELEVANT: _not_relevant,
}


def can_undo(opened: Opened, *, at: datetime) -> bool:
    """Say whether the answer behind a link can still be taken back by it."""
    given = opened.link.answer
    return (
        given is not None
        and opened.link.purpose in {Purpose.ANSWER, Purpose.UNDO}
        and opened.standing in {Standing.LIVE, Standing.USED}
        and given.by_id == opened.recipient.pk
        and given.undone_at is None
        and given.decided_at is None
        and at < given.undo_until
    )


@transaction.atomic
def undo(digest: str, *, at: datetime) -> Opened | None:
    """Take the answer back within its time; a second time does nothing.

    Raises Invalid, NotAllowed or Blocked where somebody else has acted on it since.
    """
    opened = links.lock(digest, at=at)
    if opened is None or opened.link.answer_id is None:
        return opened
    given = Answer.objects.select_for_update().get(pk=opened.link.answer_id)
    opened.link.answer = given
    asked = opened.asked
    if not can_undo(opened, at=at) or asked is None:
        return links.find(digest, at=at)
    _restore(given, asked, opened.recipient, at=at)
    given.undone_at = at
    given.save(update_fields=["undone_at"])
    if opened.link.purpose == Purpose.UNDO:
        opened.link.used_at = at
        opened.link.save(update_fields=["used_at"])
    LinkUse.objects.create(link=opened.link, what=Use.UNDONE, at=at)
    told.of_undoing(given, at=at)
    return links.find(digest, at=at)


def _restore(given: Answer, asked: Asked, by: User, *, at: datetime) -> None:
    if given.choice == Choice.DONE and isinstance(asked, Milestone):
        engine.perform(
            asked, "reopen", by=by, at=at, reason=_("Undone by the link in the mail")
        )
        # The file stays with the answer; it shows nothing any more.
        Milestone.objects.filter(pk=asked.pk, evidence_url=evidence_url(given)).update(
            evidence_url=""
        )
    elif given.choice == Choice.NUMBER and isinstance(asked, DataRequest):
        answers.withdraw_value(asked, answers.Before(**given.before), by=by)
    elif given.choice == Choice.NOT_MINE and given.before:
        answers.take_back(asked, given.before, given_to=given.handed_to)
        _tell_no_more(asked, at)
