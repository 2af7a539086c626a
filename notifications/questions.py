"""Asks the person who can settle it, by one mail, for what an activity waits for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications import posting
from notifications.models import Message, MessageKind
from rollout.guards import MANAGER
from rollout.models import Activity, Membership, Milestone, Partner, Role, User
from rollout.services import Invalid, require
from workflows.engine import options
from workflows.guards import Reason


@dataclass(frozen=True)
class Question:
    """What one person can settle, as the guards say it."""

    to: User
    reasons: tuple[Reason, ...]
    #: Names what is asked, whatever the language; the same tomorrow.
    about: str

    @property
    def texts(self) -> list[str]:
        """What is missing, in the active language."""
        return [str(reason.text) for reason in self.reasons]


def questions_about(activity: Activity, *, by: User, at: datetime) -> list[Question]:
    """Return whom ``by`` can ask about what stands in the way, and what.

    What lies with the asker, with nobody who can be mailed, or with a body outside
    the programme, such as a decision of the council, is no question.
    """
    found: dict[tuple[int, str], list[Reason]] = {}
    people: dict[int, User] = {}
    for reason in _reasons(activity, by=by, at=at):
        mailbox = _mailbox(_who_settles(activity, reason), at=at)
        if mailbox is not None and mailbox.pk != by.pk:
            people[mailbox.pk] = mailbox
            found.setdefault((mailbox.pk, _about(reason)), []).append(reason)
    dead = posting.dead_addresses(person.email for person in people.values())
    return [
        Question(people[pk], tuple(reasons), about)
        for (pk, about), reasons in found.items()
        if people[pk].email.lower() not in dead
    ]


def _reasons(activity: Activity, *, by: User, at: datetime) -> Iterator[Reason]:
    seen: set[Reason] = set()
    for option in options(activity, by=by, at=at):
        yield from (one for one in option.reasons if one not in seen)
        seen.update(option.reasons)


def _about(reason: Reason) -> str:
    # The link says what it is about: three aspects of readiness are one thing.
    return sha256(reason.link.encode()).hexdigest()[:16]


def _who_settles(activity: Activity, reason: Reason) -> User | None:
    if isinstance(reason.owner, User):
        return reason.owner
    if isinstance(reason.owner, Partner):
        contact = _first(activity, partner=reason.owner, role=Role.PARTNER)
        return contact or reason.owner.lead
    return _first(activity, role=Role.MANAGER) if reason.who == MANAGER else None


def _first(activity: Activity, **which: object) -> User | None:
    membership = (
        Membership.objects.of_people()
        .filter(programme=activity.programme, **which)
        .select_related("user__stand_in")
        .order_by("pk")
        .first()
    )
    return membership.user if membership else None


def _mailbox(person: User | None, *, at: datetime) -> User | None:
    """Return who is asked on that day; nobody for who has left."""
    if person is None or not person.is_active:
        return None
    return posting.mailbox(person, on=timezone.localdate(at))


@transaction.atomic
def ask(
    activity: Activity, *, to: int, about: str, by: User, at: datetime, note: str = ""
) -> Message:
    """Put a question into the outbox, at most one a day to a person about one thing.

    Raises Invalid where it has been settled, or was asked already that day, and
    NotAllowed for who does not run the programme.
    """
    require(by, "rollout.edit_activity", activity)
    for question in questions_about(activity, by=by, at=at):
        if (question.to.pk, question.about) == (to, about):
            break
    else:
        raise Invalid(_("It has been settled in the meantime."))
    message = posting.notice(
        MessageKind.QUESTION,
        about=f"{activity.pk}:{about}:{timezone.localdate(at)}",
        to=question.to,
        programme=activity.programme_id,
        activity=activity,
        params={"about": about, "by": by.pk, "note": note},
        at=at,
    )
    if asked_already := Message.objects.filter(dedupe_key=message.dedupe_key).first():
        raise Invalid(_already(asked_already))
    posting.put([message])
    return Message.objects.get(dedupe_key=message.dedupe_key)


def _already(message: Message) -> str:
    asker = asker_of(message)
    return _("%(name)s has been asked today, by %(asker)s.") % {
        "name": message.recipient,
        "asker": asker or _("somebody who has left"),
    }


def asker_of(message: Message) -> User | None:
    """Return who asked."""
    asker: User | None = User.objects.filter(
        pk=message.params["by"], is_active=True
    ).first()
    return asker


def asked_of(message: Message, *, at: datetime) -> Question | None:
    """Return the question as it stands now; None where it is settled or moot."""
    asker = asker_of(message)
    if asker is None or message.activity is None:
        return None
    for question in questions_about(message.activity, by=asker, at=at):
        same = question.about == message.params["about"]
        if same and question.to.pk == message.recipient_id:
            return question
    return None


def is_wanted(message: Message) -> bool:
    """Say whether what was asked is still missing, and still that person's."""
    return asked_of(message, at=message.created_at) is not None


def milestone_of(activity: Activity, question: Question) -> Milestone | None:
    """Return the milestone that is asked about; None where it is none."""
    _path, _mark, number = question.reasons[0].link.rpartition("#milestone-")
    if not number.isdecimal():
        return None
    return activity.milestones.filter(pk=int(number)).first()
