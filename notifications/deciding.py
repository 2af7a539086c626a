"""Decides on answers that a coordinator must accept: more time, no longer relevant.

By the link in the mail or on one's own page; whoever is first decides, once.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications import links, told
from notifications.links import Opened, Standing
from notifications.models import Answer, Choice, LinkUse, Purpose, Use
from rollout import answers
from rollout.answers import Asked
from rollout.models import Milestone, User
from rollout.services import Invalid
from workflows import engine
from workflows.engine import NotAllowed


@transaction.atomic
def decide_by_link(
    digest: str, *, accept: bool, note: str = "", at: datetime
) -> Opened | None:
    """Accept or refuse by a link; return the link as it stands afterwards.

    A link that is not live does nothing. Raises as :func:`decide` does; then the link
    is still good.
    """
    opened = links.lock(digest, at=at)
    if (
        opened is None
        or opened.standing is not Standing.LIVE
        or opened.link.purpose != Purpose.DECIDE
        or opened.link.answer_id is None
    ):
        return opened
    if decide(
        opened.link.answer_id, by=opened.recipient, accept=accept, note=note, at=at
    ):
        opened.link.used_at = at
        opened.link.save(update_fields=["used_at"])
        what = Use.ACCEPTED if accept else Use.REFUSED
        LinkUse.objects.create(link=opened.link, what=what, at=at)
    return links.find(digest, at=at)


@transaction.atomic
def decide(pk: int, *, by: User, accept: bool, note: str = "", at: datetime) -> bool:
    """Accept or refuse an answer; False if that was done before, or it was undone.

    Raises NotAllowed for a person who may not decide, Invalid where the date was moved
    since or the deadline is done or gone, and Blocked where a milestone cannot be
    dropped.
    """
    given = Answer.objects.select_for_update(of=("self",)).get(pk=pk)
    asked = links.asked_for(given.kind, given.object_id)
    if asked is None:
        raise Invalid(_("It does not exist any more."))
    if not by.has_perm(answers.decides_permission(asked), asked):
        raise NotAllowed(_("You may not change this."))
    if not given.can_be_decided:
        return False
    if accept:
        _accept(given, asked, by=by, note=note, at=at)
    given.accepted = accept
    given.decided_by = by
    given.decided_at = at
    given.decision_note = note
    given.save()
    told.of_decision(given, at=at)
    return True


def _accept(given: Answer, asked: Asked, *, by: User, note: str, at: datetime) -> None:
    if given.choice == Choice.NOT_RELEVANT and isinstance(asked, Milestone):
        engine.perform(asked, "drop", by=by, at=at, reason=note or given.note)
        return
    if asked.due_on != given.due_on:
        raise Invalid(_("The date has been moved in the meantime."))
    if given.new_due_on is not None:
        answers.check_new_date(asked, given.new_due_on, on=timezone.localdate(at))
        answers.move_due_date(asked, given.new_due_on, by=by)
