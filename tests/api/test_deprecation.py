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


@pytest.mark.parametrize(
    ("asked", "is_told"),
    [
        ("activities/?fields=state", False),
        ("activities/?fields=state&place=nowhere", True),
        ("activities/?fields=note", True),
        ("activities/", True),
        ("milestones/", False),
    ],
)
def test_parameters_and_fields_say_it_where_they_are_used(
    asked, is_told, caller, monkeypatch
):
    monkeypatch.setattr(Activities, "deprecated", {"?place": GOING, ".note": GOING})

    answer = caller.ask(asked)

    assert answer.has_header("Deprecation") == is_told
    assert answer.get("Sunset") == (
        "Mon, 01 Feb 2027 00:00:00 GMT" if is_told else None
    )


def test_the_schema_says_it_too(monkeypatch):
    going = {"list": GOING, "?place": GOING, ".note": GOING}
    monkeypatch.setattr(Activities, "deprecated", going)
    router = SimpleRouter(use_regex_path=False)
    router.register("activities", Activities, basename="activity")
    addresses = [path("api/v1/", include(router.urls))]

    schema = SchemaGenerator(patterns=addresses).get_schema(request=None, public=True)
    listed = schema["paths"]["/api/v1/activities/"]["get"]
    parameters = {one["name"]: one for one in listed["parameters"] if "name" in one}
    note = schema["components"]["schemas"]["Activity"]["properties"]["note"]

    said = "Deprecated, and gone after 2027-02-01. Use something else."
    assert listed["deprecated"]
    assert listed["description"].endswith(said)
    assert (parameters["place"]["deprecated"], note["deprecated"]) == (True, True)
    assert parameters["place"]["description"] == note["description"] == said
    assert "deprecated" not in parameters["search"]
