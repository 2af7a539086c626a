"""Does long work once and tells how far it is; the table of jobs is the queue.

A worker holds a lock on the job while it works, and the job's end is written together
with the work: a worker that dies leaves nothing behind, and the next one begins anew.
What is done meanwhile is told on a connection of its own, because nobody else sees what
an open transaction writes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from celery import current_app
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from kombu.exceptions import OperationalError

from rollout import services
from rollout.acting import acting
from rollout.models import (
    Activity,
    Job,
    JobKind,
    JobState,
    Phase,
    PlanUpload,
    Programme,
    User,
)
from rollout.plans.problems import BadPlan
from rollout.plans.rows import Ambiguous
from rollout.plans.upload import apply_upload
from rollout.services import Progress
from workflows.engine import NotAllowed
from workflows.guards import Reason

logger = logging.getLogger(__name__)

#: The first number of the advisory locks on jobs, which sets them apart from others.
_LOCKS = 2_026_11
#: How long whoever asks for a job waits for the broker, in seconds.
_PATIENCE = {"socket_connect_timeout": 0.25, "socket_timeout": 0.25, "max_retries": 0}


@dataclass(frozen=True)
class End:
    """How a job ended, in the words of whoever asked for it."""

    state: JobState
    told: str
    refusals: Sequence[str] = field(default_factory=list)


def ask_for_plan(upload: PlanUpload, *, seen: str, by: User, at: datetime) -> Job:
    """Queue the applying of a plan file whose review the person saw."""
    services.require(by, "rollout.edit_programme", upload.programme)
    return _queue(
        programme=upload.programme,
        kind=JobKind.PLAN,
        by=by,
        title=_("Apply “%(name)s”") % {"name": upload.name},
        asked={"upload": upload.pk, "seen": seen},
        asked_at=at,
    )


def ask_for_change(
    programme: Programme,
    chosen: Mapping[int, int | None],
    change: services.BulkChange,
    *,
    title: str,
    by: User,
    at: datetime,
) -> Job:
    """Queue one change to many activities, from the versions that the person saw."""
    services.require(by, "rollout.edit_activity", programme)
    return _queue(
        programme=programme,
        kind=JobKind.BULK,
        by=by,
        title=title,
        asked={"activities": list(chosen.items()), "change": _written(change)},
        total=len(chosen),
        asked_at=at,
    )


def _queue(**values: Any) -> Job:
    job = Job.objects.create(**values)
    # The job is there, whatever becomes of the poke.
    transaction.on_commit(poke, robust=True)
    return job


def poke() -> None:
    """Wake a worker; without one that hears it, beat does so before long."""
    try:
        # Not by a connection that waits for longer: a page waits for this.
        with current_app.connection_for_write(transport_options=_PATIENCE) as broker:
            current_app.send_task(
                "rollout.tasks.carry_out_jobs",
                connection=broker,
                retry=False,
                expires=60,
                ignore_result=True,
            )
    except OperationalError as error:
        logger.warning("no worker was woken: %s", error)


def carry_out_next(*, now: Callable[[], datetime]) -> bool:
    """Do the oldest job that waits and no worker is at; False where there is none."""
    keys = Job.objects.unfinished().order_by("asked_at", "pk").values_list("pk")
    return any(_do(pk, now=now) for (pk,) in list(keys))


def _do(pk: int, *, now: Callable[[], datetime]) -> bool:
    """Do one job, unless another worker is at it or has done it.

    Raises OperationalError or InterfaceError where the database went away meanwhile.
    """
    connection.ensure_connection()
    held = connection.connection
    try:
        with transaction.atomic():
            if not _is_mine(pk):
                return False
            job = Job.objects.select_related("programme", "by").get(pk=pk)
            if job.has_ended:
                return False
            with (
                acting(job.by_id),
                translation.override(job.by.language),
                _progress(job) as tell,
            ):
                end = _WORK[JobKind(job.kind)](job, tell, now())
            _write_end(job, end, at=now())
    except Exception:
        if connection.connection is not held:
            # It was cut, and nothing is wrong with the job: the next one begins anew.
            raise
        # Whatever it was, the work was undone; the person is told and it ends.
        logger.exception("job %s failed", pk)
        _give_up(pk, at=now())
    return True


def _is_mine(pk: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_LOCKS, pk % 2**31])
        return bool(cursor.fetchone()[0])


@contextmanager
def _progress(job: Job) -> Iterator[Progress]:
    with closing(connection.copy()) as aside:

        def tell(done: int, total: int) -> None:
            # Fifty steps are as fine as anybody sees.
            if done % max(1, total // 50) and done < total:
                return
            with aside.cursor() as cursor:
                cursor.execute(
                    "UPDATE rollout_job SET state = 'running', done = %s, total = %s"
                    " WHERE id = %s AND ended_at IS NULL",
                    [done, total, job.pk],
                )

        tell(0, job.total)
        yield tell


def _write_end(job: Job, end: End, *, at: datetime) -> None:
    job.refresh_from_db(fields=["done", "total"])
    job.state, job.told, job.refusals = end.state, end.told, list(end.refusals)
    if end.state == JobState.DONE:
        job.done = job.total
    job.ended_at = at
    job.save()


def _give_up(pk: int, *, at: datetime) -> None:
    job = Job.objects.select_related("by").get(pk=pk)
    with translation.override(job.by.language):
        told = _("Something went wrong, and nothing was changed. Please try again.")
    _write_end(job, End(JobState.FAILED, told), at=at)


def _apply_plan(job: Job, tell: Progress, at: datetime) -> End:
    upload = PlanUpload.objects.filter(pk=job.asked["upload"], by=job.by).first()
    if upload is None:
        return End(JobState.REFUSED, _("The file was thrown away meanwhile."))
    try:
        with transaction.atomic():
            done = apply_upload(
                upload, seen=job.asked["seen"], by=job.by, at=at, tell=tell
            )
    except (BadPlan, Ambiguous):
        told = _("The file cannot be applied as things stand now.")
        return End(JobState.REFUSED, told)
    except (services.Invalid, NotAllowed) as refusal:
        return End(JobState.REFUSED, str(refusal))
    return End(JobState.DONE, done)


def _change_all(job: Job, tell: Progress, at: datetime) -> End:
    chosen = {int(pk): version for pk, version in job.asked["activities"]}
    visible = Activity.objects.visible_to(job.by).filter(programme=job.programme)
    if visible.filter(pk__in=chosen).count() < len(chosen):
        told = _("You may no longer change all of these activities.")
        return End(JobState.REFUSED, told)
    result = services.change_all(
        *(job.programme, chosen, read_change(job.asked["change"], job.programme)),
        by=job.by,
        at=at,
        tell=tell,
    )
    if result.refusals:
        return End(
            JobState.REFUSED,
            _("Nothing was changed, because not all could be."),
            [_line(one.activity, one.reasons) for one in result.refusals],
        )
    told = ngettext(
        "Saved for %(count)d activity.", "Saved for %(count)d activities.", len(chosen)
    )
    return End(JobState.DONE, told % {"count": len(chosen)})


def _line(activity: object | None, reasons: Sequence[Reason]) -> str:
    why = " ".join(str(one.text) for one in reasons)
    return f"{activity}: {why}" if activity else why


_WORK: dict[JobKind, Callable[[Job, Progress, datetime], End]] = {
    JobKind.PLAN: _apply_plan,
    JobKind.BULK: _change_all,
}


def _written(change: services.BulkChange) -> dict[str, Any]:
    """Write a change down."""
    match change:
        case services.Advance(transition=transition, reason=reason, override=override):
            return {
                "is": "advance",
                "transition": transition,
                "reason": reason,
                "override": override,
            }
        case services.Assign(responsible=responsible):
            return {"is": "assign", "responsible": responsible.pk}
        case services.PutInPhase(phase=phase):
            return {"is": "phase", "phase": phase.pk if phase else None}
        case services.ShiftDates(days=days):
            return {"is": "shift", "days": days}
        case services.Confirm():
            return {"is": "confirm"}
    raise TypeError(f"{change!r} cannot be written down")


def read_change(
    written: Mapping[str, Any], programme: Programme
) -> services.BulkChange:
    """Read a change that was written down."""
    match written["is"]:
        case "advance":
            return services.Advance(
                written["transition"], written["reason"], override=written["override"]
            )
        case "assign":
            return services.Assign(User.objects.get(pk=written["responsible"]))
        case "phase" if written["phase"] is not None:
            return services.PutInPhase(
                Phase.objects.get(pk=written["phase"], programme=programme)
            )
        case "phase":
            return services.PutInPhase(None)
        case "shift":
            return services.ShiftDates(written["days"])
        case "confirm":
            return services.Confirm()
    raise ValueError(f"{written!r} is no change")
