"""People change what services let them, on the version that they saw."""

from __future__ import annotations

import pytest

from rollout.models import Activity, Role
from tests.api.conftest import Caller
from tests.factories import make_member, make_phase, make_programme

pytestmark = pytest.mark.django_db

CHANGES = {
    "activities": {"weight": 3, "note": "Stor"},
    "readiness": {"is_met": True, "note": "Aftalt"},
    "conditions": {"outcome": "met", "note": "Bevilget"},
}


@pytest.fixture
def world(everything):
    return everything


@pytest.fixture
def caller(world):
    return Caller(make_member(world["programmes"]))


def patch(caller, address, body, match='"1"'):
    headers = {} if match is None else {"If-Match": match}
    return caller.patch(f"/api/v1/{address}/", body, format="json", headers=headers)


def seen(thing):
    thing.refresh_from_db()
    return f'"{thing.version}"'


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_made_on_the_version_that_was_seen(name, world, caller):
    thing = world[name]
    address = f"{name}/{thing.pk}"
    tag = caller.ask(f"{address}/")["ETag"]

    answer = patch(caller, address, CHANGES[name], tag)

    shown = answer.json()
    assert answer.status_code == 200, shown
    assert {key: shown[key] for key in CHANGES[name]} == CHANGES[name]
    assert answer["ETag"] == f'"{shown["version"]}"' == seen(thing)
    assert shown == caller.ask(f"{address}/").json()


@pytest.mark.parametrize("name", CHANGES)
def test_without_the_version_it_is_428_and_with_an_old_one_412(name, world, caller):
    thing = world[name]
    address = f"{name}/{thing.pk}"
    match = seen(thing)

    without = patch(caller, address, CHANGES[name], None)
    done = patch(caller, address, CHANGES[name], match)
    late = patch(caller, address, CHANGES[name], match)

    assert [one.status_code for one in (without, done, late)] == [428, 200, 412]
    assert late.json()["current_version"] == done.json()["version"]


@pytest.mark.parametrize("name", CHANGES)
def test_who_may_only_read_may_change_nothing(name, world):
    address = f"{name}/{world[name].pk}"
    programme = world["programmes"]
    observer = Caller(make_member(programme, Role.OBSERVER))
    partner = make_member(programme, Role.PARTNER, partner=world["partners"])
    stranger = Caller(make_member(make_programme()))

    answers = [
        patch(one, address, CHANGES[name], seen(world[name]))
        for one in (observer, Caller(partner), stranger, Caller())
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 404, 401]


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("activities", "state", "launched"),
        ("activities", "version", 9),
        ("activities", "is_proposal", False),
        ("activities", "programme", 1),
        ("activities", "weight", 4),
        ("activities", "weight", "2"),
        ("activities", "weight", True),
        ("activities", "note", 5),
        ("activities", "note", "x" * 4001),
        ("activities", "planned_launch_on", "soon"),
        ("activities", "phase", 0),
        ("activities", "phase", 2**63),
        ("activities", "phase", 999_999_999),
        ("activities", "responsible", 999_999_999),
        ("readiness", "on", "2026-03-02"),
        ("readiness", "evidence_url", "javascript:alert(1)"),
        ("conditions", "effect", "warns"),
        ("conditions", "outcome", "maybe"),
    ],
)
def test_what_is_not_for_people_to_change_is_400_and_names_the_field(
    name, field, value, world, caller
):
    before = caller.ask(f"{name}/{world[name].pk}/").json()
    needed = {"readiness": {"is_met": True}, "conditions": {"outcome": "met"}}
    body = needed.get(name, {}) | {field: value}

    answer = patch(caller, f"{name}/{world[name].pk}", body, seen(world[name]))

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert caller.ask(f"{name}/{world[name].pk}/").json() == before


def test_an_activity_is_planned_assigned_and_put_in_a_phase_at_once(world, caller):
    activity = world["activities"]
    person = make_member(world["programmes"])
    phase = make_phase(programme=world["programmes"])
    body = {
        "planned_launch_on": "2026-08-10",
        "responsible": person.pk,
        "phase": phase.pk,
    }

    shown = patch(caller, f"activities/{activity.pk}", body, seen(activity)).json()

    assert shown["planned_launch_on"] == "2026-08-10"
    assert shown["responsible"]["id"] == person.pk
    assert shown["phase"]["id"] == phase.pk
    assert [one["id"] for one in shown["contributors"]] == [world["partners"].pk]
    assert shown["weight"] == 1


def test_null_takes_away_and_what_is_left_out_stays(world, caller):
    activity = world["activities"]
    Activity.objects.filter(pk=activity.pk).update(planned_launch_on="2026-08-10")

    shown = patch(
        caller,
        f"activities/{activity.pk}",
        {"responsible": None, "phase": None},
        seen(activity),
    ).json()

    assert (shown["responsible"], shown["phase"]) == (None, None)
    assert shown["planned_launch_on"] == "2026-08-10"


def test_what_makes_no_sense_is_400_and_changes_nothing(world, caller):
    activity = world["activities"]
    other = make_phase(programme=make_programme())
    bodies = [
        {"note": "Ny", "planned_launch_on": "2035-01-01"},
        {"note": "Ny", "phase": other.pk},
        {"note": "Ny", "responsible": make_member(make_programme()).pk},
    ]

    answers = [
        patch(caller, f"activities/{activity.pk}", body, seen(activity))
        for body in bodies
    ]

    assert [answer.status_code for answer in answers] == [400] * 3
    activity.refresh_from_db()
    assert activity.note == ""
