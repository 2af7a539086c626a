"""The number of queries is fixed for each address, however much there is to show."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rollout.models import ApiToken
from tests.api.conftest import Caller
from tests.api.everything import make_everything
from tests.factories import NOON, make_activity, make_member, make_programme

pytestmark = pytest.mark.django_db

#: One of them reads the token with its person, and one where the record stands.
QUERIES = {
    "programmes/": 3,
    "focus-areas/": 4,
    "objectives/": 4,
    "objectives/?expand=indicators": 5,
    "indicators/": 5,
    "indicators/?expand=measurements": 6,
    "measurements/": 4,
    "places/": 3,
    "phases/": 4,
    "phases/?expand=activities": 5,
    "partners/": 3,
    "initiatives/": 4,
    "initiatives/?expand=activities": 5,
    "activities/": 5,
    "activities/?expand=milestones,conditions,evaluations": 8,
    "activities/?fields=state,note": 5,
    "activities/{activities.pk}/": 5,
    "activities/{activities.pk}/history/": 4,
    "activities/{activities.pk}/transitions/": 8,
    "readiness/": 3,
    "conditions/": 3,
    "milestones/": 3,
    "monitoring-rounds/": 4,
    "monitoring-rounds/?expand=data_requests": 5,
    "data-requests/": 4,
    "data-requests/?expand=measurement": 4,
    "evaluations/": 3,
    "targets/": 3,
    "attendance/": 4,
    "contributions/": 3,
    "grants/": 6,
    "history/": 3,
    "reminders/": 3,
    "reminders/?partner=none&person=1&state=sent": 2,
    "deadlines/": 3,
    "users/": 3,
    "status/": 20,
    "activities/?search=fritid&ordering=-launched_on": 5,
    "activities/?format=ndjson": 6,
    "measurements/?format=csv": 5,
}


@pytest.fixture(scope="module")
def programmes(_everything):
    """A programme with one of each kind, another with four, and who reads each."""
    readers = []
    with time_machine.travel(NOON, tick=False):
        for amount in (1, 4):
            programme = make_programme()
            *_, made = [make_everything(programme) for _ in range(amount)]
            readers.append((made, Caller(make_member(programme))))
        ApiToken.objects.update(last_used_at=NOON)
    return readers


@pytest.mark.parametrize("address", sorted(QUERIES))
def test_each_address_asks_the_database_a_fixed_number_of_times(address, programmes):
    counts = []

    for made, caller in programmes:
        with CaptureQueriesContext(connection) as queries:
            answer = caller.ask(address.format(**made))
            assert answer.status_code == 200, answer.content
            answer.getvalue()
        counts.append(len(queries))

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
