"""The number of queries is fixed for each address, however much there is to show."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rollout.models import ApiToken
from tests.api.conftest import Caller
from tests.factories import (
    NOON,
    make_activity,
    make_condition,
    make_initiative,
    make_member,
    make_milestone,
    make_partner,
    make_place,
    make_programme,
)

pytestmark = pytest.mark.django_db

#: One of them reads the token with its person.
QUERIES = {
    "programmes/": 2,
    "focus-areas/": 3,
    "places/": 2,
    "initiatives/": 3,
    "activities/": 4,
    "activities/{activity.pk}/": 4,
    "activities/{activity.pk}/history/": 3,
    "activities/{activity.pk}/transitions/": 6,
    "milestones/": 2,
    "status/": 14,
}


def add_one_of_everything(programme):
    place = make_place(programme=programme, requires_readiness=True)
    partner = make_partner(programme=programme)
    activity = make_activity(
        state="in_clarification",
        place=place,
        responsible=make_member(programme),
        responsible_partner=partner,
    )
    activity.contributors.add(partner)
    area = activity.initiative.focus_area
    area.departments.add(partner)
    part = make_initiative(focus_area=area, parent=activity.initiative)
    part.partners.add(partner)
    make_activity(initiative=part, place=place, state="launched")
    make_milestone(activity=activity, before_launch=True, responsible_partner=partner)
    make_milestone(activity=activity, before_launch=True, due_on="2026-02-01")
    make_condition(activity=activity)
    return activity


@pytest.mark.parametrize("address", sorted(QUERIES))
def test_each_address_asks_the_database_a_fixed_number_of_times(address):
    programme = make_programme()
    activity = add_one_of_everything(programme)
    caller = Caller(make_member(programme))
    ApiToken.objects.update(last_used_at=NOON)
    counts = []

    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            answer = caller.ask(address.format(activity=activity))
        assert answer.status_code == 200
        counts.append(len(queries))
        for _ in range(3):
            add_one_of_everything(programme)

    assert counts == [QUERIES[address]] * 2


def test_a_transition_asks_a_fixed_number_of_times():
    programme = make_programme()
    manager = make_member(programme)
    caller = Caller(manager)
    ApiToken.objects.update(last_used_at=NOON)
    counts = []

    for _ in range(2):
        activity = make_activity(programme=programme, state="in_clarification")
        with CaptureQueriesContext(connection) as queries:
            answer = caller.perform(activity, "postpone", reason="Venter")
        assert answer.status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 25
