"""Applying a plan: all or nothing, again is nothing, and what people did stays."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection

from rollout.models import (
    Activity,
    ActivityTransition,
    AppliedPlan,
    FocusArea,
    Grant,
    Indicator,
    Initiative,
    Milestone,
    MilestoneTransition,
    MonitoringRound,
    Partner,
    Place,
    Programme,
    Readiness,
    User,
)
from rollout.plans.problems import BadPlan
from tests.factories import NOON, TODAY, make_measurement, make_member
from tests.rollout.plans.plan_texts import (
    EXAMPLES,
    ISHOJ,
    PEOPLE,
    PROGRAMME,
    SMALL,
    SMALL_EXAMPLES,
    applied,
    rows,
)

pytestmark = pytest.mark.django_db


def test_a_group_over_places_hides_what_their_total_would_tell():
    applied(SMALL)
    indicator = Indicator.objects.get(code="E1a")
    group = Place.objects.create(
        programme=indicator.programme, code="all", name="All", kind="group"
    )
    values = {"north": 3, "south": 20, "all": 23}
    for place in Place.objects.all():
        make_measurement(indicator=indicator, place=place, value=values[place.code])
    hidden = indicator.measurements.filter(is_withheld=True)
    assert not hidden.exists()

    grouped = SMALL.replace("housing_area", "housing_area, parent: all").replace(
        "places:", "places:\n  - {code: all, name: All, kind: group}"
    )
    applied(grouped)

    assert [one.place.code for one in hidden] == ["south"]
    assert group.children.count() == 2


def test_the_plan_becomes_rows():
    applied(SMALL)

    activity = Activity.objects.get(place__code="north")
    assert activity.state == "launched"
    assert activity.launched_on == date(2026, 2, 1)
    assert [p.code for p in activity.contributors.all()] == ["school"]
    assert [d.code for d in FocusArea.objects.get().departments.all()] == ["jobs"]
    assert Indicator.objects.get().baseline == Decimal("12.5")
    assert Milestone.objects.get().due_on == date(2026, 5, 29)
    assert not Milestone.objects.get().is_example


def test_a_plan_says_which_half_days_are_off():
    applied(
        SMALL.replace("  code: greenfield\n", "  code: greenfield\n  may_1_off: true\n")
    )

    calendar = Programme.objects.get().working_calendar()
    assert not calendar.is_working(date(2026, 5, 1))
    assert calendar.is_working(date(2026, 6, 5))


def test_a_later_state_comes_with_a_history_of_its_own():
    applied(SMALL)

    record = ActivityTransition.objects.get()
    assert (record.transition, record.source, record.target) == (
        "adopt",
        "planned",
        "launched",
    )
    assert record.at == NOON
    assert record.by is None
    assert record.reason


def test_finished_milestones_and_agreed_rounds_keep_their_dates():
    text = SMALL.replace(
        "    due: 2026-05-29\n", "    state: done\n    done_on: 2026-02-20\n"
    )
    text += "    state: agreed\n    agreed_on: 2026-01-15\n"

    applied(text)

    assert Milestone.objects.get().done_on == date(2026, 2, 20)
    assert MilestoneTransition.objects.get().target == "done"
    assert MonitoringRound.objects.get().agreed_on == date(2026, 1, 15)


def test_what_was_ready_at_the_start_is_met():
    applied(
        SMALL.replace(
            "proposal: true", "proposal: true, readiness: [planning, parties]"
        )
    )

    checks = Readiness.objects.filter(activity__place__code="south", is_met=True)
    assert {(check.aspect, check.on) for check in checks} == {
        ("planning", TODAY),
        ("parties", TODAY),
    }


def test_the_order_of_the_file_is_the_order_of_the_places():
    applied(SMALL)

    assert list(Place.objects.values_list("code", "position")) == [
        ("north", 1),
        ("south", 2),
    ]


@pytest.mark.parametrize("files", [[ISHOJ], [ISHOJ, EXAMPLES]])
def test_applying_again_writes_no_row(files):
    for file in files:
        applied(file)
    before = sorted(rows())

    diffs = [applied(file) for file in files]

    assert all(diff.is_empty for diff in diffs)
    assert sorted(rows()) == before


def test_one_transaction_holds_it_all(monkeypatch):
    def refuse(self: Grant, *args: object, **options: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    monkeypatch.setattr(Grant, "save", refuse)
    grant = "grants:\n  - {funder: Fund, starts_on: 2026-01-01, ends_on: 2027-01-01}\n"

    with pytest.raises(BadPlan) as caught:
        applied(SMALL + grant)

    problem = caught.value.problems[0]
    assert problem.code == "refused"
    assert problem.path == "grants[Fund]"
    assert not Programme.objects.exists()


def test_a_file_can_add_to_a_programme():
    applied(SMALL)

    applied(
        """\
        programme: greenfield
        places:
          - {code: west, name: West, kind: housing_area}
        milestones:
          - {activity: first-job/north, title: Second, after: [Shops are found]}
        """
    )

    assert Place.objects.get(code="west").position == 3
    second = Milestone.objects.get(title="Second")
    assert [m.title for m in second.predecessors.all()] == ["Shops are found"]


def test_a_parent_may_stand_after_what_is_part_of_it():
    applied(
        PROGRAMME
        + """\
places:
  - {code: a1, name: A1, kind: housing_area, parent: a}
  - {code: a, name: A, kind: group}
"""
    )

    assert Place.objects.get(code="a1").parent == Place.objects.get(code="a")


def test_milestones_of_one_name_are_told_apart_by_number():
    second = """\
  - activity: first-job/north
    title: Shops are found
    number: 2
    due: 2026-11-30
"""
    text = SMALL.replace("monitoring_rounds:", second + "monitoring_rounds:")
    applied(text)

    diff = applied(text)

    assert diff.is_empty
    assert Milestone.objects.count() == 2


def test_an_initiative_can_move_to_another_area():
    applied(SMALL)
    head, tail = SMALL.split("    initiatives:\n")
    initiatives, rest = tail.split("milestones:\n")

    applied(
        f"{head}  - code: other\n    name: Other\n    initiatives:\n{initiatives}"
        f"milestones:\n{rest}"
    )

    assert Initiative.objects.get().focus_area.code == "other"
    assert Initiative.objects.count() == 1


def test_people_become_members_without_a_password():
    applied(SMALL + PEOPLE)

    person = User.objects.get(email="jobs@example.org")
    assert not person.has_usable_password()
    assert person.memberships.get().partner == Partner.objects.get(code="jobs")
    assert Partner.objects.get(code="jobs").lead == person


def test_a_person_known_from_elsewhere_becomes_a_member():
    applied(SMALL)
    known = User.objects.create_user("Lead@example.org", name="Old name")

    applied(SMALL + PEOPLE)

    known.refresh_from_db()
    assert known.name == "Lead"
    assert known.memberships.get().role == "manager"


def test_a_responsible_person_must_be_a_member():
    applied(SMALL)
    User.objects.create_user("stranger@example.org", name="Stranger")

    with pytest.raises(BadPlan) as caught:
        applied(SMALL.replace("proposal: true", "responsible: stranger@example.org"))

    assert caught.value.problems[0].code == "unknown_reference"


def test_a_plan_can_say_apart_who_is_responsible():
    text = (
        SMALL
        + PEOPLE
        + """\
assignments:
  - activity: first-job/south
    responsible: jobs@example.org
    contributors: [school]
"""
    )
    applied(text)

    diff = applied(text)

    assert diff.is_empty
    south = Activity.objects.get(place__code="south")
    assert south.responsible == User.objects.get(email="jobs@example.org")
    assert [partner.code for partner in south.contributors.all()] == ["school"]


def test_an_initiative_can_continue_one_of_an_earlier_programme():
    applied(SMALL)
    later = SMALL.replace("greenfield\n", "later\n  predecessor: greenfield\n", 1)

    applied(
        later.replace(
            "nature: continued",
            "nature: continued\n        continues: greenfield/first-job",
        )
    )

    continued = Initiative.objects.get(focus_area__programme__code="later")
    assert continued.continues is not None
    assert continued.continues.focus_area.programme.code == "greenfield"


def test_examples_need_their_programme():
    with pytest.raises(BadPlan) as caught:
        applied(SMALL_EXAMPLES)

    assert "greenfield" in caught.value.problems[0].what


def test_the_memory_of_the_plan_goes_with_the_programme():
    applied(SMALL)

    assert AppliedPlan.objects.get().entries["place"]["north"]["name"] == "North"
    assert not make_member(Programme.objects.get(), "observer").is_staff


@pytest.mark.django_db(transaction=True)
def test_two_who_apply_at_once_wait_for_each_other() -> None:
    barrier = Barrier(2)
    results: list[int] = []

    def run() -> None:
        barrier.wait()
        try:
            results.append(len(applied(SMALL).added))
        finally:
            connection.close()

    threads = [Thread(target=run) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert min(results) == 0
    assert max(results) > 0
    assert Programme.objects.count() == 1
