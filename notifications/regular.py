"""Puts into the outbox what goes out regularly: each week, and before meetings."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from notifications import digests, editions, summaries


@transaction.atomic
def compose(*, now: datetime, any_time: bool = False, until: date | None = None) -> int:
    """Make the regular mails that are due now; return how many.

    ``any_time`` ignores the sending window. A rehearsal composes ahead, up to
    ``until``, what each of these days would bring.
    """
    weeks = editions.begin_weeks(now=now, any_time=any_time, until=until)
    notices = editions.begin_notices(now=now, any_time=any_time, until=until)
    made = digests.make(weeks, now=now, any_time=any_time)
    return made + summaries.make(weeks, notices, now=now)
