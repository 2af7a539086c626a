"""Each address shows each role what it may see; a foreign thing does not exist."""

import re

import pytest
from django.urls import get_resolver
from rest_framework.test import APIClient

from rollout.models import Role
from tests.api.conftest import Caller
from tests.factories import (
    make_activity,
    make_member,
    make_milestone,
    make_programme,
    make_user,
)

pytestmark = pytest.mark.django_db

#: Every route of the API: its address, and whether every member of a programme may
#: read it (the frame), or only who takes part in the activity.
FRAME = {
    "status/?programme={programme.code}",
    "programmes/",
    "programmes/{programme.pk}/",
    "focus-areas/",
    "focus-areas/{activity.initiative.focus_area_id}/",
    "places/",
    "places/{activity.place_id}/",
    "initiatives/",
    "initiatives/{activity.initiative_id}/",
    "activities/",
    "milestones/",
}
OWN = {
    "activities/{activity.pk}/",
    "activities/{activity.pk}/transitions/",
    "activities/{activity.pk}/history/",
    "milestones/{milestone.pk}/",
}
PUBLIC = {"", "schema/", "docs/"}
NOWHERE = r"(?P{}[\s\S]+)\Z"


@pytest.fixture
def world():
    milestone = make_milestone()
    activity = milestone.activity
    return {
        "milestone": milestone,
        "activity": activity,
        "programme": activity.programme,
    }


def ask(user, address, world):
    return Caller(user).ask(address.format(**world)).status_code


def routes(resolver, prefix=""):
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern, path)
        elif path.startswith("api/v1/"):
            yield path.removeprefix("api/v1/")


def test_no_route_is_missing_from_these_tests():
    listed = {address.partition("?")[0] for address in FRAME | OWN | PUBLIC}

    found = {re.sub("<[^>]+>", "{}", route) for route in routes(get_resolver())}

    tested = {re.sub("{[^}]+}", "{}", address) for address in listed}
    assert found == tested | {NOWHERE}


@pytest.mark.parametrize("address", sorted(FRAME | OWN))
def test_nobody_reads_without_a_token(address, world):
    answer = APIClient().get(f"/api/v1/{address.format(**world)}")

    assert answer.status_code == 401


@pytest.mark.parametrize("role", [Role.MANAGER, Role.COORDINATOR, Role.OBSERVER])
@pytest.mark.parametrize("address", sorted(FRAME | OWN))
def test_who_reads_all_reads_every_address(role, address, world):
    assert ask(make_member(world["programme"], role), address, world) == 200


@pytest.mark.parametrize("address", sorted(FRAME))
def test_a_partner_reads_the_frame(address, world):
    assert ask(make_member(world["programme"], Role.PARTNER), address, world) == 200


@pytest.mark.parametrize("address", sorted(OWN))
def test_a_partner_reads_only_activities_in_which_it_takes_part(address, world):
    inside = make_member(world["programme"], Role.PARTNER)
    world["activity"].contributors.add(inside.memberships.get().partner)
    outside = make_member(world["programme"], Role.PARTNER)

    assert ask(inside, address, world) == 200
    assert ask(outside, address, world) == 404


@pytest.mark.parametrize(
    "stranger", ["of another programme", "of none", "administrator"]
)
@pytest.mark.parametrize("address", sorted(FRAME | OWN))
def test_for_a_stranger_foreign_things_do_not_exist(stranger, address, world):
    if stranger == "of another programme":
        user = make_member(make_programme())
    else:
        user = make_user(is_superuser=stranger == "administrator", is_staff=True)
    answer = Caller(user).ask(address.format(**world))

    if "{" in address:
        assert answer.status_code == 404
    else:
        shown = answer.json()["results"]
        assert answer.status_code == 200
        assert all("Ishøj" in str(one.get("municipality")) for one in shown)
        assert world["programme"].code not in answer.content.decode()


@pytest.mark.parametrize("address", ["places", "initiatives", "milestones"])
def test_a_filter_finds_nothing_foreign(address, world):
    stranger = Caller(make_member(make_programme()))

    answer = stranger.ask(f"{address}/?programme={world['programme'].code}")

    assert answer.json()["results"] == []


def test_a_list_holds_only_what_a_partner_takes_part_in(world):
    member = make_member(world["programme"], Role.PARTNER)
    mine = make_activity(programme=world["programme"])
    mine.contributors.add(member.memberships.get().partner)

    answer = Caller(member).ask("activities/")

    assert [one["id"] for one in answer.json()["results"]] == [mine.pk]


@pytest.mark.parametrize("address", ["schema/", "docs/", ""])
def test_the_description_of_the_api_is_open_to_everybody(address):
    assert APIClient().get(f"/api/v1/{address}", follow=True).status_code == 200
