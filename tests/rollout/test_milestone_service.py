"""Milestones said anew, put in order, and made to follow one another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from rollout import services
from rollout.models import Milestone, Role
from rollout.services import MilestoneValues
from tests.factories import make_activity, make_member, make_milestone, make_partner
from workflows.engine import NotAllowed, Stale

pytestmark = pytest.mark.django_db

DAY = date(2026, 4, 15)


@pytest.fixture
def activity():
    return make_activity(state="launched")


@pytest.fixture
def manager(activity):
    return make_member(activity.programme)


def values_of(milestone, **changed):
    values = MilestoneValues(
        title=milestone.title,
        due_on=milestone.due_on,
        responsible=milestone.responsible,
        weight=milestone.weight,
        before_launch=milestone.before_launch,
        predecessors=list(milestone.predecessors.all()),
        note=milestone.note,
        evidence_url=milestone.evidence_url,
    )
    return replace(values, **changed)


def titles(activity):
    return [one.title for one in activity.milestones.all()]


def test_everything_about_it_can_be_said_anew(activity, manager):
    first = make_milestone(activity=activity, title="Aftalen", due_on=DAY)
    milestone = make_milestone(activity=activity, due_on=DAY)
    partner = make_partner(programme=activity.programme)
    person = make_member(activity.programme, Role.PARTNER, partner=partner)

    fresh = services.change_milestone(
        milestone,
        MilestoneValues(
            title="Lokalet er lejet",
            due_on=DAY + timedelta(days=1),
            responsible=person,
            weight=3,
            before_launch=True,
            predecessors=[first],
            note="To års kontrakt",
            evidence_url="https://example.org/kontrakt",
        ),
        by=manager,
        expected_version=milestone.version,
    )

    again = Milestone.objects.get(pk=milestone.pk)
    assert again.version == fresh.version == milestone.version + 1
    assert again.title == "Lokalet er lejet"
    assert again.responsible_partner == partner
    assert list(again.predecessors.all()) == [first]


def test_another_predecessor_alone_is_a_change_too(activity, manager):
    first = make_milestone(activity=activity)
    milestone = make_milestone(activity=activity)

    services.change_milestone(
        milestone, values_of(milestone, predecessors=[first]), by=manager
    )

    assert Milestone.objects.get(pk=milestone.pk).version == milestone.version + 1


def test_who_was_overtaken_is_told_and_nothing_is_saved(activity, manager):
    milestone = make_milestone(activity=activity, title="Før")
    seen = milestone.version
    services.change_milestone(milestone, values_of(milestone, note="x"), by=manager)

    with pytest.raises(Stale):
        services.change_milestone(
            *(milestone, values_of(milestone, title="Efter")),
            by=manager,
            expected_version=seen,
        )

    assert Milestone.objects.get(pk=milestone.pk).title == "Før"


def test_milestones_never_wait_for_one_another(activity, manager):
    one, other, third = (make_milestone(activity=activity) for _ in range(3))
    other.predecessors.add(one)
    third.predecessors.add(other)

    with pytest.raises(services.Invalid, match="venter på hinanden"):
        services.change_milestone(one, values_of(one, predecessors=[third]), by=manager)
    with pytest.raises(services.Invalid):
        services.change_milestone(one, values_of(one, predecessors=[one]), by=manager)

    assert not one.predecessors.exists()


def test_what_comes_before_belongs_to_the_programme(activity, manager):
    milestone = make_milestone(activity=activity)
    elsewhere = make_milestone(activity=make_activity(programme=activity.programme))

    services.change_milestone(
        milestone, values_of(milestone, predecessors=[elsewhere]), by=manager
    )
    with pytest.raises(services.Invalid):
        services.change_milestone(
            milestone, values_of(milestone, predecessors=[make_milestone()]), by=manager
        )


def test_dates_keep_the_order_in_which_milestones_follow(activity, manager):
    first = make_milestone(activity=activity, due_on=DAY)
    then = make_milestone(activity=activity, due_on=DAY)
    then.predecessors.add(first)

    for milestone, day in ((first, DAY + timedelta(1)), (then, DAY - timedelta(1))):
        with pytest.raises(services.Invalid):
            services.change_milestone(
                milestone, values_of(milestone, due_on=day), by=manager
            )

    services.change_milestone(first, values_of(first, due_on=None), by=manager)
    services.change_milestone(then, values_of(then, due_on=DAY), by=manager)


def test_a_wrong_order_from_before_does_not_keep_from_other_changes(activity, manager):
    first = make_milestone(activity=activity, due_on=DAY)
    then = make_milestone(activity=activity, due_on=DAY - timedelta(1))
    then.predecessors.add(first)

    services.change_milestone(then, values_of(then, note="Husk nøglen"), by=manager)

    assert Milestone.objects.get(pk=then.pk).note == "Husk nøglen"


def test_a_date_lies_inside_the_programme_and_only_open_ones_move(activity, manager):
    milestone = make_milestone(activity=activity)
    outside = activity.programme.ends_on + timedelta(days=1)

    with pytest.raises(services.Invalid):
        services.change_milestone(
            milestone, values_of(milestone, due_on=outside), by=manager
        )


def test_people_of_other_programmes_cannot_be_responsible(activity, manager):
    milestone = make_milestone(activity=activity)
    stranger = make_member(make_activity().programme)

    with pytest.raises(services.Invalid):
        services.change_milestone(
            milestone, values_of(milestone, responsible=stranger), by=manager
        )


def test_who_may_not_edit_the_activity_changes_no_milestone(activity):
    observer = make_member(activity.programme, Role.OBSERVER)
    milestone = make_milestone(activity=activity)

    with pytest.raises(NotAllowed):
        services.change_milestone(milestone, values_of(milestone), by=observer)
    with pytest.raises(NotAllowed):
        services.reorder_milestone(milestone, to=0, by=observer)


def test_a_milestone_is_put_anywhere_in_the_list(activity, manager):
    # As from templates: none has a place of its own yet.
    made = {
        title: make_milestone(activity=activity, title=title, due_on=None)
        for title in "abcd"
    }
    assert titles(activity) == ["a", "b", "c", "d"]

    services.reorder_milestone(made["d"], to=1, by=manager)
    assert titles(activity) == ["a", "d", "b", "c"]
    services.reorder_milestone(made["a"], to=99, by=manager)
    assert titles(activity) == ["d", "b", "c", "a"]


def test_only_what_changes_its_place_is_written(activity, manager):
    made = [
        make_milestone(activity=activity, position=place, due_on=None)
        for place in range(4)
    ]

    services.reorder_milestone(made[0], to=1, by=manager)

    versions = {
        one.pk: one.version for one in Milestone.objects.filter(activity=activity)
    }
    assert [versions[one.pk] - one.version for one in made] == [1, 1, 0, 0]
