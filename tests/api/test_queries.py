"""The number of queries is fixed for each address, however much there is to show."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rollout.models import ApiToken
from tests.api.conftest import Caller
from tests.api.everything import make_everything
from tests.factories import NOON, make_activity, make_member, make_programme

pytestmark = pytest.mark.django_db

#: One of them reads the token with its person.
QUERIES = {
    "programmes/": 2,
    "focus-areas/": 3,
    "objectives/": 3,
    "objectives/?expand=indicators": 4,
    "indicators/": 4,
    "indicators/?expand=measurements": 5,
    "measurements/": 3,
    "places/": 2,
    "phases/": 3,
    "phases/?expand=activities": 4,
    "partners/": 2,
    "initiatives/": 3,
    "initiatives/?expand=activities": 4,
    "activities/": 4,
    "activities/?expand=milestones,conditions,evaluations": 8,
    "activities/?fields=state,note": 4,
    "activities/{activities.pk}/": 4,
    "activities/{activities.pk}/history/": 3,
    "activities/{activities.pk}/transitions/": 7,
    "readiness/": 2,
    "conditions/": 2,
    "milestones/": 3,
    "monitoring-rounds/": 3,
    "monitoring-rounds/?expand=data_requests": 4,
    "data-requests/": 3,
    "data-requests/?expand=measurement": 3,
    "evaluations/": 2,
    "grants/": 5,
    "history/": 2,
    "reminders/": 3,
    "reminders/?partner=none&person=1&state=sent": 2,
    "deadlines/": 2,
    "users/": 3,
    "status/": 15,
    "activities/?search=fritid&ordering=-launched_on": 4,
    "activities/?format=ndjson": 5,
    "measurements/?format=csv": 4,
}


@pytest.mark.parametrize("address", sorted(QUERIES))
def test_each_address_asks_the_database_a_fixed_number_of_times(address):
    programme = make_programme()
    made = make_everything(programme)
    caller = Caller(make_member(programme))
    ApiToken.objects.update(last_used_at=NOON)
    counts = []

    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            answer = caller.ask(address.format(**made))
            assert answer.status_code == 200, answer.content
            answer.getvalue()
        counts.append(len(queries))
        for _ in range(3):
            make_everything(programme)

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
