"""`/metrics`: how the installation is doing, in Prometheus' words.

Only for who knows METRICS_TOKEN; without one the address does not exist. What the
database knows is read at each scrape, so that any web process answers for all; only
request times live in the processes, which share them through files.
"""

from __future__ import annotations

import hmac
import logging
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from math import inf
from typing import Any

from django.conf import settings
from django.db import Error
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import (
    CollectorRegistry,
    Histogram,
    exposition,
    multiprocess,
    values,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import REGISTRY, Collector

from config.backups import newest
from config.backups.drill import latest
from notifications import calls, pulse
from notifications.models import Bounce, Message
from rollout.models import ActivityTransition, Job

logger = logging.getLogger(__name__)

#: Names the file in which a web process keeps its request times (config/gunicorn.py).
WORKER_NUMBER = "WEB_WORKER_NUMBER"


def process_name() -> str:
    """Return what sets this process's file apart from those of others that live."""
    return os.environ.get(WORKER_NUMBER) or str(os.getpid())


def shared_values() -> Any:
    """Return the kind of figures that are kept in a file that outlives the process.

    The next process of that name goes on in it, so that there are never more files than
    there were processes at once.
    """
    return values.MultiProcessValue(process_name)  # type: ignore[no-untyped-call]


if settings.METRICS_DIR is not None:
    values.ValueClass = shared_values()

REQUEST_SECONDS = Histogram(
    "rollout_request_seconds",
    "How long requests took, by route.",
    ["method", "route", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
_HOUR = timedelta(hours=1)
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


def answer(request: HttpRequest) -> HttpResponse:
    """Answer a scrape: 401 without the token."""
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(sent.encode(), settings.METRICS_TOKEN.encode()):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry()
    registry.register(_Installation(now=timezone.now()))
    text = exposition.generate_latest(registry) + exposition.generate_latest(_times())
    return HttpResponse(text, content_type=exposition.CONTENT_TYPE_PLAIN_0_0_4)


def observe(request: HttpRequest, response: HttpResponse, *, seconds: float) -> None:
    """Count a request under its route, which holds no secret and is one of few."""
    found = request.resolver_match
    route = found.route if found else "none"
    # A method is any word that a client likes to send.
    method = request.method if request.method in _METHODS else "other"
    REQUEST_SECONDS.labels(method, route, response.status_code).observe(seconds)


def _times() -> CollectorRegistry:
    """Return the request times of all web processes, or of this one if it is alone."""
    if settings.METRICS_DIR is None:
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(  # type: ignore[no-untyped-call]
        registry, path=str(settings.METRICS_DIR)
    )
    return registry


class _Installation(Collector):
    """What the backups and the database say at one moment."""

    def __init__(self, *, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the figures."""
        yield from self._backups()
        try:
            known = [*self._engine(), *self._work(), *self._traffic()]
        except Error as error:
            # A scrape that failed as well would leave every rule without its figures.
            logger.warning("the database does not answer a scrape: %s", error)
            known = []
        yield self._one(
            "database_up", "1 if the database told what it was asked.", bool(known)
        )
        yield from known

    def _engine(self) -> Iterator[GaugeMetricFamily]:
        signs = pulse.signs(now=self.now)
        age = self._gauge("heartbeat_age_seconds", "Since when unseen.", ["part"])
        for part in (*pulse.MAILING, *pulse.WORKING):
            if part in signs.beats:
                age.add_metric([part], self._age(signs.beats[part]))
        yield age
        yield self._one(
            "oldest_due_mail_age_seconds",
            "How long the oldest mail that may leave has waited.",
            self._age(signs.oldest_due_at, never=0),
        )
        mails = self._gauge("mails", "Mails that are not sent, by state.", ["state"])
        for state in ("pending", "uncertain", "dead"):
            mails.add_metric([state], getattr(signs, state))
        yield mails
        yield self._one("sending_held", "1 while all mail is held.", bool(signs.hold))
        yield self._one(
            "missed_steps", "Reminders passed over in 30 days.", signs.missed
        )

    def _work(self) -> Iterator[GaugeMetricFamily]:
        job = Job.objects.unfinished().aggregate(oldest=Min("asked_at"))["oldest"]
        call = calls.oldest_due_at(now=self.now)
        age = self._gauge(
            "oldest_work_age_seconds",
            "How long the oldest job or call of a webhook has not been done.",
            ["kind"],
        )
        age.add_metric(["job"], self._age(job, never=0))
        age.add_metric(["call"], self._age(call, never=0))
        yield age

    def _traffic(self) -> Iterator[GaugeMetricFamily]:
        since = self.now - _HOUR
        yield self._one(
            "mails_sent_last_hour",
            "Mails that a mail server took.",
            Message.objects.filter(sent_at__gt=since).count(),
        )
        yield self._one(
            "mails_bounced_last_hour",
            "Mails that came back.",
            Bounce.objects.filter(received_at__gt=since).count(),
        )
        moved = self._gauge(
            "transitions_last_hour", "Changes of activities' states.", ["transition"]
        )
        for name, count in (
            ActivityTransition.objects.filter(at__gt=since)
            .values_list("transition")
            .annotate(count=Count("pk"))
            .order_by("transition")
        ):
            moved.add_metric([name], count)
        yield moved

    def _backups(self) -> Iterator[GaugeMetricFamily]:
        """Yield what is known where backups, and drills, are made by themselves."""
        if settings.BACKUP_DIR is None:
            return
        last = newest(settings.BACKUP_DIR)
        yield self._one(
            "backup_age_seconds",
            "Age of the newest backup; +Inf without any.",
            self._age(last[1] if last else None),
        )
        report = latest(settings.BACKUP_DIR)
        if settings.BACKUP_IDENTITY is not None:
            yield self._one(
                "drill_age_seconds",
                "Since when no backup was restored to prove it; +Inf if none ever was.",
                self._age(report.at if report else None),
            )
        if report:
            yield self._one(
                "drill_faults", "Faults that the last drill found.", len(report.faults)
            )

    def _age(self, at: datetime | None, *, never: float = inf) -> float:
        """Return the seconds since then; ``never`` where there is no such moment."""
        return never if at is None else (self.now - at).total_seconds()

    @staticmethod
    def _gauge(name: str, what: str, labels: list[str]) -> GaugeMetricFamily:
        return GaugeMetricFamily(f"rollout_{name}", what, labels=labels)

    @classmethod
    def _one(cls, name: str, what: str, value: float) -> GaugeMetricFamily:
        gauge = cls._gauge(name, what, [])
        gauge.add_metric([], value)
        return gauge
