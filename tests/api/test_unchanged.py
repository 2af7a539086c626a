"""Who has an answer already is told so by one small query, and never wrongly."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations

import psycopg
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rollout.api import etags
from rollout.models import Activity, ApiToken, Membership
from tests.factories import (
    NOON,
    make_activity,
    make_focus_area,
    make_indicator,
    make_measurement,
    make_member,
    make_milestone,
    make_objective,
    make_partner,
    make_place,
    make_programme,
    make_user,
)
from tests.processes import address_of_test_database

from .conftest import Caller

pytestmark = pytest.mark.django_db

#: Who calls, where the record stands.
QUERIES = 2


@pytest.fixture
def programme():
    return make_programme()


@pytest.fixture
def manager(programme):
    return make_member(programme)


@pytest.fixture
def activity(programme, manager):
    return make_activity(programme=programme, responsible=manager)


@pytest.fixture
def caller(manager):
    return Caller(manager)


def tag_of(caller, address, **headers):
    answer = caller.ask(address, headers=headers)
    assert answer.status_code == 200, answer.content
    return answer["ETag"]


def is_unchanged(caller, address, tag, **headers):
    answer = caller.ask(address, headers={"If-None-Match": tag} | headers)
    assert answer.status_code in {200, 304}
    return answer.status_code == 304


@pytest.mark.parametrize(
    "address",
    [
        "status/",
        "activities/?expand=milestones,conditions",
        "activities/{}/",
        "activities/{}/transitions/",
        "activities/{}/history/",
        "deadlines/",
        "history/",
    ],
)
def test_it_costs_no_more_than_to_see_where_the_record_stands(
    caller, activity, address
):
    address = address.format(activity.pk)
    first = caller.ask(address)
    ApiToken.objects.update(last_used_at=NOON)

    with CaptureQueriesContext(connection) as queries:
        again = caller.ask(address, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert len(queries) == QUERIES
    kept = ("ETag", "Vary", "Cache-Control", "Content-Language", "RateLimit-Policy")
    assert {name: again[name] for name in kept} == {name: first[name] for name in kept}
    assert "RateLimit" in again


def change_activity(programme, activity, manager):
    Activity.objects.filter(pk=activity.pk).update(note="nyt")


def add_milestone(programme, activity, manager):
    make_milestone(activity=activity)


def delete_activity(programme, activity, manager):
    make_activity(programme=programme).delete()


def rename_person(programme, activity, manager):
    type(manager).objects.filter(pk=manager.pk).update(name="Nyt Navn")


def take_away_rights(programme, activity, manager):
    Membership.objects.filter(user=manager).update(role="observer")


def add_rights(programme, activity, manager):
    Membership.objects.create(user=manager, programme=make_programme(), role="observer")


@pytest.mark.parametrize(
    "happens",
    [
        change_activity,
        add_milestone,
        delete_activity,
        rename_person,
        take_away_rights,
        add_rights,
    ],
)
def test_whatever_may_be_seen_differently_gives_another_tag(
    caller, programme, activity, manager, happens
):
    address = f"activities/{activity.pk}/transitions/"
    tag = tag_of(caller, address)

    happens(programme, activity, manager)

    assert not is_unchanged(caller, address, tag)


def test_what_happens_in_another_programme_is_nothing_new(caller, activity):
    tag = tag_of(caller, "activities/")

    Activity.objects.filter(pk=make_activity().pk).update(note="fremmed")

    assert is_unchanged(caller, "activities/", tag)


def test_a_bound_token_has_nothing_new_where_it_is_not_good(manager, programme):
    other = make_programme()
    Membership.objects.create(user=manager, programme=other, role="observer")
    token = ApiToken.objects.issue(manager, "t", at=NOON, programme=programme)[1]
    bound = Caller()
    bound.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    tag = tag_of(bound, "places/")

    make_place(programme=other)
    kept = is_unchanged(bound, "places/", tag)
    make_place(programme=programme)

    assert kept
    assert not is_unchanged(bound, "places/", tag)


def test_what_is_overdue_at_midnight_in_copenhagen_is_told(caller, programme):
    activity = make_activity(programme=programme, state="in_clarification")
    make_milestone(activity=activity, due_on=NOON.date())
    last_second = NOON.replace(hour=22, minute=59, second=59)
    with time_machine.travel(last_second, tick=False):
        before = caller.ask("status/")
        assert is_unchanged(caller, "status/", before["ETag"])

    with time_machine.travel(last_second + timedelta(seconds=1), tick=False):
        after = caller.ask("status/", headers={"If-None-Match": before["ETag"]})

    assert after.status_code == 200
    assert len(before.json()["overdue"]) + 1 == len(after.json()["overdue"])


def test_no_two_people_addresses_languages_or_formats_share_a_tag(
    programme, manager, activity
):
    partner = make_partner(programme=programme)
    member = Caller(make_member(programme, "partner", partner=partner))
    activity.contributors.add(partner)
    caller = Caller(manager)

    tags = {
        tag_of(caller, "activities/"),
        tag_of(caller, "activities/", **{"Accept-Language": "da"}),
        tag_of(caller, "activities/", Accept="application/json; indent=4"),
        tag_of(caller, "activities/?fields=state"),
        tag_of(caller, "activities/?page_size=1"),
        tag_of(caller, "status/"),
        tag_of(Caller(manager), "activities/"),
        tag_of(member, "activities/"),
    }

    assert len(tags) == 8


def test_what_is_masked_for_one_is_not_unchanged_for_another(programme, manager):
    area = make_focus_area(programme=programme)
    indicator = make_indicator(objective=make_objective(focus_area=area))
    make_measurement(indicator=indicator, value=3)
    observer = make_member(programme, "observer")
    tag = tag_of(Caller(manager), "measurements/")

    seen = Caller(observer).ask("measurements/", headers={"If-None-Match": tag})

    assert seen.status_code == 200
    assert seen.json()["results"][0]["mask"] == "<5"


def test_a_past_day_is_told_anew_when_rights_are_others(caller, manager, activity):
    with time_machine.travel(NOON + timedelta(days=3), tick=False):
        address = f"status/?as_of={NOON:%Y-%m-%d}"
        tag = tag_of(caller, address)
        kept = is_unchanged(caller, address, tag)
        Membership.objects.filter(user=manager).delete()

        answer = caller.ask(address, headers={"If-None-Match": tag})

    assert kept
    assert answer.status_code == 404


def test_other_code_answers_anew(caller, activity, monkeypatch):
    tag = tag_of(caller, "activities/")

    monkeypatch.setattr(etags, "_release", lambda: "the next")

    assert not is_unchanged(caller, "activities/", tag)


@pytest.mark.parametrize("address", ["users/", "reminders/", "changes/"])
def test_what_the_record_does_not_hold_is_compared_byte_by_byte(
    caller, manager, activity, address
):
    tag = tag_of(caller, address)
    kept = is_unchanged(caller, address, tag)
    type(manager).objects.filter(pk=manager.pk).update(is_example=True)

    assert kept
    if address == "users/":
        assert not is_unchanged(caller, address, tag)


@pytest.mark.parametrize("refused", ["?stat=x", "?format=x", "?cursor=x"])
def test_what_is_wrong_is_refused_whatever_the_client_has(caller, activity, refused):
    tag = tag_of(caller, "activities/")

    answer = caller.ask(f"activities/{refused}", headers={"If-None-Match": tag})

    assert answer.status_code == 400


def test_a_revoked_token_is_refused_before_anything_is_compared(caller, activity):
    tag = tag_of(caller, "activities/")
    ApiToken.objects.update(revoked_at=NOON)

    answer = caller.ask("activities/", headers={"If-None-Match": tag})

    assert answer.status_code == 401


@pytest.mark.django_db(transaction=True)
def test_a_change_that_began_first_and_ends_last_is_not_missed(caller, activity):
    tags = [tag_of(caller, "activities/")]
    with psycopg.connect(address_of_test_database()) as slow:
        slow.execute(
            "UPDATE rollout_activity SET note = 'langsom' WHERE id = %s", [activity.pk]
        )
        Activity.objects.exclude(pk=activity.pk).update(note="hurtig")
        make_user()
        tags.append(tag_of(caller, "activities/"))
        slow.commit()

    tags.append(tag_of(caller, "activities/"))

    assert all(one != other for one, other in combinations(tags, 2))
