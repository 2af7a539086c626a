"""Reads once what several mails speak of: deadlines, the days until them, who asks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from notifications import calendar, links
from notifications.models import Reminder
from rollout.models import (
    Condition,
    DataRequest,
    Deadline,
    DeadlineKind,
    Membership,
    Milestone,
    Role,
    User,
)

#: What falls due itself, where a mail says more of it than the deadline does.
Source = Milestone | DataRequest | Condition


@dataclass(frozen=True)
class Facts:
    """What reminders are about, as of one moment. Keys are those of deadlines."""

    #: The local day on which the mails are written.
    today: date
    deadlines: Mapping[str, Deadline]
    sources: Mapping[str, Source]
    #: Every due date that the ledger knows.
    due_days: Mapping[str, Collection[date]]
    #: By programme and due date; negative when it has passed.
    working_days: Mapping[tuple[int, date], int]
    #: By programme: who may ask in its name, managers first.
    staff: Mapping[int, list[User]]
    #: By milestone: the number of its newest step, where it has taken one.
    steps: Mapping[int, int]
    #: Which reader has a role in which programme.
    taking_part: Collection[tuple[int, int]]


def read(reminders: Collection[Reminder], *, today: date) -> Facts:
    """Read it in as many statements for many mails as for one."""
    objects: dict[str, set[int]] = {}
    due: dict[int, set[date]] = {}
    readers = {one.recipient_id for one in reminders if one.recipient_id is not None}
    for reminder in reminders:
        objects.setdefault(reminder.kind, set()).add(reminder.object_id)
        due.setdefault(reminder.programme_id, set()).add(reminder.due_on)
    # By kind and id, which have an index; the key would be computed.
    wanted = Q(pk__in=[])
    for kind, ids in objects.items():
        wanted |= Q(kind=kind, object_id__in=ids)
    found = Deadline.with_nudges.filter(wanted).select_related("partner")
    sources = _sources(objects)
    answerable = [
        one for one in sources.values() if isinstance(one, Milestone | DataRequest)
    ]
    return Facts(
        today=today,
        deadlines={deadline.key: deadline for deadline in found},
        sources=sources,
        due_days=_due_days(wanted),
        working_days=calendar.working_days_until(due, on=today),
        staff=staff_of(due),
        steps=links.newest_steps(answerable),
        taking_part=links.who_takes_part(readers, due),
    )


def staff_of(programmes: Collection[int]) -> dict[int, list[User]]:
    """Return the human beings in whose name each programme writes, managers first."""
    memberships = (
        Membership.objects.of_people()
        .filter(programme__in=programmes, role__in=[Role.MANAGER, Role.COORDINATOR])
        .select_related("user")
    )
    staff: dict[int, list[User]] = {programme: [] for programme in programmes}
    for one in sorted(memberships, key=lambda m: (m.role != Role.MANAGER, m.pk)):
        staff[one.programme_id].append(one.user)
    return staff


def _sources(objects: Mapping[str, Collection[int]]) -> dict[str, Source]:
    rows: dict[str, QuerySet[Any]] = {
        DeadlineKind.MILESTONE: Milestone.objects.select_related("activity__programme"),
        DeadlineKind.DATA_REQUEST: DataRequest.objects.select_related(
            "round__programme", "place", "indicator", "answering__measurement"
        ),
        DeadlineKind.CONDITION: Condition.objects.all(),
    }
    return {
        f"{kind}:{one.pk}": one
        for kind, found in rows.items()
        if kind in objects
        for one in found.filter(pk__in=objects[kind])
    }


def _due_days(wanted: Q) -> dict[str, set[date]]:
    days: dict[str, set[date]] = {}
    known = Reminder.objects.filter(wanted).values_list("kind", "object_id", "due_on")
    for kind, number, day in known.distinct():
        days.setdefault(f"{kind}:{number}", set()).add(day)
    return days
