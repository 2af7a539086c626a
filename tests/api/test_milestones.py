"""Milestones are added, changed and moved on by programs, as by people on the pages."""

from __future__ import annotations

import pytest

from rollout.models import Milestone, Role
from tests.api.conftest import Caller
from tests.factories import make_activity, make_member, make_milestone, make_partner

pytestmark = pytest.mark.django_db


@pytest.fixture
def activity():
    return make_activity(state="in_clarification")


@pytest.fixture
def manager(activity):
    return make_member(activity.programme)


def patch(user, milestone, body, match=None):
    return Caller(user).patch(
        f"/api/v1/milestones/{milestone.pk}/",
        body,
        format="json",
        headers={"If-Match": f'"{match or milestone.version}"'},
    )


def move(user, milestone, transition, match=None, **body):
    return Caller(user).send(
        f"milestones/{milestone.pk}/transitions/",
        {"transition": transition} | body,
        match=match or milestone,
    )


def test_a_milestone_is_added_with_all_that_can_be_said_of_it(activity, manager):
    before = make_milestone(activity=activity, due_on="2026-04-01")
    said = {
        "title": "Aftale med foreninger",
        "due_on": "2026-04-15",
        "weight": 3,
        "before_launch": True,
        "note": "Tre foreninger",
        "evidence_url": "https://example.org/aftale",
    }

    answer = Caller(manager).send(
        "milestones/",
        said
        | {
            "activity": activity.pk,
            "responsible": manager.pk,
            "predecessors": [before.pk],
        },
    )

    made = answer.json()
    assert answer.status_code == 201, made
    assert {name: made[name] for name in said} == said
    assert made["predecessors"] == [before.pk]
    assert made["responsible"]["id"] == manager.pk
    assert answer["Location"] == f"/api/v1/milestones/{made['id']}/"
    assert answer["ETag"] == f'"{made["version"]}"'
    assert Caller(manager).ask(f"milestones/{made['id']}/").json() == made


def test_what_cannot_be_added_leaves_nothing(activity, manager):
    stranger = make_milestone()
    title = {"activity": activity.pk, "title": "Ny"}

    answers = [
        Caller(manager).send("milestones/", title | wrong)
        for wrong in (
            {"due_on": "2031-01-01"},
            {"predecessors": [stranger.pk]},
            {"responsible": 10**6},
            {"activity": stranger.activity_id},
            {"weight": 0},
            {"colour": "red"},
        )
    ]

    assert {one.status_code for one in answers} == {400}
    assert [one.json()["errors"][0]["field"] for one in answers] == [
        *("", "predecessors", "responsible", "activity", "weight", "colour")
    ]
    assert Milestone.objects.count() == 1


def test_what_is_left_out_of_a_change_stays(activity, manager):
    milestone = make_milestone(activity=activity, title="Aftale", weight=2)

    answer = patch(manager, milestone, {"due_on": "2026-05-01"})

    shown = answer.json()
    assert answer.status_code == 200, shown
    assert (shown["due_on"], shown["title"], shown["weight"]) == (
        *("2026-05-01", "Aftale"),
        2,
    )
    late = patch(manager, milestone, {"weight": 1}, match=milestone.version)
    assert (late.status_code, late.json()["current_version"]) == (
        412,
        shown["version"],
    )


def test_who_answers_for_it_finishes_it_and_may_take_that_back(activity):
    partner = make_partner(programme=activity.programme)
    person = make_member(activity.programme, Role.PARTNER, partner=partner)
    milestone = make_milestone(activity=activity, responsible_partner=partner)

    done = move(person, milestone, "finish").json()
    again = move(person, milestone, "reopen", match=done["version"], reason="Ikke helt")

    assert (done["state"], done["done_on"]) == ("done", "2026-03-02")
    assert again.json()["state"] == "open"
    assert move(person, milestone, "drop", again.json()["version"]).status_code == 403


def test_what_comes_before_is_named_as_the_reason(activity, manager):
    before = make_milestone(activity=activity, title="Lokale er fundet")
    milestone = make_milestone(activity=activity)
    milestone.predecessors.add(before)

    options = Caller(manager).ask(f"milestones/{milestone.pk}/transitions/").json()
    answer = move(manager, milestone, "finish")

    finish = next(one for one in options["transitions"] if one["name"] == "finish")
    assert not finish["possible"]
    assert answer.status_code == 409
    assert answer.json()["reasons"] == finish["reasons"]


def test_dropping_asks_for_a_reason(activity, manager):
    milestone = make_milestone(activity=activity)

    without = move(manager, milestone, "drop")
    dropped = move(manager, milestone, "drop", reason="Foreningen lukker.")

    assert without.json()["reasons"][0]["code"] == "reason_missing"
    assert dropped.json()["state"] == "dropped"


def test_observers_and_partners_change_no_milestone(activity):
    milestone = make_milestone(activity=activity)
    partner = make_partner(programme=activity.programme)
    activity.contributors.add(partner)
    people = [
        make_member(activity.programme, Role.OBSERVER),
        make_member(activity.programme, Role.PARTNER, partner=partner),
    ]
    body = {"activity": activity.pk, "title": "Ny"}

    for one in people:
        assert patch(one, milestone, {"weight": 2}).status_code == 403
        assert Caller(one).send("milestones/", body).status_code == 403
        assert move(one, milestone, "drop", reason="–").status_code == 403
