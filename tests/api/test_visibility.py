"""Each role sees in lists, files and expansions what it may; the rest does not exist.

Which address answers whom with what is in `tests/security/test_matrix.py`.
"""

import pytest
from rest_framework.test import APIClient

from rollout.models import Role
from tests.api.conftest import Caller
from tests.api.everything import key_of, make_everything
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
) | {"activities/{activities}/transitions/", "activities/{activities}/history/"}
#: Only the partner that is responsible, or of whom it is asked.
ANSWERED_FOR = members(
    *("monitoring-rounds", "data-requests", "measurements", "grants", "contributions")
)
LISTS = {address.partition("{")[0] for address in IN_FRAME | OWN | ANSWERED_FOR}


@pytest.fixture
def world():
    made = make_everything()
    keys = {name: key_of(thing) for name, thing in made.items()}
    return keys | {"code": made["programmes"].code, "made": made}


def ask(user, address, world):
    return Caller(user).ask(address.format(**world)).status_code


def test_a_partner_reads_only_activities_in_which_it_takes_part(world):
    programme = world["made"]["programmes"]
    inside = make_member(programme, Role.PARTNER)
    world["made"]["activities"].contributors.add(inside.memberships.get().partner)
    outside = make_member(programme, Role.PARTNER)

    assert {ask(inside, address, world) for address in OWN} == {200}
    assert {ask(outside, address, world) for address in OWN} == {404}


def test_a_partner_reads_only_what_is_asked_of_itself(world):
    programme = world["made"]["programmes"]
    asked = make_member(programme, Role.PARTNER, partner=world["made"]["partners"])
    helping = make_member(programme, Role.PARTNER)
    world["made"]["activities"].contributors.add(helping.memberships.get().partner)

    assert {ask(asked, address, world) for address in ANSWERED_FOR} == {200}
    assert {ask(helping, address, world) for address in ANSWERED_FOR} == {404}


@pytest.mark.parametrize(
    "stranger", ["of another programme", "of none", "administrator"]
)
def test_a_strangers_lists_hold_nothing_foreign(stranger, world):
    if stranger == "of another programme":
        user = make_member(make_programme())
    else:
        user = make_user(is_superuser=stranger == "administrator", is_staff=True)
    caller = Caller(user)

    for address in LISTS | {"changes/", "webhooks/", "tokens/"}:
        answer = caller.ask(address)
        assert answer.status_code == 200, address
        assert world["code"] not in answer.content.decode(), address


def test_a_filter_finds_nothing_foreign(world):
    stranger = Caller(make_member(make_programme()))

    for address in LISTS - {"programmes/", "users/"}:
        answer = stranger.ask(f"{address}?programme={world['code']}")
        assert answer.json()["results"] == [], address


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
