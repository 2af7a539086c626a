"""Sums up for administrators, once a day, the mails that were given up."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone

from notifications import posting
from notifications.models import Message, MessageKind
from notifications.resend import GIVEN_UP
from rollout.models import User

#: Local time of day from which the summary is made.
FROM = time(7)
#: What was made longer ago is not worth a mail any more.
SPAN = timedelta(days=30)


def summarise(*, now: datetime) -> int:
    """Put one summary for each administrator into the outbox; return how many.

    Only if a mail was given up of which no summary has told yet, and once a day.
    """
    local = timezone.localtime(now)
    if local.time() < FROM:
        return 0
    failed = dict(
        Message.objects.filter(state__in=GIVEN_UP, created_at__gte=now - SPAN)
        # A summary that does not get through must not call for the next one.
        .exclude(kind=MessageKind.FAILURES)
        .values_list("pk", "attempts")
    )
    if not failed:
        return 0
    earlier = Message.objects.filter(
        kind=MessageKind.FAILURES, created_at__gte=now - SPAN
    )
    told = {pair for one in earlier for pair in one.params["messages"].items()}
    # One that was sent again and given up again is news again.
    listed = {str(pk): attempts for pk, attempts in sorted(failed.items())}
    day = local.date().isoformat()
    if listed.items() <= told or earlier.filter(params__day=day).exists():
        return 0
    readers = User.objects.filter(is_staff=True, is_active=True).order_by("pk")
    notices = [
        posting.notice(
            MessageKind.FAILURES,
            about=day,
            to=reader,
            programme=None,
            params={"day": day, "messages": listed},
            at=now,
        )
        for reader in readers
    ]
    posting.put(notices)
    return len(notices)
