"""How long what is kept about people stays, and what is thrown away each month.

The periods are settings (`RETENTION_…_DAYS`), for whoever runs the product to decide
with their data protection officer. What the history needs is not thrown away: there a
person's name is taken out instead (`manage.py person erase`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications import pulse
from notifications.models import Bounce, Delivery, DeliveryState, Heartbeat, Message
from notifications.models import MessageState as State
from rollout.models import ApiToken, Job, KeptAnswer, PlanUpload

log = structlog.get_logger(__name__)

#: Names the sign of life that says in which month periods were kept last.
KEEPER = "retention"


@dataclass(frozen=True)
class Period:
    """What is kept for so many days, and then goes."""

    what: Any
    #: The setting that holds the days; 0 there: for ever.
    setting: str
    #: Returns the rows from before a moment.
    rows: Callable[[datetime], QuerySet[Any]]
    #: What becomes of these columns; None: the rows are deleted.
    emptied: dict[str, Any] | None = None


PERIODS = (
    Period(
        gettext_lazy("texts of mails; that, when and to whom they went stays"),
        "RETENTION_MAIL_DAYS",
        lambda before: (
            Message.objects.filter(created_at__lt=before)
            .exclude(state=State.PENDING)
            .exclude(text="", html="", params={})
        ),
        {"text": "", "html": "", "params": {}},
    ),
    Period(
        gettext_lazy("mails that came back, in the mail server's words"),
        "RETENTION_BOUNCE_DAYS",
        lambda before: Bounce.objects.filter(received_at__lt=before),
    ),
    Period(
        gettext_lazy("calls of webhooks"),
        "RETENTION_CALL_DAYS",
        lambda before: Delivery.objects.filter(created_at__lt=before).exclude(
            state=DeliveryState.PENDING
        ),
    ),
    Period(
        gettext_lazy("tokens that were revoked or have expired"),
        "RETENTION_TOKEN_DAYS",
        lambda before: ApiToken.objects.filter(
            Q(revoked_at__lt=before) | Q(expires_at__lt=before)
        ),
    ),
    Period(
        gettext_lazy("plan files that were uploaded and not applied"),
        "RETENTION_UPLOAD_DAYS",
        lambda before: PlanUpload.objects.filter(uploaded_at__lt=before),
    ),
    Period(
        gettext_lazy("long work that has ended"),
        "RETENTION_UPLOAD_DAYS",
        lambda before: Job.objects.filter(ended_at__lt=before),
    ),
    Period(
        gettext_lazy("logins that have ended"),
        "RETENTION_LOGIN_DAYS",
        lambda before: UserSession.objects.filter(last_seen_at__lt=before),
    ),
    Period(
        gettext_lazy("sessions that have ended"),
        "RETENTION_LOGIN_DAYS",
        lambda before: Session.objects.filter(expire_date__lt=before),
    ),
    Period(
        gettext_lazy("what programs were answered, kept for a day"),
        "RETENTION_LOGIN_DAYS",
        lambda before: KeptAnswer.objects.filter(created_at__lt=before),
    ),
)


@dataclass(frozen=True)
class Kept:
    """What came of one period."""

    what: str
    days: int
    #: How many rows are, or would be, thrown away or emptied.
    rows: int


def keep_periods(*, now: datetime, is_rehearsal: bool) -> list[Kept]:
    """Throw away what is older than its period; a rehearsal only counts."""
    found = []
    for period in PERIODS:
        days: int = getattr(settings, period.setting)
        if not days:
            continue
        rows = period.rows(now - timedelta(days=days))
        if is_rehearsal:
            count = rows.count()
        elif period.emptied is not None:
            count = rows.update(**period.emptied)
        else:
            count = rows.delete()[1].get(rows.model._meta.label, 0)
        found.append(Kept(str(period.what), days, count))
    return found


def keep_monthly(*, now: datetime) -> bool:
    """Keep the periods once a month; return whether it was done now."""
    last = Heartbeat.objects.filter(name=KEEPER).first()
    month = timezone.localdate(now).replace(day=1)
    if last is not None and timezone.localdate(last.beat_at) >= month:
        return False
    kept = keep_periods(now=now, is_rehearsal=False)
    counts = {"rows": sum(one.rows for one in kept)}
    pulse.beat(KEEPER, now=now, counts=counts)
    log.info("retention", **counts)
    return True


def told(kept: list[Kept]) -> str:
    """Return a line for each period."""
    line = _("%(rows)d: %(what)s, older than %(days)d days")
    return "\n".join(
        line % {"rows": one.rows, "what": one.what, "days": one.days} for one in kept
    )
