"""A client asks first what a transition would do, and performs many at once."""

from __future__ import annotations

import pytest

from notifications.models import Message
from rollout.models import Activity, Role
from tests.api.conftest import Caller
from tests.factories import (
    make_activity,
    make_indicator,
    make_member,
    make_objective,
    make_partner,
    make_programme,
    make_round,
    make_template,
)

pytestmark = pytest.mark.django_db

LAUNCH = {"activity": 1, "version": 1, "transition": "launch"}


def dry_run(user, activity, transition):
    path = f"activities/{activity.pk}/transitions/?dry_run=true"
    return Caller(user).send(path, {"transition": transition}, match=activity)


def test_a_dry_run_tells_which_milestones_are_made_and_makes_none(settings):
    settings.FORETELLER = ""
    manager = make_member(make_programme())
    activity = make_activity(
        programme=manager.memberships.get().programme,
        planned_launch_on="2026-08-10",
        responsible=manager,
    )
    make_template(programme=activity.programme, title="Lokale er fundet")

    answer = dry_run(manager, activity, "clarify")

    told = answer.json()
    assert answer.status_code == 200, told
    assert (told["state"], told["state_label"]) == (
        *("in_clarification", "in clarification"),
    )
    assert told["milestones"] == [
        {
            "id": None,
            "title": "Lokale er fundet",
            "due_on": "2026-07-27",
            "effect": "made",
        }
    ]
    assert told["mails"] == {"told": [], "reminders": []}
    activity.refresh_from_db()
    assert activity.state == "planned"
    assert not activity.milestones.exists()


def test_a_dry_run_tells_who_gets_mail_and_is_asked_for_numbers():
    activity = make_activity(state="in_clarification")
    programme = activity.programme
    make_round(state="agreed", programme=programme)
    objective = make_objective(focus_area=activity.initiative.focus_area)
    partner = make_partner(programme=programme)
    activity.contributors.add(partner)
    person = make_member(programme, Role.PARTNER, partner=partner)
    make_indicator(objective=objective, delivered_by=partner, name="Fritidsjob")

    told = dry_run(make_member(programme), activity, "launch").json()

    (asked,) = told["data_requests"]
    assert (asked["question"], asked["partner"]["id"]) == ("Fritidsjob", partner.pk)
    assert [one["id"] for one in told["mails"]["told"]] == [person.pk]
    assert {one["title"] for one in told["mails"]["reminders"]} == {"Fritidsjob"}
    assert {one["before"] for one in told["mails"]["reminders"]} == {None}
    assert not Message.objects.exists()
    assert states() == ["in_clarification"]


def test_a_dry_run_is_refused_as_the_transition_would_be():
    activity = make_activity()
    path = f"activities/{activity.pk}/transitions/?dry_run=true"
    clarify = {"transition": "clarify"}
    manager = Caller(make_member(activity.programme))
    observer = Caller(make_member(activity.programme, Role.OBSERVER))

    answers = [
        manager.send(path, clarify, match=activity),
        manager.send(path, clarify),
        manager.send(path, clarify, match=7),
        observer.send(path, clarify, match=activity),
        manager.send(path.replace("true", "yes"), clarify, match=activity),
    ]

    assert [one.status_code for one in answers] == [409, 428, 412, 403, 400]
    assert answers[0].json()["reasons"][0]["code"] == "responsible_missing"


def items(*activities, **more):
    return {
        "items": [
            {"activity": one.pk, "version": one.version, "transition": "postpone"}
            | {"reason": "Vi venter."}
            | more
            for one in activities
        ]
    }


@pytest.fixture
def programme():
    return make_programme()


@pytest.fixture
def three(programme):
    return [
        make_activity(programme=programme, state=state)
        for state in ("in_clarification", "in_clarification", "planned")
    ]


def states():
    return list(Activity.objects.order_by("pk").values_list("state", flat=True))


def test_many_transitions_are_performed_together(programme, three):
    manager = Caller(make_member(programme))

    answer = manager.send("transitions/bulk/", items(three[1], three[0]))

    results = answer.json()["results"]
    assert answer.status_code == 200, results
    assert [one["activity"] for one in results] == [three[1].pk, three[0].pk]
    assert {one["status"] for one in results} == {200}
    assert results[0]["result"]["activity"]["state"] == "planned"
    assert results[0]["result"]["record"]["reason"] == "Vi venter."
    assert states() == ["planned"] * 3


def test_where_one_is_refused_none_is_performed(programme, three):
    manager = Caller(make_member(programme))

    answer = manager.send("transitions/bulk/", items(*three))

    told = answer.json()
    assert (answer.status_code, told["code"]) == (409, "refused")
    (refused,) = told["results"]
    assert refused["activity"] == three[2].pk
    assert refused["problem"]["reasons"][0]["code"] == "wrong_state"
    assert states() == ["in_clarification", "in_clarification", "planned"]


def test_partly_each_has_the_answer_that_it_would_have_had_alone(programme, three):
    stranger = make_activity(state="in_clarification")
    manager = Caller(make_member(programme))
    body = items(*three, stranger)
    body["items"][1]["version"] = 1

    answer = manager.send("transitions/bulk/?partial=true", body)

    results = answer.json()["results"]
    assert answer.status_code == 200
    assert [one["status"] for one in results] == [200, 412, 409, 404]
    assert results[1]["problem"]["current_version"] == three[1].version
    assert results[3]["problem"]["code"] == "not_found"
    assert states() == ["planned", "in_clarification", "planned", "in_clarification"]


def test_who_may_not_gets_403_for_all_of_them(programme, three):
    observer = Caller(make_member(programme, Role.OBSERVER))

    answer = observer.send("transitions/bulk/", items(*three[:2]))

    assert answer.status_code == 403
    assert len(answer.json()["results"]) == 2


@pytest.mark.parametrize(
    "body",
    [
        {"items": []},
        {"items": [{"activity": 1, "transition": "launch"}]},
        {"items": [LAUNCH] * 2},
        {
            "items": [
                {"activity": n, "version": 1, "transition": "launch"}
                for n in range(1, 102)
            ]
        },
    ],
)
def test_none_too_many_and_two_of_one_are_not_valid(body, programme):
    manager = Caller(make_member(programme))

    assert manager.send("transitions/bulk/", body).status_code == 400


def test_many_transitions_cost_no_queries_for_each_answer(
    programme, django_assert_max_num_queries
):
    many = [
        make_activity(programme=programme, state="in_clarification") for _ in "12345"
    ]
    manager = Caller(make_member(programme))

    with django_assert_max_num_queries(175):
        answer = manager.send("transitions/bulk/", items(*many))

    assert answer.status_code == 200


def test_sent_twice_with_one_key_they_are_performed_once(programme, three):
    manager = Caller(make_member(programme))
    body, key = items(*three[:2]), {"Idempotency-Key": "nightly-1"}

    first = manager.send("transitions/bulk/", body, **key)
    second = manager.send("transitions/bulk/", body, **key)

    assert (first.status_code, second.status_code) == (200, 200)
    assert second.content == first.content
    assert second["Idempotent-Replayed"] == "true"
