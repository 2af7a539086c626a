"""Lists are narrowed, ordered, searched, thinned out and expanded as they say."""

from __future__ import annotations

from datetime import date

import pytest

from rollout.api.urls import router
from rollout.models import Activity, Milestone
from tests.api.conftest import Caller
from tests.api.everything import key_of, make_everything
from tests.factories import (
    make_activity,
    make_focus_area,
    make_initiative,
    make_measurement,
    make_member,
    make_milestone,
    make_objective,
    make_place,
    make_programme,
    make_request,
)

pytestmark = pytest.mark.django_db

#: Tokens are everybody's own, and tested by themselves.
LISTS = {prefix: view for prefix, view, _name in router.registry if prefix != "tokens"}


@pytest.fixture
def world(everything):
    return everything


@pytest.fixture
def caller(world):
    return Caller(make_member(world["programmes"]))


def results(answer):
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def keys(answer):
    return [one.get("id", one.get("key")) for one in results(answer)]


@pytest.mark.parametrize("name", LISTS)
def test_every_list_holds_what_its_member_shows(name, world, caller):
    key = key_of(world[name])

    rows = {
        one.get("id", one.get("key")): one for one in results(caller.ask(f"{name}/"))
    }

    assert rows[key] == caller.ask(f"{name}/{key}/").json()


@pytest.mark.parametrize("name", sorted(LISTS.keys() - {"programmes"}))
def test_every_list_is_narrowed_by_programme(name, world, caller):
    code = world["programmes"].code

    here = keys(caller.ask(f"{name}/?programme={code}"))

    assert key_of(world[name]) in here
    assert keys(caller.ask(f"{name}/?programme=another")) == []


def own_filters(world):
    activity, request = world["activities"], world["data-requests"]
    place, partner = activity.place.code, world["partners"].code
    phase = world["phases"].code
    return {
        "activities": [f"partner={partner}", "has_responsible=true", f"phase={phase}"],
        "milestones": ["due_from=2026-04-15&due_until=2026-04-15", f"place={place}"],
        "readiness": ["aspect=planning&is_met=false", f"activity={activity.pk}"],
        "conditions": ["outcome=awaiting&effect=blocks_launch&kind=budget_decision"],
        "evaluations": ["conclusion=continues&is_approved=true"],
        "deadlines": ["kind=milestone&due_until=2026-04-15&is_held=false"],
        "history": ["kind=activity&since=2026-03-02&until=2026-03-02"],
        "objectives": ["direction=increase"],
        "indicators": [f"delivered_by={partner}&rhythm=irregular&is_proposal=false"],
        "measurements": [f"place={place}&status=draft&period_until=2026-06-30"],
        "data-requests": [
            f"partner={partner}&status=draft&is_answered=true",
            f"round={request.round_id}&indicator={request.indicator.code}",
        ],
        "monitoring-rounds": ["kind=monitoring&state=agreed&due_from=2026-08-14"],
        "places": [f"parent={activity.place.parent.code}&kind=housing_area"],
        "partners": ["kind=department"],
        "phases": ["runs_from=2026-01-01&runs_until=2026-12-31"],
        "initiatives": [f"parent={activity.initiative.parent.code}&nature=not_stated"],
        "targets": [f"place={place}&period_until=2026-12-31"],
        "attendance": [f"activity={activity.pk}&held_from=2026-02-26"],
        "contributions": [f"partner={partner}&kind=hours&ends_from=2026-12-31"],
        "grants": ["ends_from=2026-12-31&ends_until=2026-12-31"],
        "users": ["role=manager"],
        "focus-areas": [],
        "programmes": [],
    }


@pytest.mark.parametrize("name", LISTS)
def test_each_filter_keeps_what_fits_and_nothing_else(name, world, caller):
    expected = key_of(world[name])
    opposites = {"true": "false", "false": "true"}

    for query in own_filters(world)[name]:
        assert expected in keys(caller.ask(f"{name}/?{query}")), query
        for part in query.split("&"):
            parameter, value = part.split("=")
            other = opposites.get(value)
            if other:
                found = keys(caller.ask(f"{name}/?{parameter}={other}"))
                assert expected not in found, part


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("milestones", "due_from=2026-04-16"),
        ("milestones", "due_until=2026-04-14"),
        ("deadlines", "due_from=2026-04-16"),
        ("history", "since=2026-03-03"),
        ("history", "until=2026-03-01"),
        ("measurements", "period_from=2026-07-01"),
        ("phases", "runs_from=2025-12-31"),
        ("phases", "runs_until=2027-01-01"),
        ("grants", "ends_until=2026-12-30"),
        ("data-requests", "status=approved"),
        ("users", "role=partner"),
        ("activities", "partner=another"),
        ("activities", "phase=another"),
    ],
)
def test_a_filter_leaves_out_what_lies_beyond_it(name, query, world, caller):
    assert key_of(world[name]) not in keys(caller.ask(f"{name}/?{query}"))


@pytest.mark.parametrize("name", LISTS)
def test_each_order_leads_through_all_pages_forth_and_back(name, world, caller):
    for _ in range(2):
        make_everything(world["programmes"])
    everything = set(keys(caller.ask(f"{name}/")))

    for ordering in LISTS[name].orderings:
        for sign in ("", "-"):
            pages = [caller.ask(f"{name}/?page_size=2&ordering={sign}{ordering}")]
            while address := pages[-1].json()["next"]:
                pages.append(caller.get(address))
            seen = [key for page in pages for key in keys(page)]
            back = [pages[-1]]
            while address := back[-1].json()["previous"]:
                back.append(caller.get(address))
            assert len(seen) == len(set(seen))
            assert set(seen) == everything
            assert [keys(page) for page in back] == [keys(p) for p in reversed(pages)]


def test_what_has_no_date_comes_last_or_with_a_minus_first(caller, world):
    Milestone.objects.all().delete()
    activity = world["activities"]
    late, early, undated = (
        make_milestone(activity=activity, due_on=due_on).pk
        for due_on in (date(2026, 9, 1), date(2026, 5, 1), None)
    )

    rising = keys(caller.ask("milestones/?ordering=due_on"))
    falling = keys(caller.ask("milestones/?ordering=-due_on"))

    assert rising == [early, late, undated]
    assert falling == [undated, late, early]


def test_a_cursor_fits_only_the_order_that_it_was_made_for(caller, world):
    make_activity(programme=world["programmes"])
    following = caller.ask("activities/?page_size=1&ordering=launched_on").json()[
        "next"
    ]

    answer = caller.get(following.replace("ordering=launched_on", "ordering=id"))

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "invalid_cursor"


@pytest.mark.parametrize("ordering", ["note", "--id", "", "programme__name", "%00"])
def test_an_order_that_is_not_offered_is_400(ordering, caller):
    answer = caller.ask(f"activities/?ordering={ordering}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "ordering"


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("fritidsjob", True),  # a part of a word
        ("fritidsjobforløbene", True),  # another form of the word
        ("Vejleåparken Fritidsjobforløb", True),
        ('"Fritidsjobforløb Vejleåparken"', True),
        ('"Vejleåparken Fritidsjobforløb"', False),
        ("fritidsjob -Vejleåparken", False),
        ("cykelværksted", False),
        ("%", False),
        ("' OR 1=1 --", False),
        ("((", False),
    ],
)
def test_words_are_found_in_any_of_their_forms(text, is_found, caller, world):
    found = keys(caller.get("/api/v1/activities/", {"search": text}))

    assert (world["activities"].pk in found) is is_found


@pytest.mark.parametrize("text", ["x" * 201, "\0"])
def test_a_search_that_makes_no_sense_is_400(text, caller):
    answer = caller.get("/api/v1/activities/", {"search": text})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "search"


def test_only_the_fields_asked_for_are_shown_and_the_key(caller, world):
    key = world["activities"].pk

    (row,) = [
        one
        for one in results(caller.ask("activities/?fields=state,place"))
        if one["id"] == key
    ]
    member = caller.ask(f"activities/{key}/?fields=state,place").json()

    assert row == member
    assert list(row) == ["id", "state", "place"]


@pytest.mark.parametrize("name", LISTS)
def test_what_hangs_on_a_row_is_shown_when_asked_for(name, world, caller):
    view = LISTS[name]
    expandable = sorted(view.serializer_class.expandable)
    if not expandable:
        answer = caller.ask(f"{name}/?expand=milestones")
        assert answer.json()["errors"][0]["code"] == "unknown_parameter"
        return
    key = key_of(world[name])

    plain = caller.ask(f"{name}/{key}/").json()
    more = caller.ask(f"{name}/{key}/?expand={','.join(expandable)}").json()

    assert not set(expandable) & set(plain)
    assert {one: value for one, value in more.items() if one in plain} == plain
    assert all(more[one] for one in expandable)


@pytest.mark.parametrize(
    "query", ["fields=nothing", "expand=place", "fields=id,,state", "expand=%00"]
)
def test_a_field_that_there_is_not_is_400_and_says_which_there_are(query, caller):
    answer = caller.ask(f"activities/?{query}")

    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["field"] == query.partition("=")[0]
    assert error["code"] == "unknown_name"


def test_history_tells_of_everything_that_moves(caller, world):
    kinds = {one["kind"] for one in results(caller.ask("history/"))}
    record = caller.ask(f"history/{world['history']}/").json()

    assert kinds == {"activity", "monitoring_round"}
    assert record["target_label"] == "in clarification"
    assert record["activity"]["id"] == record["object_id"] == world["activities"].pk
    assert record["hash"] == world["activities"].history.get().hash


def test_deadlines_count_the_days(caller, world):
    shown = caller.ask(f"deadlines/{world['deadlines']}/").json()

    assert (shown["due_on"], shown["days_left"]) == ("2026-04-15", 44)
    assert shown["responsible"]["id"] == world["users"].pk


@pytest.mark.parametrize(
    "key",
    ["milestone:", "milestone:x", "12", "milestone:99999999999999999999", "%00:1"],
)
def test_what_is_no_key_of_a_deadline_is_404(key, caller):
    assert caller.ask(f"deadlines/{key}/").status_code == 404


def test_a_place_a_plan_and_a_person_may_share_nothing(world):
    other = make_programme()
    area = make_focus_area(programme=other)
    make_objective(focus_area=area)
    make_initiative(focus_area=area)
    make_place(programme=other)
    caller = Caller(make_member(other))

    assert keys(caller.ask("activities/")) == []
    assert keys(caller.ask("history/")) == []
    assert len(keys(caller.ask("users/"))) == 1


def test_a_request_tells_where_its_answer_stands(caller, world):
    unanswered = make_request(
        indicator=world["indicators"], round=world["data-requests"].round, place=None
    )
    answered = world["data-requests"]
    make_measurement(indicator=world["indicators"], place=None, band="13-17")

    status = {one["id"]: one["status"] for one in results(caller.ask("data-requests/"))}

    assert status == {unanswered.pk: None, answered.pk: "draft"}
    assert Activity.objects.count() == 2
