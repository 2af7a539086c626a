"""Rows are written without asking DRF for each value, and look as DRF has them."""

import pytest
from rest_framework import serializers

from rollout.api.writing import Written
from tests.api.conftest import Caller

pytestmark = pytest.mark.django_db

#: What is made of rows, with everything that can hang on them.
SHOWN = (
    "activities/?expand=milestones,conditions,evaluations",
    "activities/?fields=state_label,readiness",
    "activities/{activities.pk}/history/",
    "objectives/?expand=indicators",
    "indicators/?expand=measurements",
    "phases/?expand=activities",
    "initiatives/?expand=activities",
    "monitoring-rounds/?expand=data_requests",
    "data-requests/?expand=measurement",
    *("programmes/", "focus-areas/", "places/", "partners/", "grants/", "users/"),
    *("readiness/", "conditions/", "milestones/", "evaluations/", "measurements/"),
    *("history/", "deadlines/", "reminders/", "webhooks/", "tokens/", "status/"),
    "reminders/forecast/?until=2026-04-30",
)


@pytest.mark.parametrize("address", SHOWN)
def test_an_answer_is_what_drf_would_make_of_the_same_rows(
    address, everything, monkeypatch
):
    caller = Caller(everything["users"])
    path = address.format(**everything)

    ours = caller.ask(path)
    monkeypatch.setattr(
        *(Written, "to_representation", serializers.Serializer.to_representation)
    )
    theirs = caller.ask(path)

    assert ours.status_code == 200, ours.content
    assert ours.json() == theirs.json()


def test_a_row_that_lacks_something_is_left_to_drf():
    class Brief(Written):
        name = serializers.CharField(source="place.name", default="nowhere")

    assert Brief({"place": {"name": "Vejleåparken"}}).data == {"name": "Vejleåparken"}
    assert Brief({"place": None}).data == {"name": "nowhere"}
