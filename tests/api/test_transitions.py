"""A client sees where an activity can go, moves it on, and is told why not."""

import json

import pytest

from rollout.models import Role
from tests.api.conftest import Caller
from tests.factories import (
    make_activity,
    make_condition,
    make_member,
    make_milestone,
    make_place,
    make_user,
)

pytestmark = pytest.mark.django_db


def an_unready_activity():
    place = make_place(name="Vildtbanegård II", requires_readiness=True)
    activity = make_activity(state="in_clarification", place=place)
    make_condition(activity=activity, title="Stillingen er bevilget", body="Byrådet")
    make_milestone(activity=activity, before_launch=True, title="Lokale er fundet")
    return activity


def test_the_transitions_of_a_state_are_listed_with_every_reason_in_the_way():
    activity = an_unready_activity()
    manager = make_member(activity.programme)

    answer = Caller(manager).ask(f"activities/{activity.pk}/transitions/").json()

    assert (answer["state"], answer["version"]) == ("in_clarification", 2)
    options = {option["name"]: option for option in answer["transitions"]}
    assert list(options) == ["launch", "postpone", "discontinue"]
    launch = options["launch"]
    assert (launch["allowed"], launch["possible"], launch["overridable"]) == (
        True,
        False,
        True,
    )
    assert [reason["code"] for reason in launch["reasons"]] == [
        "readiness_planning",
        "readiness_framework",
        "readiness_parties",
        "condition_blocks",
        "milestone_open",
    ]
    page = f"http://localhost:8000/activities/{activity.pk}/#"
    assert launch["reasons"][3].pop("link").startswith(page)
    assert launch["reasons"][3] == {
        "code": "condition_blocks",
        "text": "“Stillingen er bevilget” has not been decided.",
        "who": "Byrådet",
        "overridable": True,
    }
    assert options["postpone"]["needs_reason"]
    assert options["postpone"]["possible"]


def test_an_observer_sees_what_is_possible_and_that_others_must_do_it():
    activity = make_activity(state="in_clarification")
    observer = make_member(activity.programme, Role.OBSERVER)

    answer = Caller(observer).ask(f"activities/{activity.pk}/transitions/").json()

    assert not any(option["allowed"] for option in answer["transitions"])
    assert not any(option["possible"] for option in answer["transitions"])


def test_a_transition_answers_with_the_fresh_activity_and_its_line_of_history():
    activity = make_activity(state="in_clarification")
    manager = make_member(activity.programme, name="Mette Eksempel")

    answer = Caller(manager).perform(activity, "launch", reason="  Klar til start  ")

    assert answer.status_code == 200
    result = answer.json()
    assert result["activity"]["state"] == "launched"
    assert result["activity"]["launched_on"] == "2026-03-02"
    assert result["activity"]["version"] == activity.version + 1
    assert result["record"] | {"hash": ""} == {
        "sequence": 2,
        "transition": "launch",
        "transition_label": "Launch",
        "source": "in_clarification",
        "source_label": "in clarification",
        "target": "launched",
        "target_label": "launched",
        "by": {"id": manager.pk, "name": "Mette Eksempel"},
        "at": "2026-03-02T12:00:00+01:00",
        "reason": "Klar til start",
        "overridden": [],
        "version": activity.version + 1,
        "hash": "",
    }
    activity.refresh_from_db()
    assert activity.state == "launched"


def test_the_tag_of_one_answer_is_the_condition_of_the_next_request():
    activity = make_activity(state="in_clarification")
    manager = Caller(make_member(activity.programme))
    seen = manager.ask(f"activities/{activity.pk}/transitions/")

    launched = manager.perform(activity, "launch", match=seen["ETag"])
    adjusted = manager.perform(
        activity, "adjust", match=launched["ETag"], reason="Justeres"
    )

    assert (launched.status_code, adjusted.status_code) == (200, 200)


def test_the_tag_of_the_activity_itself_will_do_too():
    activity = make_activity(state="in_clarification")
    manager = Caller(make_member(activity.programme))
    seen = manager.ask(f"activities/{activity.pk}/")

    assert manager.perform(activity, "launch", match=seen["ETag"]).status_code == 200


def test_a_blocked_transition_lists_every_reason_and_changes_nothing():
    activity = an_unready_activity()
    manager = make_member(activity.programme)

    answer = Caller(manager).perform(activity, "launch")

    assert answer.status_code == 409
    problem = answer.json()
    assert problem["code"] == "blocked"
    assert len(problem["reasons"]) == 5
    assert problem["reasons"][4]["text"].startswith("The milestone “Lokale er fundet”")
    activity.refresh_from_db()
    assert activity.state == "in_clarification"
    assert activity.history.count() == 1


def test_a_transition_from_another_state_is_blocked_and_says_so():
    activity = make_activity()
    manager = make_member(activity.programme)

    answer = Caller(manager).perform(activity, "evaluate")

    assert answer.status_code == 409
    assert [reason["code"] for reason in answer.json()["reasons"]] == ["wrong_state"]


def test_a_manager_overrides_with_a_justification_and_the_record_says_what():
    activity = an_unready_activity()
    manager = make_member(activity.programme)

    answer = Caller(manager).perform(
        activity, "launch", override=True, reason="Aftalt på mødet"
    )

    assert answer.status_code == 200
    assert answer.json()["record"]["overridden"] == [
        "readiness_planning",
        "readiness_framework",
        "readiness_parties",
        "condition_blocks",
        "milestone_open",
    ]


def test_an_override_without_justification_is_blocked():
    activity = an_unready_activity()
    manager = make_member(activity.programme)

    answer = Caller(manager).perform(activity, "launch", override=True)

    assert answer.status_code == 409
    assert answer.json()["reasons"][-1]["code"] == "reason_missing"


def test_a_coordinator_may_advance_but_not_override():
    activity = an_unready_activity()
    coordinator = Caller(make_member(activity.programme, Role.COORDINATOR))

    refused = coordinator.perform(
        activity, "launch", override=True, reason="Vi vil gerne i gang"
    )
    done = coordinator.perform(activity, "postpone", reason="Lokalet mangler")

    assert (refused.status_code, done.status_code) == (403, 200)


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.PARTNER])
def test_who_only_takes_part_may_not_advance(role):
    activity = make_activity(state="in_clarification")
    member = make_member(activity.programme, role)
    if role == Role.PARTNER:
        activity.contributors.add(member.memberships.get().partner)

    answer = Caller(member).perform(activity, "launch")

    assert answer.status_code == 403
    assert answer.json()["code"] == "permission_denied"


def test_a_stranger_is_not_told_that_the_activity_exists():
    activity = make_activity(state="in_clarification")
    stranger = Caller(make_member(make_activity().programme))

    assert stranger.perform(activity, "launch").status_code == 404
    assert Caller(make_user()).perform(activity, "launch").status_code == 404


def test_a_role_that_was_taken_away_counts_no_more():
    activity = make_activity(state="in_clarification")
    manager = make_member(activity.programme)
    caller = Caller(manager)
    caller.ask(f"activities/{activity.pk}/transitions/")
    manager.memberships.update(role=Role.OBSERVER)

    assert caller.perform(activity, "launch").status_code == 403


def test_without_if_match_nothing_is_changed():
    activity = make_activity(state="in_clarification")
    manager = Caller(make_member(activity.programme))

    answer = manager.post(
        f"/api/v1/activities/{activity.pk}/transitions/",
        {"transition": "launch"},
        format="json",
    )

    assert answer.status_code == 428
    assert answer.json()["code"] == "precondition_required"
    activity.refresh_from_db()
    assert activity.state == "in_clarification"


@pytest.mark.parametrize(
    "tag", ['"1"', '"99"', 'W/"2"', "2", '"two"', '"2', '"' + "2" * 5000 + '"']
)
def test_a_tag_of_another_version_is_stale_and_names_the_present_one(tag):
    activity = make_activity(state="in_clarification")
    manager = Caller(make_member(activity.programme))
    assert activity.version == 2

    answer = manager.perform(activity, "launch", match=tag)

    assert answer.status_code == 412
    assert answer.json()["code"] == "stale"
    assert answer.json()["current_version"] == 2
    present = manager.get(answer.json()["current"]).json()
    assert (present["id"], present["version"]) == (activity.pk, 2)


@pytest.mark.parametrize("tag", ['"1", "2"', "*", '"2-0123456789abcdef"', ' "2" '])
def test_any_tag_of_the_present_version_will_do(tag):
    activity = make_activity(state="in_clarification")
    manager = Caller(make_member(activity.programme))

    assert manager.perform(activity, "launch", match=tag).status_code == 200


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "transition", "required"),
        ({"transition": "fly"}, "transition", "invalid_choice"),
        ({"transition": ["launch"]}, "transition", "invalid_choice"),
        ({"transition": None}, "transition", "null"),
        ({"transition": "\ud800"}, "transition", "invalid_choice"),
        ({"transition": "launch", "override": "yes"}, "override", "invalid"),
        ({"transition": "launch", "reason": 7}, "reason", "invalid"),
        ({"transition": "launch", "reason": "a\0b"}, "reason", None),
        ({"transition": "launch", "reason": "\udcff"}, "reason", None),
        ({"transition": "launch", "reason": "x" * 4001}, "reason", "max_length"),
        ({"transition": "launch", "at": "2020-01-01"}, "at", "unknown_field"),
        ({"transition": "launch", "state": "launched"}, "state", "unknown_field"),
        ({"transition": "launch", "version": 7}, "version", "unknown_field"),
        ([], "", "invalid"),
        ("launch", "", "invalid"),
    ],
)
def test_a_body_that_is_not_as_described_names_the_field(body, field, code):
    activity = make_activity(state="in_clarification")
    manager = Caller(make_member(activity.programme))

    answer = manager.post(
        f"/api/v1/activities/{activity.pk}/transitions/",
        json.dumps(body),
        content_type="application/json",
        headers={"If-Match": '"2"'},
    )

    assert answer.status_code == 400
    error = answer.json()["errors"][0]
    assert error["field"] == field
    assert code is None or error["code"] == code
    activity.refresh_from_db()
    assert activity.state == "in_clarification"


def test_the_history_tells_everything_oldest_first():
    activity = make_activity(state="in_clarification")
    manager = Caller(make_member(activity.programme))
    manager.perform(activity, "launch")

    history = manager.ask(f"activities/{activity.pk}/history/").json()

    lines = history["results"]
    assert [line["transition"] for line in lines] == ["adopt", "launch"]
    assert lines[0]["by"] is None
    assert lines[0]["transition_label"] == "adopt"
    assert [line["sequence"] for line in lines] == [1, 2]


def test_a_long_history_comes_in_pages():
    activity = make_activity(state="in_clarification")
    manager = Caller(make_member(activity.programme))
    manager.perform(activity, "launch")

    first = manager.ask(f"activities/{activity.pk}/history/?page_size=1").json()
    second = manager.get(first["next"]).json()

    assert [line["sequence"] for line in first["results"]] == [1]
    assert [line["sequence"] for line in second["results"]] == [2]
    assert second["next"] is None
