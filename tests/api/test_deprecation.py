"""What is to go away says so beforehand, to programs and to who reads the schema."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import include, path
from drf_spectacular.generators import SchemaGenerator
from rest_framework.routers import SimpleRouter

from rollout.api.deprecation import Deprecation
from rollout.api.views.activities import Activities
from tests.api.conftest import Caller
from tests.factories import make_activity, make_member

GOING = Deprecation(date(2026, 1, 1), date(2027, 2, 1), "Use something else.")


@pytest.fixture
def caller(db):
    activity = make_activity()
    return Caller(make_member(activity.programme))


def test_an_operation_that_is_to_go_away_says_until_when_it_works(caller):
    (activity,) = caller.ask("activities/").json()["results"]

    answer = caller.ask(f"activities/{activity['id']}/history/")

    assert answer["Deprecation"] == "@1795651200"
    assert answer["Sunset"] == "Sat, 01 Jan 2028 00:00:00 GMT"
    assert answer["Link"] == (
        '<http://localhost:8000/api/v1/docs/>; rel="deprecation"; type="text/html"'
    )


def test_what_stays_says_nothing(caller):
    answer = caller.ask("activities/")

    assert not {"Deprecation", "Sunset", "Link"} & set(answer.headers)


def test_the_schema_says_it_too(monkeypatch):
    monkeypatch.setattr(Activities, "deprecated", {"list": GOING})
    router = SimpleRouter(use_regex_path=False)
    router.register("activities", Activities, basename="activity")
    addresses = [path("api/v1/", include(router.urls))]

    schema = SchemaGenerator(patterns=addresses).get_schema(request=None, public=True)

    listed = schema["paths"]["/api/v1/activities/"]["get"]
    said = "Deprecated, and gone after 2027-02-01. Use something else."
    assert listed["deprecated"]
    assert listed["description"].endswith(said)
    assert "deprecated" not in schema["paths"]["/api/v1/activities/{id}/"]["get"]
