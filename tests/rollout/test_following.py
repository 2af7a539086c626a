"""A copy kept by the feed of changes equals the original, whoever writes meanwhile."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, connection, transaction

from rollout import changes
from rollout.changes import RESOURCES, Entry, Position
from rollout.models import (
    Activity,
    Attendance,
    Condition,
    Contribution,
    DataRequest,
    Grant,
    Indicator,
    Initiative,
    Measurement,
    Membership,
    Milestone,
    Partner,
    Programme,
    Readiness,
    Target,
    User,
)
from tests.factories import (
    NOON,
    make_activity,
    make_attendance,
    make_condition,
    make_contribution,
    make_grant,
    make_indicator,
    make_member,
    make_milestone,
    make_objective,
    make_partner,
    make_programme,
    make_request,
    make_round,
    make_target,
)
from workflows.engine import Refused, perform

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

#: The first few each time; `make long` plays all.
SEEDS = [
    seed if seed < 5 else pytest.param(seed, marks=pytest.mark.long)
    for seed in range(20)
]
WRITERS = 8
#: Transactions of each writer.
ROUNDS = 5
DAY = timedelta(days=1)


def seen(user: User, resource: str, keys: set[int] | None = None) -> dict[int, Any]:
    """Return what a person may read of a resource, as a client would store it."""
    model: Any = RESOURCES[resource]
    rows = model.objects.visible_to(user)
    if keys is not None:
        rows = rows.filter(pk__in=keys)
    if model is User:
        return {row.pk: (row.name, row.is_active) for row in rows}
    lists = [f.name for f in model._meta.many_to_many]
    columns = [f.attname for f in model._meta.concrete_fields]
    if model is Contribution:
        rows, columns = rows.with_delivered(), [*columns, "delivered"]
    return {
        row.pk: {
            **{name: getattr(row, name) for name in columns},
            **{name: {one.pk for one in getattr(row, name).all()} for name in lists},
        }
        for row in rows.prefetch_related(*lists)
    }


@dataclass
class Follower:
    """A client that keeps a copy of all that its user may see."""

    user: User
    copy: dict[tuple[str, int], Any] = field(default_factory=dict)
    told: list[Entry] = field(default_factory=list)
    position: Position = field(init=False)

    def begin(self) -> None:
        """Note where the feed stands, and only then read everything."""
        self.position, _database = changes.present()
        self.copy = self.all_there_is()

    def all_there_is(self) -> dict[tuple[str, int], Any]:
        return {
            (resource, pk): content
            for resource in RESOURCES
            for pk, content in seen(self.user, resource).items()
        }

    def go_on(self, limit: int = 15) -> bool:
        """Read a page and what it names; say whether there is more."""
        page = changes.read(self.user, since=self.position, limit=limit)
        named: dict[str, set[int]] = {}
        for entry in page.entries:
            named.setdefault(entry.resource, set()).add(entry.object_id)
        for resource, keys in named.items():
            found = seen(self.user, resource, keys)
            for pk in keys:
                self.copy.pop((resource, pk), None)
                if pk in found:
                    self.copy[resource, pk] = found[pk]
        self.told += page.entries
        self.position = page.position
        return page.has_more

    def catch_up(self) -> None:
        while self.go_on():
            pass


class Writer:
    """Somebody who changes things at random, and sometimes thinks better of it."""

    def __init__(self, programme: Programme, seed: int) -> None:
        self.programme = programme
        self.chance = random.Random(seed)
        self.manager = User.objects.get(
            memberships__programme=programme, memberships__role="manager"
        )

    def some(self, model: Any, **narrowed: Any) -> Any:
        rows = list(model.objects.filter(**narrowed).order_by("pk"))
        return self.chance.choice(rows) if rows else None

    def activity(self) -> Activity:
        found: Activity = self.some(Activity, programme=self.programme)
        return found

    def partner(self) -> Partner | None:
        partners: list[Partner | None] = [
            *Partner.objects.filter(programme=self.programme).order_by("pk")
        ]
        return self.chance.choice([*partners, None])

    def note_something(self) -> None:
        text = str(self.chance.random())
        Activity.objects.filter(pk=self.activity().pk).update(note=text)

    def give_to_another_partner(self) -> None:
        Activity.objects.filter(pk=self.activity().pk).update(
            responsible_partner=self.partner()
        )

    def bring_in_or_send_away(self) -> None:
        activity, partner = self.activity(), self.partner()
        if partner is None:
            activity.contributors.clear()
        elif self.chance.random() < 0.5:
            activity.contributors.add(partner)
        else:
            activity.contributors.remove(partner)

    def add_a_milestone(self) -> None:
        make_milestone(activity=self.activity(), responsible_partner=self.partner())

    def change_a_milestone(self) -> None:
        found = self.some(Milestone, activity__programme=self.programme)
        if found is not None:
            Milestone.objects.filter(pk=found.pk).update(
                responsible_partner=self.partner(),
                due_on=date(2026, 4, 1) + self.chance.randrange(90) * DAY,
            )

    def delete_a_milestone(self) -> None:
        found = self.some(
            Milestone, activity__programme=self.programme, history__isnull=True
        )
        if found is not None:
            found.delete()

    def move_on(self) -> None:
        activity = self.activity()
        name = "clarify" if activity.state == "planned" else "postpone"
        perform(activity, name, by=self.manager, at=NOON, reason="fordi")

    def tick(self) -> None:
        found = self.some(Readiness, activity__programme=self.programme)
        Readiness.objects.filter(pk=found.pk).update(
            is_met=not found.is_met, on=NOON.date()
        )

    def wait_or_wait_no_more(self) -> None:
        found = self.some(Condition, activity__programme=self.programme)
        if found is None or self.chance.random() < 0.5:
            make_condition(activity=self.activity())
        else:
            found.delete()

    def ask_another_partner(self) -> None:
        found = self.some(DataRequest, round__programme=self.programme)
        if found is not None:
            DataRequest.objects.filter(pk=found.pk).update(partner=self.partner())

    def ask_or_ask_no_more(self) -> None:
        found = self.some(DataRequest, round__programme=self.programme)
        if found is not None and self.chance.random() < 0.5:
            found.delete()
            return
        DataRequest.objects.create(
            round=self.programme.monitoring_rounds.get(),
            indicator=self.some(Indicator, **self.own_indicators),
            partner=self.partner(),
            due_on=NOON.date(),
        )

    @property
    def own_indicators(self) -> dict[str, Any]:
        return {"objective__focus_area__programme": self.programme}

    def measure(self) -> None:
        indicator = self.some(Indicator, **self.own_indicators)
        found = self.some(Measurement, indicator=indicator)
        if found is not None and self.chance.random() < 0.4:
            found.delete()
            return
        start = date(2020, 1, 1) + self.chance.randrange(2000) * DAY
        Measurement.objects.create(
            indicator=indicator,
            period_start=start,
            period_end=start + DAY,
            value=self.chance.randrange(100),
            data_request=self.some(
                DataRequest, round__programme=self.programme, delivered=None
            ),
        )

    def aim_or_aim_no_more(self) -> None:
        found = self.some(
            Target, indicator__objective__focus_area__programme=self.programme
        )
        if found is not None and self.chance.random() < 0.4:
            found.delete()
            return
        make_target(
            indicator=self.some(Indicator, **self.own_indicators),
            period_start=date(2020, 1, 1) + self.chance.randrange(2000) * DAY,
        )

    def keep_the_log(self) -> None:
        found = self.some(Attendance, activity__programme=self.programme)
        if found is None or self.chance.random() < 0.5:
            make_attendance(activity=self.activity())
        else:
            found.delete()

    def promise_or_deliver(self) -> None:
        found = self.some(Contribution, programme=self.programme)
        if found is None or self.chance.random() < 0.3:
            if partner := self.partner():
                make_contribution(partner=partner, activity=self.activity())
        elif self.chance.random() < 0.5:
            found.deliveries.create(
                delivered_on=NOON.date(), amount=1, noted_at=NOON, noted_by=None
            )
        else:
            partner = self.partner() or found.partner
            Contribution.objects.filter(pk=found.pk).update(partner=partner)

    def have_another_deliver(self) -> None:
        Indicator.objects.filter(**self.own_indicators).update(
            delivered_by=self.partner()
        )

    def fund(self) -> None:
        grant = self.some(Grant, programme=self.programme)
        if self.chance.random() < 0.5:
            grant.activities.add(self.activity())
        else:
            grant.activities.clear()

    def rename(self) -> None:
        found = self.some(Initiative, focus_area__programme=self.programme)
        Initiative.objects.filter(pk=found.pk).update(name=str(self.chance.random()))
        if partner := self.partner():
            found.partners.add(partner)

    def invite_or_let_go(self) -> None:
        observers = Membership.objects.filter(programme=self.programme, role="observer")
        if self.chance.random() < 0.5:
            make_member(self.programme, "observer")
        else:
            observers.filter(pk__in=observers.values("pk")[:1]).delete()

    ACTS: tuple[Callable[[Writer], None], ...] = (
        note_something,
        give_to_another_partner,
        bring_in_or_send_away,
        add_a_milestone,
        change_a_milestone,
        delete_a_milestone,
        move_on,
        tick,
        wait_or_wait_no_more,
        ask_another_partner,
        ask_or_ask_no_more,
        measure,
        aim_or_aim_no_more,
        keep_the_log,
        promise_or_deliver,
        have_another_deliver,
        fund,
        rename,
        invite_or_let_go,
    )

    def work(self) -> None:
        """Change things, in transactions that last longer or shorter."""
        for _round in range(ROUNDS):
            # A deadlock among so many, or somebody else was there first.
            with suppress(DatabaseError, ObjectDoesNotExist, Refused):
                self.change_something()
        connection.close()

    @transaction.atomic
    def change_something(self) -> None:
        for act in self.chance.choices(self.ACTS, k=3):
            act(self)
            linger(self.chance.random() * 0.004)
        if self.chance.random() < 0.15:
            transaction.set_rollback(True)


def linger(seconds: float) -> None:
    """Keep the transaction open for a moment, so that others overtake it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [seconds])


def a_programme() -> tuple[Programme, list[User]]:
    """Make a small programme, and a manager and a partner who follow it."""
    programme = make_programme()
    partners = [make_partner(programme=programme) for _n in range(3)]
    readers = [
        make_member(programme),
        make_member(programme, "partner", partner=partners[0]),
    ]
    activities = [
        make_activity(programme=programme, responsible=readers[0]) for _n in range(5)
    ]
    area = activities[0].initiative.focus_area
    indicator = make_indicator(objective=make_objective(focus_area=area))
    make_request(
        indicator=indicator,
        round=make_round(programme=programme, state="agreed"),
        partner=partners[0],
    )
    make_grant(programme=programme)
    for activity in activities[:2]:
        make_milestone(activity=activity)
    return programme, readers


def follow_until(done: threading.Event, follower: Follower) -> Follower:
    follower.begin()
    while not done.wait(0.05):
        follower.go_on()
    connection.close()
    return follower


@pytest.mark.parametrize("seed", SEEDS)
def test_a_synchroniser_ends_with_an_exact_copy_while_eight_write(seed):
    programme, readers = a_programme()
    writers = [Writer(programme, seed * 100 + n) for n in range(WRITERS)]
    done = threading.Event()

    with ThreadPoolExecutor(WRITERS + len(readers)) as pool:
        following = [
            pool.submit(follow_until, done, Follower(user)) for user in readers
        ]
        writing = [pool.submit(writer.work) for writer in writers]
        wait(writing)
        done.set()
        for one in writing:
            one.result()
        followers = [one.result() for one in following]

    for follower in followers:
        follower.catch_up()
        assert follower.copy == follower.all_there_is()
        keys = [entry.key for entry in follower.told]
        assert len(set(keys)) == len(keys)
        positions = [entry.position for entry in follower.told]
        assert positions == sorted(positions)
    assert len(followers[0].told) > WRITERS * ROUNDS
