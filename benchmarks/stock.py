"""What the load finds in its database: a country, people who log in, and work for them.

Apart from `benchmarks.load` because this can be imported only once Django is set up.
"""

from __future__ import annotations

import random
import time
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection, models
from django.db.models import Count, F
from django.db.models.functions import Greatest
from django.test import Client
from django.utils import timezone

from benchmarks import scale
from benchmarks.visitors import PASSWORD, Origin, Person, Program
from benchmarks.wire import Wire
from notifications.models import Message, MessageState
from rollout.models import (
    Activity,
    ApiToken,
    Condition,
    Membership,
    Milestone,
    Programme,
    Readiness,
    User,
)

#: Of each programme's people: manager, coordinator and two partners use a browser,
#: the fifth one's activity belongs to another system.
_PEOPLE, _PARTNERS, _SYSTEM = (0, 1, 3, 4), 3, 5
_PER_PROGRAMME = scale.TIERS["M"].people


def fill() -> None:
    """Write tier M, as though its day were today, and let its visitors log in."""
    scale.fill(scale.TIERS["M"])
    days = (timezone.localdate() - scale.TODAY).days
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for model in (Programme, Activity, Readiness, Condition, Milestone):
            _move(model, days)
        User.objects.update(password=make_password(PASSWORD))
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")
    call_command("createcachetable", verbosity=0)


def _move(model: type[models.Model], days: int) -> None:
    dates = [
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, models.DateField)
        and not isinstance(field, models.DateTimeField)
    ]
    model._base_manager.update(**{name: F(name) + days for name in dates})


def visitors(wire: Wire, chance: random.Random) -> tuple[list[Person], list[Program]]:
    """Return everybody who comes, logged in, in an order that means nothing."""
    people, programs = [], []
    taken: set[int] = set()
    memberships = Membership.objects.select_related("user").order_by("pk")
    for number, membership in enumerate(memberships):
        place, user = number % _PER_PROGRAMME, membership.user
        origin = Origin(wire, f"10.{number >> 8}.{number & 255}.1", chance)
        if place in _PEOPLE:
            people.append(_person(user, origin, taken, moves=place < _PARTNERS))
        elif place == _SYSTEM:
            manager = User.objects.get(pk=user.pk - _SYSTEM)
            _token, secret = ApiToken.objects.issue(manager, "x", at=timezone.now())
            own = _own_milestone(manager, taken)
            programs.append(Program(origin, secret, own.activity_id))
    chance.shuffle(people)
    chance.shuffle(programs)
    return people, programs


def _person(user: User, origin: Origin, taken: set[int], *, moves: bool) -> Person:
    client = Client()
    client.force_login(user)
    milestone = _own_milestone(user, taken)
    return Person(
        origin=origin,
        session=client.cookies[settings.SESSION_COOKIE_NAME].value,
        email=user.email,
        activity=milestone.activity_id,
        milestone=milestone.pk,
        moves=moves,
    )


def _own_milestone(user: User, taken: set[int]) -> Milestone:
    """Give a person a milestone of an activity that nobody else changes."""
    seen = Activity.objects.visible_to(user).filter(state="planned")
    free = seen.exclude(responsible=None).exclude(pk__in=taken).order_by("pk")
    milestone = free[:1].get().milestones.filter(state="open").order_by("pk")[:1].get()
    taken.add(milestone.activity_id)
    milestone.responsible = user
    milestone.save(update_fields=["responsible"])
    return milestone


def give_work(*, first: int, count: int) -> None:
    """Give so many new people one thing each that is due today."""
    activities = Activity.objects.filter(state="launched").order_by("pk")
    keys = list(activities.values_list("pk", flat=True))
    people = User.objects.bulk_create(
        User(email=f"ny{number}@example.org", name=f"Ny {number}")
        for number in range(first, first + count)
    )
    Milestone.objects.bulk_create(
        Milestone(
            activity_id=keys[(first + number) * 7 % len(keys)],
            title=f"Aftale {first + number}",
            due_on=timezone.localdate(),
            responsible=person,
        )
        for number, person in enumerate(people)
    )


def waiting() -> int:
    """Return how many mails may leave and have not."""
    due = Message.objects.filter(not_before__lte=timezone.now())
    return due.filter(state=MessageState.PENDING).count()


def mails(
    *, patience: float, made_for: timedelta
) -> tuple[dict[str, int], tuple[float, float]]:
    """Wait until what is due has left; return mails by state, and how long they waited.

    The seconds are of the middle one and of the slowest hundredth, of those that were
    made within the last ``made_for``.
    """
    made_since = timezone.now() - made_for
    until = time.monotonic() + patience
    while waiting() and time.monotonic() < until:
        time.sleep(1)
    states = dict(
        Message.objects.exclude(state=MessageState.PENDING)
        .values_list("state")
        .annotate(Count("pk"))
        .order_by("state")
    )
    left = Message.objects.filter(state="sent", created_at__gte=made_since)
    ready = Greatest("created_at", "not_before")
    waits = sorted(
        wait.total_seconds()
        for wait in left.values_list(F("sent_at") - ready, flat=True)
    )
    return (
        states | {"pending": waiting()},
        (waits[len(waits) // 2], waits[len(waits) * 99 // 100]) if waits else (0, 0),
    )
