"""Example data is marked, is removed without a trace, and never touches real data."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import call_command
from django.utils import translation

from rollout import services
from rollout.models import (
    Activity,
    DataRequest,
    Deadline,
    Measurement,
    Milestone,
    MilestoneTransition,
    MonitoringRound,
    Partner,
    Programme,
    Shift,
    User,
)
from rollout.plans.examples import Dropped, drop_examples
from rollout.plans.kinds import EXAMPLES as EXAMPLE_KINDS
from rollout.plans.problems import BadPlan
from rollout.services import shifting
from tests.factories import NOON, make_member
from tests.rollout.plans.plan_texts import (
    EXAMPLES,
    ISHOJ,
    PEOPLE,
    SMALL,
    SMALL_EXAMPLES,
    applied,
    exported,
)
from workflows.engine import perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def small() -> Programme:
    """The small plan with its example data."""
    applied(SMALL)
    applied(SMALL_EXAMPLES)
    return Programme.objects.get()


def drop(programme: Programme) -> Dropped:
    with translation.override("en"):
        return drop_examples(programme)


def example_rows() -> dict[str, int]:
    models = {
        kind.model
        for kind in EXAMPLE_KINDS
        if kind.name not in ("person", "assignment")
    }
    counts = {
        model.__name__: model._default_manager.filter(is_example=True).count()
        for model in models
    }
    counts["User"] = User.objects.filter(is_example=True).count()
    return {name: count for name, count in counts.items() if count}


def test_everything_in_an_example_file_is_marked(small):
    assert example_rows() == {
        "User": 2,
        "Milestone": 2,
        "MonitoringRound": 1,
        "DataRequest": 1,
        "Measurement": 1,
    }
    assert Milestone.objects.filter(is_example=False).count() == 1


def test_relative_dates_count_working_days_from_the_first_application(small):
    example = Milestone.objects.get(title="An example")

    assert example.due_on == date(2026, 3, 9)
    assert MonitoringRound.objects.get(is_example=True).agreed_on == date(2026, 2, 27)


def test_relative_dates_skip_the_easter_holidays():
    applied(SMALL)

    applied(SMALL_EXAMPLES, at=NOON.replace(day=31))

    assert Milestone.objects.get(title="An example").due_on == date(2026, 4, 10)


def test_dropping_leaves_the_programme_as_it_was():
    applied(SMALL)
    before = exported(with_people=True)
    applied(SMALL_EXAMPLES)

    dropped = drop(Programme.objects.get())

    assert example_rows() == {}
    assert dropped.kept == []
    assert exported(with_people=True) == before
    assert not User.objects.exists()


def test_dropping_the_real_examples_leaves_the_real_plan():
    applied(ISHOJ)
    before = exported("ishoj-2025-2029", with_people=True)
    applied(EXAMPLES)

    dropped = drop(Programme.objects.get())

    assert example_rows() == {}
    assert dropped.kept == []
    assert exported("ishoj-2025-2029", with_people=True) == before
    assert not Deadline.objects.exists()


def test_an_export_leaves_examples_out(small):
    text = exported(with_people=True)

    assert "xample" not in text
    assert "responsible_partner" not in text


def test_what_the_plan_says_of_responsibility_comes_back():
    own = SMALL.replace(
        "contributors: [school]",
        "contributors: [school]\n            responsible_partner: school",
    )
    applied(own)
    applied(SMALL_EXAMPLES)

    drop(Programme.objects.get())

    north = Activity.objects.get(place__code="north")
    assert north.responsible_partner == Partner.objects.get(code="school")
    assert applied(own).is_empty


def test_what_people_changed_of_an_example_assignment_stays(small):
    north = Activity.objects.get(place__code="north")
    north.responsible_partner = Partner.objects.get(code="school")
    north.save()

    drop(small)

    north.refresh_from_db()
    assert north.responsible_partner == Partner.objects.get(code="school")
    assert north.responsible is None


def test_responsibility_of_example_people_is_cleared_and_reported(small):
    dropped = drop(small)

    assert Activity.objects.get(place__code="north").responsible is None
    assert Partner.objects.get(code="jobs").lead is None
    assert dropped.cleared == {
        "First job · North": ["responsible person", "responsible partner"],
        "Department of Employment": ["head"],
    }


def test_a_finished_example_milestone_goes_with_its_history(small):
    manager = User.objects.get(email="lead@example.org")
    perform(Milestone.objects.get(title="An example"), "finish", by=manager, at=NOON)

    drop(small)

    assert not MilestoneTransition.objects.exists()


def test_a_shift_of_example_dates_goes_with_them(small):
    milestone = Milestone.objects.filter(is_example=True, due_on__isnull=False)[0]
    shifting.shift(
        small,
        shifting.ShiftRequest("milestone", milestone.pk, days=1),
        by=make_member(small),
        at=NOON,
    )

    drop(small)

    assert not Shift.objects.exists()


def test_an_example_person_named_in_history_stays_deactivated(small):
    manager = User.objects.get(email="lead@example.org")
    north = Activity.objects.get(place__code="north")
    perform(north, "adjust", by=manager, at=NOON, reason="New shops")

    dropped = drop(small)

    manager.refresh_from_db()
    assert not manager.is_active
    assert not manager.memberships.exists()
    assert dropped.kept == [
        "Lead is named in the history and stays, but can no longer log in."
    ]
    assert north.history.last().by == manager


def test_examples_can_come_back_after_that(small):
    manager = User.objects.get(email="lead@example.org")
    north = Activity.objects.get(place__code="north")
    perform(north, "adjust", by=manager, at=NOON, reason="New shops")
    drop(small)

    applied(SMALL_EXAMPLES)

    manager.refresh_from_db()
    assert manager.is_active
    assert manager.memberships.get().role == "manager"
    assert applied(SMALL_EXAMPLES).is_empty


def test_a_round_in_which_people_ask_for_data_stays_and_is_reported(small):
    round_ = MonitoringRound.objects.get(is_example=True)
    request = DataRequest.objects.create(
        round=round_,
        indicator=DataRequest.objects.get().indicator,
        due_on=date(2026, 5, 1),
    )

    dropped = drop(small)

    assert DataRequest.objects.get() == request
    assert MonitoringRound.objects.filter(pk=round_.pk).exists()
    assert "people ask for data" in dropped.kept[0]


def test_a_value_that_people_reported_stays_with_its_request(small):
    request = DataRequest.objects.get()
    value = Measurement.objects.create(
        indicator=request.indicator,
        data_request=request,
        period_start=date(2026, 1, 1),
        period_end=date(2026, 6, 30),
        value=4,
    )

    dropped = drop(small)

    value.refresh_from_db()
    assert value.data_request == request
    assert len(dropped.kept) == 2


def test_a_person_who_takes_part_elsewhere_is_only_taken_out(small):
    applied(SMALL.replace("code: greenfield", "code: other"))
    applied(SMALL_EXAMPLES.replace("greenfield", "other"))

    drop(small)

    assert User.objects.filter(is_example=True).count() == 2
    assert not small.memberships.exists()


def test_real_milestones_stay(small):
    drop(small)

    assert Milestone.objects.get().title == "Shops are found"


def test_dropping_again_removes_nothing(small):
    drop(small)

    assert drop(small) == Dropped()


def test_a_real_person_is_never_made_an_example():
    applied(SMALL + PEOPLE)

    diff = applied(SMALL_EXAMPLES)

    assert [entry.key for entry in diff.taken] == [
        "lead@example.org",
        "jobs@example.org",
    ]
    assert not User.objects.filter(is_example=True).exists()


def test_a_stranger_is_never_made_an_example():
    applied(SMALL)
    User.objects.create_user("lead@example.org", name="Real")

    applied(SMALL_EXAMPLES.replace("    responsible: lead@example.org\n", ""))

    stranger = User.objects.get(email="lead@example.org")
    assert stranger.name == "Real"
    assert not stranger.memberships.exists()


def test_a_plan_does_not_take_over_example_data(small):
    with pytest.raises(BadPlan) as caught:
        applied(SMALL + PEOPLE)

    assert {problem.code for problem in caught.value.problems} == {"example_in_the_way"}
    assert "drop-examples" in caught.value.problems[0].fix


def test_activities_that_ran_on_example_people_go_on(small):
    real = make_member(small, name="Real")
    north = Activity.objects.get(place__code="north")
    drop(small)

    services.assign_responsible(north, responsible=real, by=real)

    assert Activity.objects.get(pk=north.pk).responsible == real


def test_the_command_reports_what_it_removed(small, capsys: pytest.CaptureFixture[str]):
    call_command("plan", "drop-examples", language="en")

    printed = capsys.readouterr().out
    assert "- Milestone: 2" in printed
    assert "~ First job · North: responsible person, responsible partner" in printed
    assert "Greenfield 2026-2030: removed 7 example entries." in printed
