"""Issues the links that stand in mails, and says what an opened one is good for.

A token is 256 random bits. It stands in the mail alone; the database knows its
SHA-256. A link is bound to its recipient and address, to one deadline, to one purpose
and to the deadline's state and owner when the mail was written.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256

from django.db.models import Max
from django.urls import reverse

from notifications.models import ActionLink, Answer, LinkUse, Message, Purpose, Use
from rollout import answers
from rollout.addresses import in_full
from rollout.answers import Asked
from rollout.models import (
    ActivityState,
    DataRequest,
    DeadlineKind,
    Membership,
    Milestone,
    MilestoneTransition,
    User,
)

#: For how long a mail may be answered; the next reminder brings a new link.
LIFETIME = timedelta(days=30)
#: For how long an answer can be taken back.
UNDO = timedelta(hours=24)
#: What a token weighs, in bytes.
TOKEN_BYTES = 32

#: Kinds of deadline that can be answered by a link.
ANSWERABLE = (DeadlineKind.MILESTONE, DeadlineKind.DATA_REQUEST)


class Standing(Enum):
    """What a link is still good for."""

    LIVE = "live"
    USED = "used"
    EXPIRED = "expired"
    #: The recipient left, got another address or no longer takes part.
    NOT_YOURS = "not_yours"
    #: The object's state or owner is no longer what the mail spoke of.
    MOVED_ON = "moved_on"
    GONE = "gone"


@dataclass(frozen=True)
class Question:
    """One thing that one person is asked about, in a mail or on a page."""

    asked: Asked
    to: User
    message: Message | None


@dataclass(frozen=True)
class Opened:
    """A link together with what it concerns."""

    link: ActionLink
    recipient: User
    asked: Asked | None
    standing: Standing


def digest_of(token: str) -> str:
    """Return what is stored of a token."""
    return sha256(token.encode()).hexdigest()


def asked_for(kind: str, object_id: int) -> Asked | None:
    """Return what falls due; None where it is gone or cannot be answered."""
    if kind == DeadlineKind.MILESTONE:
        return (
            Milestone.objects.select_related(
                "activity__initiative", "activity__place", "activity__programme"
            )
            .filter(pk=object_id)
            .first()
        )
    if kind == DeadlineKind.DATA_REQUEST:
        return (
            DataRequest.objects.select_related(
                *("round__programme", "indicator__objective", "place", "partner"),
                "answering__measurement",
            )
            .filter(pk=object_id)
            .first()
        )
    return None


def state_of(asked: Asked) -> str:
    """Return the state and owner to which a link is bound.

    A new title or date does not kill a link; a new state or owner does. It ends in the
    owner, by which :meth:`AnswerQuerySet.waiting` knows whose it was.
    """
    return _state_of(asked, newest_steps([asked]))


def newest_steps(asked: Iterable[Asked]) -> dict[int, int]:
    """Return the number of the newest step of each milestone that has taken one."""
    milestones = [one.pk for one in asked if isinstance(one, Milestone)]
    steps = MilestoneTransition.objects.filter(milestone__in=milestones)
    newest = steps.order_by().values_list("milestone").annotate(Max("sequence"))
    return dict(newest) if milestones else {}


def _state_of(asked: Asked, steps: Mapping[int, int]) -> str:
    if isinstance(asked, DataRequest):
        measurement = asked.measurement
        status = measurement.status if measurement else "none"
        return f"{asked.round.state}:{status}|{asked.responsible_id}|{asked.partner_id}"
    activity = asked.activity
    newest = steps.get(asked.pk, 0)
    is_own = asked.responsible_id or asked.responsible_partner_id
    responsible = asked.responsible_id if is_own else activity.responsible_id
    partner = asked.responsible_partner_id or activity.responsible_partner_id
    stopped = activity.state in {ActivityState.PLANNED, ActivityState.DISCONTINUED}
    hold = "held" if stopped or activity.is_proposal else "open"
    return f"{hold}:{asked.state}#{newest}|{responsible}|{partner}"


def takes_part(person: User, programme_id: int) -> bool:
    """Say whether a person has any role in the programme."""
    return Membership.objects.filter(user=person, programme=programme_id).exists()


def who_takes_part(
    people: Collection[int], programmes: Collection[int]
) -> set[tuple[int, int]]:
    """Return which of these people have a role in which of these programmes."""
    roles = Membership.objects.filter(user__in=people, programme__in=programmes)
    return set(roles.values_list("user", "programme"))


def issue(
    asked: Asked,
    *,
    to: User,
    message: Message | None,
    at: datetime,
    purpose: Purpose = Purpose.ANSWER,
    answer: Answer | None = None,
) -> str | None:
    """Make a link and return its token, of which nothing but the digest is kept.

    None where the person could not use it: then the mail shows the page instead.
    """
    [token] = issue_each(
        [Question(asked, to, message)], at=at, purpose=purpose, answer=answer
    )
    return token


def issue_each(
    questions: Sequence[Question],
    *,
    at: datetime,
    purpose: Purpose = Purpose.ANSWER,
    answer: Answer | None = None,
    steps: Mapping[int, int] | None = None,
    taking_part: Collection[tuple[int, int]] | None = None,
) -> list[str | None]:
    """Make a link for each of several questions; return their tokens, in their order.

    ``steps`` and ``taking_part`` are what was read of these things and these people
    beforehand: :func:`newest_steps` and :func:`who_takes_part`.
    """
    expires_at = at + LIFETIME
    if purpose == Purpose.UNDO and answer is not None:
        expires_at = answer.undo_until
    if expires_at <= at:
        return [None] * len(questions)
    if taking_part is None:
        taking_part = who_takes_part(
            {one.to.pk for one in questions},
            {one.asked.programme.pk for one in questions},
        )
    if steps is None:
        steps = newest_steps(one.asked for one in questions)
    tokens = [
        secrets.token_urlsafe(TOKEN_BYTES)
        if one.to.is_active and (one.to.pk, one.asked.programme.pk) in taking_part
        else None
        for one in questions
    ]
    ActionLink.objects.bulk_create(
        ActionLink(
            digest=digest_of(token),
            purpose=purpose,
            recipient=one.to,
            address=one.to.email,
            programme=one.asked.programme,
            kind=answers.kind_of(one.asked),
            object_id=one.asked.pk,
            bound_to=_state_of(one.asked, steps),
            message=one.message,
            answer=answer,
            issued_at=at,
            expires_at=expires_at,
        )
        for one, token in zip(questions, tokens, strict=True)
        if token
    )
    return tokens


def url_of(token: str) -> str:
    """Return the address that stands in the mail."""
    return in_full(reverse("notifications:open_link", args=[token]))


def find(digest: str, *, at: datetime) -> Opened | None:
    """Return the link with this digest and what it is good for; None for no link.

    The index compares digests. Whoever does not know a token cannot steer what its
    digest begins with, so that the time of the answer tells nothing.
    """
    link = (
        ActionLink.objects.select_related("recipient", "answer__by", "programme")
        .filter(digest=digest)
        .first()
    )
    return None if link is None else _opened(link, at=at)


def lock(digest: str, *, at: datetime) -> Opened | None:
    """Return the same, held until the end of the transaction."""
    link = ActionLink.objects.select_for_update().filter(digest=digest).first()
    return None if link is None else _opened(link, at=at)


def _opened(link: ActionLink, *, at: datetime) -> Opened | None:
    if link.recipient is None:
        return None
    asked = asked_for(link.kind, link.object_id)
    return Opened(link, link.recipient, asked, _standing(link, asked, at=at))


def _standing(link: ActionLink, asked: Asked | None, *, at: datetime) -> Standing:
    person = link.recipient
    if asked is None:
        return Standing.GONE
    if (
        person is None
        or not person.is_active
        or person.email != link.address
        or not takes_part(person, link.programme_id)
    ):
        return Standing.NOT_YOURS
    if link.used_at is not None:
        return Standing.USED
    if link.is_expired(at=at):
        return Standing.EXPIRED
    # An undo or a decision is about an answer, which keeps its own conditions.
    if link.purpose == Purpose.ANSWER and state_of(asked) != link.bound_to:
        return Standing.MOVED_ON
    return Standing.LIVE


def note_opening(link: ActionLink, *, at: datetime) -> None:
    """Write down that the page was opened, the first time; it may be a scanner."""
    fresh = ActionLink.objects.filter(pk=link.pk, opened_at=None)
    if fresh.update(opened_at=at):
        LinkUse.objects.create(link=link, what=Use.OPENED, at=at)
