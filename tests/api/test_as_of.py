"""The status of a past day is what the status said on that day.

Days of a year are told twice: on that day, and afterwards from the record. `make long`
tells every one of them, `make test` one in each fortnight.
"""

from __future__ import annotations

import contextlib
import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from rollout import answers, services
from rollout.models import (
    Activity,
    Change,
    Condition,
    DataRequest,
    Milestone,
    MonitoringRound,
    Phase,
    Role,
    User,
)
from tests.api.conftest import Caller
from tests.factories import (
    make_activity,
    make_condition,
    make_focus_area,
    make_grant,
    make_indicator,
    make_initiative,
    make_member,
    make_milestone,
    make_objective,
    make_partner,
    make_phase,
    make_place,
    make_programme,
    make_round,
    make_template,
)
from tests.record import record_changes_at
from workflows.engine import Refused, options, perform

pytestmark = pytest.mark.django_db

FIRST = date(2026, 1, 5)
DAYS = 365


@pytest.fixture
def clocks(time_machine):
    """Put the clocks of the product and of its database to noon of a day."""

    def to_noon_of(day: date) -> datetime:
        noon = timezone.make_aware(datetime.combine(day, time(12)))
        time_machine.move_to(noon, tick=False)
        record_changes_at(noon)
        return noon

    return to_noon_of


class Year:
    """A programme in which something happens every other day, by chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.programme = make_programme(code="ishoj")
        self.manager = make_member(self.programme, name="Leder")
        self.partners = [make_partner(programme=self.programme) for _ in range(3)]
        self.members = [
            make_member(self.programme, Role.PARTNER, partner=partner)
            for partner in self.partners
        ]
        group = make_place(programme=self.programme, code="group", kind="group")
        self.places = [
            make_place(
                programme=self.programme,
                code=f"place-{number}",
                position=number,
                parent=group,
                requires_readiness=number > 0,
            )
            for number in range(3)
        ]
        area = make_focus_area(programme=self.programme, code="area")
        whole = make_initiative(focus_area=area, code="whole")
        part = make_initiative(focus_area=area, code="part", parent=whole)
        for place in self.places:
            make_activity(initiative=whole, place=place)
        make_activity(initiative=part, place=self.places[0], is_proposal=True)
        make_phase(programme=self.programme, code="phase")
        make_template(programme=self.programme, before_launch=True)
        make_indicator(
            objective=make_objective(focus_area=area), delivered_by=self.partners[0]
        )
        for number in range(4):
            make_round(
                programme=self.programme,
                title=f"Runde {number}",
                due_on=FIRST + timedelta(days=60 + 80 * number),
            )

    def live(self, at: datetime) -> None:
        """Let one thing happen that somebody could do."""
        day = timezone.localdate(at)
        activity = self.chance.choice(list(Activity.objects.order_by("pk")))
        deeds = [
            self.move_on,
            self.move_on,
            self.finish,
            self.assign,
            self.get_ready,
            self.decide,
            self.plan,
            self.change_the_plan,
            self.monitor,
        ]
        with contextlib.suppress(Refused, services.Invalid):
            self.chance.choice(deeds)(activity, at, day)

    def move_on(self, activity: Activity, at: datetime, day: date) -> None:
        steps = list(options(activity, by=self.manager, at=at))
        step = self.chance.choice(steps).rule.name
        perform(activity, step, by=self.manager, at=at, reason="Sådan", override=True)

    def finish(self, activity: Activity, at: datetime, day: date) -> None:
        for milestone in Milestone.objects.filter(activity=activity)[:2]:
            name = self.chance.choice(["finish", "drop", "reopen"])
            perform(milestone, name, by=self.manager, at=at, reason="Sådan")

    def assign(self, activity: Activity, at: datetime, day: date) -> None:
        person: User | None = self.chance.choice([None, self.manager, *self.members])
        services.confirm_proposal(activity, by=self.manager)
        services.assign_responsible(activity, responsible=person, by=self.manager)
        activity.contributors.set(self.chance.sample(self.partners, 2))

    def get_ready(self, activity: Activity, at: datetime, day: date) -> None:
        services.set_readiness(
            activity,
            self.chance.choice(["planning", "framework", "parties"]),
            is_met=self.chance.random() < 0.8,
            by=self.manager,
            at=at,
        )

    def decide(self, activity: Activity, at: datetime, day: date) -> None:
        make_condition(activity=activity, expected_on=day + timedelta(days=20))
        condition = self.chance.choice(list(Condition.objects.all()))
        outcome = self.chance.choice(["awaiting", "met", "rejected"])
        services.decide_condition(condition, outcome, by=self.manager, at=at)

    def plan(self, activity: Activity, at: datetime, day: date) -> None:
        due_on = day + timedelta(days=self.chance.randrange(-10, 40))
        services.plan_launch(activity, on=due_on, by=self.manager)
        make_milestone(activity=activity, due_on=due_on, title=f"Sat den {day}")
        dated = Milestone.objects.open().exclude(due_on=None)
        milestone = self.chance.choice(list(dated))
        answers.move_due_date(milestone, due_on, by=self.manager)

    def change_the_plan(self, activity: Activity, at: datetime, day: date) -> None:
        place = self.chance.choice(self.places)
        type(place).objects.filter(pk=place.pk).update(name=f"Kaldt sådan {day}")
        phase = self.chance.choice([None, Phase.objects.get()])
        Activity.objects.filter(pk=activity.pk).update(phase=phase, weight=2)
        grant = make_grant(programme=self.programme, ends_on=day + timedelta(days=15))
        grant.activities.add(activity)
        if self.chance.random() < 0.5:
            grant.delete()

    def monitor(self, activity: Activity, at: datetime, day: date) -> None:
        rounds = MonitoringRound.objects.exclude(state="approved")
        round_ = self.chance.choice(list(rounds.order_by("pk")))
        step = self.chance.choice(list(options(round_, by=self.manager, at=at)))
        perform(round_, step.rule.name, by=self.manager, at=at, reason="Sådan")
        request = DataRequest.objects.order_by("pk").first()
        if request is not None:
            answers.deliver_value(request, Decimal(12), by=self.members[0], at=at)


def ask(callers, queries, day, when):
    """Ask as one person or another for one part or another, by the day."""
    part = queries[day.toordinal() % len(queries)]
    caller = callers[day.toordinal() % len(callers)]
    answer = caller.ask(f"status/?programme=ishoj{part}{when}")
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.mark.slow
@pytest.mark.parametrize("every", [pytest.param(1, marks=pytest.mark.long), 14])
def test_days_of_a_year_are_told_afterwards_as_they_were_told_then(clocks, every):
    clocks(FIRST)
    year = Year(seed=20260105)
    callers = [Caller(year.manager), Caller(year.members[0])]
    queries = ["", "&place=group", "&partner=" + year.partners[0].code]
    days = [FIRST + timedelta(days=number) for number in range(DAYS)]
    told = {}
    for day in days:
        at = clocks(day)
        if day.toordinal() % 2:
            year.live(at)
        if (day - FIRST).days % every == 0:
            told[day] = ask(callers, queries, day, "")
    clocks(days[-1] + timedelta(days=1))

    for day, then in told.items():
        assert ask(callers, queries, day, f"&as_of={day}") == then, day

    assert len({str(one["counts"]) for one in told.values()}) > 10
    assert len({str(one["readiness"]) for one in told.values()}) > 2
    assert any(one["overdue"] for one in told.values())


def past_status(caller, as_of):
    answer = caller.ask(f"status/?as_of={as_of}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_what_was_removed_since_is_there_on_a_day_before(clocks):
    clocks(date(2026, 3, 2))
    activity = make_activity()
    caller = Caller(make_member(activity.programme))
    clocks(date(2026, 3, 4))
    Activity.objects.get(pk=activity.pk).delete()

    counts = {
        day: past_status(caller, f"2026-03-0{day}")["counts"]["total"]
        for day in (2, 3, 4)
    }

    assert counts == {2: 1, 3: 1, 4: 0}


def test_a_past_day_is_read_without_a_trace(clocks):
    clocks(date(2026, 3, 2))
    activity = make_activity()
    caller = Caller(make_member(activity.programme))
    clocks(date(2026, 3, 4))
    activity.weight = 3
    activity.save()
    count = Change.objects.count()

    past_status(caller, "2026-03-02")

    assert Activity.objects.get().weight == 3
    assert Change.objects.count() == count


def test_who_takes_no_part_any_more_sees_no_past_either(clocks):
    clocks(date(2026, 3, 2))
    activity = make_activity()
    member = make_member(activity.programme)
    clocks(date(2026, 3, 4))
    member.memberships.all().delete()

    answer = Caller(member).ask(
        f"status/?programme={activity.programme.code}&as_of=2026-03-02"
    )

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("as_of", "code"),
    [
        ("2026-03-03", "future"),
        ("2026-02-28", "before_records"),
        ("2026-02-30", "invalid"),
        ("2026-3-2", "invalid"),
        ("20260302", "invalid"),
        ("yesterday", "invalid"),
        ("%00", "invalid"),
        ("9" * 5000, "invalid"),
    ],
)
def test_a_day_of_which_nothing_can_be_told_is_400(clocks, as_of, code):
    clocks(date(2026, 3, 2))
    caller = Caller(make_member(make_programme()))

    answer = caller.ask(f"status/?as_of={as_of}")

    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert (error["field"], error["code"]) == ("as_of", code)


def test_today_may_be_named_as_well(clocks):
    clocks(date(2026, 3, 2))
    caller = Caller(make_member(make_programme()))

    named, not_named = caller.ask("status/?as_of=2026-03-02"), caller.ask("status/")

    assert named.json() == not_named.json()
