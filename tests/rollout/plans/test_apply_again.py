"""Applying a changed plan: what is new in it is written, what people did stays."""

from __future__ import annotations

import pytest

from rollout import services
from rollout.models import (
    Activity,
    Indicator,
    Initiative,
    Partner,
    Place,
    Readiness,
    User,
)
from rollout.plans.diff import Left
from tests.factories import NOON
from tests.rollout.plans.plan_texts import PEOPLE, SMALL, applied, compared, rows
from workflows.engine import perform

pytestmark = pytest.mark.django_db


def test_a_new_value_in_the_file_is_written():
    applied(SMALL)

    diff = applied(SMALL.replace("name: South", "name: Greater South"))

    assert [change.entry.key for change in diff.changed] == ["south"]
    assert Place.objects.get(code="south").name == "Greater South"


def test_a_field_that_the_file_leaves_out_is_left_alone():
    applied(SMALL)
    Activity.objects.filter(place__code="south").update(note="Ask the tenants first.")

    diff = applied(SMALL)

    assert diff.is_empty
    assert Activity.objects.get(place__code="south").note == "Ask the tenants first."


def test_null_empties_a_field():
    applied(SMALL)

    applied(
        SMALL.replace(
            "baseline: 12.5",
            "baseline: null\n            baseline_missing_reason: Lost",
        )
    )

    assert Indicator.objects.get().baseline is None


def test_a_change_made_in_the_application_stays():
    applied(SMALL)
    Initiative.objects.update(name="My first job")

    diff = applied(SMALL)

    assert diff.is_empty
    kept = diff.kept[0].differences[0]
    assert (kept.field.name, kept.left) == ("name", Left.EDITED)
    assert Initiative.objects.get().name == "My first job"


def test_a_list_changed_in_the_application_stays():
    applied(SMALL)
    activity = Activity.objects.get(place__code="north")
    activity.contributors.add(Partner.objects.get(code="jobs"))

    applied(SMALL)

    assert activity.contributors.count() == 2


def test_what_both_changed_is_the_files_and_said_to_be_so():
    applied(SMALL)
    Initiative.objects.update(name="My first job")

    diff = applied(SMALL.replace("name: First job", "name: The first job"))

    assert diff.changed[0].differences[0].is_conflict
    assert Initiative.objects.get().name == "The first job"


def test_the_state_that_people_reached_is_never_taken_back():
    applied(SMALL + PEOPLE)
    manager = User.objects.get(email="lead@example.org")
    north = Activity.objects.get(place__code="north")
    perform(north, "adjust", by=manager, at=NOON, reason="New shops")
    before = sorted(rows())

    diff = applied(SMALL + PEOPLE)

    assert diff.is_empty
    assert diff.kept[0].differences[0].left is Left.ONCE
    assert Activity.objects.get(pk=north.pk).state == "in_clarification"
    assert sorted(rows()) == before


def test_a_state_changed_in_the_file_changes_nothing():
    applied(SMALL)

    applied(SMALL.replace("proposal: true", "state: in_clarification"))

    assert Activity.objects.get(place__code="south").state == "planned"


def test_a_confirmed_proposal_stays_confirmed():
    applied(SMALL + PEOPLE)
    manager = User.objects.get(email="lead@example.org")
    south = Activity.objects.get(place__code="south")
    services.confirm_proposal(south, by=manager)

    applied(SMALL + PEOPLE)

    assert not Activity.objects.get(pk=south.pk).is_proposal


def test_readiness_that_people_declared_stays():
    applied(SMALL + PEOPLE)
    manager = User.objects.get(email="lead@example.org")
    south = Activity.objects.get(place__code="south")
    services.set_readiness(south, "planning", is_met=True, by=manager, at=NOON)

    applied((SMALL + PEOPLE).replace("proposal: true", "proposal: true, readiness: []"))

    assert Readiness.objects.get(activity=south, aspect="planning").is_met


def test_a_value_that_is_known_is_never_changed():
    value = """\
measurements:
  - {indicator: E1a, period_start: 2025-01-01, period_end: 2025-12-31, value: 7}
"""
    applied(SMALL + value)

    diff = applied(SMALL + value.replace("value: 7", "value: 8"))

    assert diff.is_empty
    assert Indicator.objects.get().measurements.get().value == 7


def test_nothing_is_deleted_and_what_the_file_lacks_is_named():
    applied(SMALL)
    without = SMALL.replace(
        "  - {code: school, name: Greenfield School, kind: school}\n", ""
    )

    diff = applied(without.replace("contributors: [school]", "contributors: []"))

    assert [row.key for row in diff.unmentioned] == ["school"]
    assert Partner.objects.filter(code="school").exists()


def test_a_section_that_the_file_lacks_is_not_missed():
    applied(SMALL)

    diff = compared(SMALL[: SMALL.index("milestones:")])

    assert diff.unmentioned == []
