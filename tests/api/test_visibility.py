"""Each address shows each role what it may see; a foreign thing does not exist."""

import re

import pytest
from django.urls import get_resolver
from rest_framework.test import APIClient

from rollout.models import Role
from tests.api.conftest import Caller
from tests.api.everything import key_of
from tests.factories import (
    make_activity,
    make_member,
    make_programme,
    make_user,
)

pytestmark = pytest.mark.django_db


def members(*names):
    return {f"{name}/{{{name}}}/" for name in names}


#: Every member of a programme may read the frame.
IN_FRAME = members(
    *("programmes", "focus-areas", "objectives", "indicators", "places", "phases"),
    *("partners", "initiatives", "users", "targets"),
)
#: Who takes part in the activity in any way.
OWN = members(
    *("activities", "readiness", "conditions", "milestones", "evaluations"),
    "attendance",
    *("deadlines", "history", "reminders"),
) | {
    *("activities/{activities}/transitions/", "activities/{activities}/history/"),
    "milestones/{milestones}/transitions/",
}
#: Only the partner that is responsible, or of whom it is asked.
ANSWERED_FOR = members(
    *("monitoring-rounds", "data-requests", "measurements", "grants", "contributions")
)
LISTS = {address.partition("{")[0] for address in IN_FRAME | OWN | ANSWERED_FOR}
FRAME = IN_FRAME | LISTS | {"status/?programme={code}", "changes/", "webhooks/"}
#: Only who reads the whole programme.
WHOLE = {"reminders/forecast/?programme={code}"}
#: Only who manages the programme.
MANAGED = members("webhooks") | {"webhooks/{webhooks}/deliveries/"}
#: Everybody's own, and tested in `test_tokens.py`.
PERSONAL = {"tokens/", "tokens/{}/"}
#: Every route of the API that can be read.
ALL = FRAME | OWN | ANSWERED_FOR | WHOLE | MANAGED
#: The others; what they do for whom is tested with the thing itself.
POSTED = {
    "transitions/bulk/",
    *("data-requests/{data-requests}/deliver/", "measurements/{measurements}/approve/"),
    *("webhooks/{webhooks}/key/", "webhooks/{webhooks}/test/"),
    *(
        "webhooks/{webhooks}/replay/",
        "webhooks/{webhooks}/deliveries/{webhooks}/again/",
    ),
}
PUBLIC = {"", "schema/", "docs/"}
NOWHERE = r"(?P{}[\s\S]+)\Z"


@pytest.fixture
def world(everything):
    keys = {name: key_of(thing) for name, thing in everything.items()}
    return keys | {"code": everything["programmes"].code, "made": everything}


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
    listed = {address.partition("?")[0] for address in ALL | POSTED | PUBLIC | PERSONAL}

    found = {re.sub("<[^>]+>", "{}", route) for route in routes(get_resolver())}

    tested = {re.sub("{[^}]+}", "{}", address) for address in listed}
    assert found == tested | {NOWHERE}


@pytest.mark.parametrize("address", sorted(ALL))
def test_nobody_reads_without_a_token(address, world):
    answer = APIClient().get(f"/api/v1/{address.format(**world)}")

    assert answer.status_code == 401


@pytest.mark.parametrize("role", [Role.MANAGER, Role.COORDINATOR, Role.OBSERVER])
@pytest.mark.parametrize("address", sorted(ALL - MANAGED))
def test_who_reads_all_reads_every_address(role, address, world):
    assert ask(make_member(world["made"]["programmes"], role), address, world) == 200


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("address", sorted(MANAGED))
def test_what_is_managed_is_for_managers(role, address, world):
    member = make_member(world["made"]["programmes"], role)

    assert ask(member, address, world) == (200 if role == Role.MANAGER else 404)


@pytest.mark.parametrize("address", sorted(FRAME))
def test_a_partner_reads_the_frame(address, world):
    partner = make_member(world["made"]["programmes"], Role.PARTNER)

    assert ask(partner, address, world) == 200


@pytest.mark.parametrize("address", sorted(OWN))
def test_a_partner_reads_only_activities_in_which_it_takes_part(address, world):
    programme = world["made"]["programmes"]
    inside = make_member(programme, Role.PARTNER)
    world["made"]["activities"].contributors.add(inside.memberships.get().partner)
    outside = make_member(programme, Role.PARTNER)

    assert ask(inside, address, world) == 200
    assert ask(outside, address, world) == 404


@pytest.mark.parametrize("address", sorted(WHOLE))
def test_a_partner_does_not_read_what_tells_of_everybody(address, world):
    partner = make_member(world["made"]["programmes"], Role.PARTNER)

    assert ask(partner, address, world) == 404


@pytest.mark.parametrize("address", sorted(ANSWERED_FOR))
def test_a_partner_reads_only_what_is_asked_of_itself(address, world):
    programme = world["made"]["programmes"]
    asked = make_member(programme, Role.PARTNER, partner=world["made"]["partners"])
    helping = make_member(programme, Role.PARTNER)
    world["made"]["activities"].contributors.add(helping.memberships.get().partner)

    assert ask(asked, address, world) == 200
    assert ask(helping, address, world) == 404


@pytest.mark.parametrize(
    "stranger", ["of another programme", "of none", "administrator"]
)
@pytest.mark.parametrize("address", sorted(ALL))
def test_for_a_stranger_foreign_things_do_not_exist(stranger, address, world):
    if stranger == "of another programme":
        user = make_member(make_programme())
    else:
        user = make_user(is_superuser=stranger == "administrator", is_staff=True)
    answer = Caller(user).ask(address.format(**world))

    if "{" in address:
        assert answer.status_code == 404
    else:
        assert answer.status_code == 200
        assert world["code"] not in answer.content.decode()


@pytest.mark.parametrize("address", sorted(LISTS - {"programmes/", "users/"}), ids=str)
def test_a_filter_finds_nothing_foreign(address, world):
    stranger = Caller(make_member(make_programme()))

    answer = stranger.ask(f"{address}?programme={world['code']}")

    assert answer.json()["results"] == []


@pytest.mark.parametrize(
    "address",
    [
        "activities/?expand=milestones,conditions,evaluations",
        "objectives/?expand=indicators",
        "indicators/?expand=measurements",
        "initiatives/?expand=activities",
        "phases/?expand=activities",
        "monitoring-rounds/?expand=data_requests",
        "data-requests/?expand=measurement",
    ],
)
def test_what_hangs_on_a_row_is_shown_only_to_who_may_see_it(address, world):
    programme = world["made"]["programmes"]
    outside = make_member(programme, Role.PARTNER)
    mine = make_activity(programme=programme)
    mine.contributors.add(outside.memberships.get().partner)
    name = address.rpartition("=")[2].partition(",")[0]
    # The frame that a partner sees holds no foreign work.
    hidden = {"measurements", "data_requests", "measurement", "milestones"}

    rows = Caller(outside).ask(address).json()["results"]

    if name == "activities":
        assert {one["id"] for row in rows for one in row[name]} <= {mine.pk}
    elif name in hidden:
        assert all(row[name] == [] for row in rows)
    else:
        assert all(row[name] for row in rows)


def test_a_list_holds_only_what_a_partner_takes_part_in(world):
    member = make_member(world["made"]["programmes"], Role.PARTNER)
    mine = make_activity(programme=world["made"]["programmes"])
    mine.contributors.add(member.memberships.get().partner)

    answer = Caller(member).ask("activities/")

    assert [one["id"] for one in answer.json()["results"]] == [mine.pk]


def test_people_see_each_others_roles_only_where_both_take_part(world):
    person = world["made"]["users"]
    person.memberships.create(programme=make_programme(), role="observer")
    colleague = make_member(world["made"]["programmes"], Role.PARTNER)

    shown = Caller(colleague).ask(f"users/{person.pk}/").json()

    assert [one["programme"]["code"] for one in shown["memberships"]] == [world["code"]]
    assert "email" not in shown


@pytest.mark.parametrize("address", ["schema/", "docs/", ""])
def test_the_description_of_the_api_is_open_to_everybody(address):
    assert APIClient().get(f"/api/v1/{address}", follow=True).status_code == 200
