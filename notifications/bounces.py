"""What follows when a mail comes back: it is counted, and a dead address is silenced.

A report concerns the address of the very mail that it names, never one that it brings
along. Whatever arrives twice, late or in another order has one effect.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from notifications import posting
from notifications.models import (
    Bounce,
    Message,
    MessageKind,
    Returned,
    SuppressedAddress,
)
from rollout.models import User
from workflows.engine import NotAllowed

#: So many mails that came back without a hard reason …
SOFT_LIMIT = 5
#: … within so long mean that nothing arrives there any more.
SOFT_SPAN = timedelta(days=30)


@dataclass(frozen=True)
class Report:
    """What somebody says about one mail."""

    kind: Returned
    #: Names the report at its source.
    key: str
    at: datetime
    status: str = ""
    text: str = ""


@transaction.atomic
def take_in(report: Report, message: Message, *, now: datetime) -> Bounce | None:
    """Write down that a mail came back and do what follows; None if it was known."""
    fresh = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    bounce, is_new = Bounce.objects.get_or_create(
        key=report.key,
        defaults={
            "message": fresh,
            "address": fresh.to_address.lower(),
            "kind": report.kind,
            "status": report.status,
            "text": report.text,
            "at": min(report.at, now),
            "received_at": now,
        },
    )
    if not is_new:
        return None
    if report.kind != Returned.COMPLAINT and fresh.bounced_at is None:
        fresh.bounced_at = bounce.at
        fresh.save(update_fields=["bounced_at"])
    if report.kind != Returned.SOFT or _comes_back_always(bounce):
        _suppress(bounce, now=now)
    return bounce


def _comes_back_always(bounce: Bounce) -> bool:
    """Say whether mail to the address has come back too often lately."""
    lately = Bounce.objects.filter(
        address=bounce.address, at__gt=bounce.at - SOFT_SPAN, at__lte=bounce.at
    )
    lifted = SuppressedAddress.objects.filter(
        address=bounce.address, lifted_at__isnull=False
    ).order_by("-lifted_at")
    last = lifted.first()
    if last is not None and last.lifted_at is not None:
        # Who let mail flow again begins to count anew.
        lately = lately.filter(at__gt=last.lifted_at)
    return lately.values("message").distinct().count() >= SOFT_LIMIT


def _suppress(bounce: Bounce, *, now: datetime) -> None:
    own = SuppressedAddress.objects.filter(address=bounce.address)
    # What is older than somebody's decision to try again does not undo it.
    if own.filter(Q(lifted_at=None) | Q(lifted_at__gte=bounce.at)).exists():
        return
    SuppressedAddress.objects.bulk_create(
        [
            SuppressedAddress(
                address=bounce.address,
                reason=bounce.text or bounce.status,
                kind=bounce.kind,
                message=bounce.message,
                suppressed_at=now,
            )
        ],
        ignore_conflicts=True,
    )


def announce(*, now: datetime) -> int:
    """Tell the coordinators of addresses silenced since the last time; count mails.

    Part of planning and not of taking in, so that no way by which an address can be
    silenced forgets to tell, and no crash between the two loses the news.
    """
    with transaction.atomic():
        fresh = list(
            SuppressedAddress.objects.filter(announced_at=None)
            .select_for_update(skip_locked=True)
            .order_by("pk")
        )
        mails = [
            posting.notice(
                MessageKind.BOUNCE,
                about=f"address:{address.pk}",
                to=reader,
                programme=programme,
                params={"address": address.pk},
                at=now,
            )
            for address in fresh
            for programme, reader in _concerned(address)
        ]
        posting.put(mails)
        SuppressedAddress.objects.filter(pk__in=[a.pk for a in fresh]).update(
            announced_at=now
        )
    return len(mails)


def _concerned(address: SuppressedAddress) -> Iterable[tuple[int, User]]:
    """Yield who runs each programme, by key, in which the person takes part."""
    owner = User.objects.filter(email__iexact=address.address).first()
    seen: set[int] = set()
    for membership in owner.memberships.order_by("pk") if owner else ():
        for person in posting.who_runs(membership.programme_id, but=membership.user_id):
            if person.pk not in seen:
                seen.add(person.pk)
                yield membership.programme_id, person


@transaction.atomic
def lift(address: SuppressedAddress, *, by: User, at: datetime) -> bool:
    """Let mail flow to an address again; who did it stays written down.

    False where somebody else already has. Raises NotAllowed for who manages no
    programme in which the address is used.
    """
    mine = SuppressedAddress.objects.liftable_by(by).filter(pk=address.pk)
    if not mine.exists():
        raise NotAllowed(_("You may not change this."))
    return mine.in_force().update(lifted_at=at, lifted_by=by) == 1
