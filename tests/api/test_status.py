"""The status counts what stands where and says what is late, blocked and coming."""

from datetime import date

import pytest
from django.utils.dateparse import parse_datetime

from rollout.models import Activity, Change, Place, Role
from tests.api.conftest import Caller
from tests.factories import (
    make_activity,
    make_condition,
    make_focus_area,
    make_initiative,
    make_member,
    make_milestone,
    make_partner,
    make_phase,
    make_place,
    make_programme,
)

pytestmark = pytest.mark.django_db


def a_programme_under_way():
    programme = make_programme(code="ishoj", name="Ishøj")
    area = make_focus_area(programme=programme, code="job", name="Beskæftigelse")
    initiative = make_initiative(focus_area=area, code="fritid", nature="new")
    park = make_place(programme=programme, code="park", position=1)
    court = make_place(
        programme=programme, code="court", position=2, requires_readiness=True
    )
    running = make_activity(initiative=initiative, place=park, state="launched")
    waiting = make_activity(
        initiative=initiative, place=court, state="in_clarification"
    )
    make_milestone(activity=running, title="For sent", due_on=date(2026, 2, 27))
    make_milestone(activity=running, title="Snart", due_on=date(2026, 3, 9))
    make_condition(
        activity=waiting, title="Bevilling", body="Byrådet", expected_on="2026-10-01"
    )
    return programme


def status(user, query=""):
    answer = Caller(user).ask(f"status/{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_the_counts_are_given_for_the_whole_each_place_and_each_focus_area():
    programme = a_programme_under_way()

    answer = status(make_member(programme), "?programme=ishoj")

    assert answer["programme"]["code"] == "ishoj"
    assert answer["on"] == "2026-03-02"
    assert answer["is_partial"] is False
    assert answer["initiatives"] == 1
    assert answer["counts"] == {
        "total": 2,
        "by_state": {
            "planned": 0,
            "in_clarification": 1,
            "launched": 1,
            "evaluated": 0,
            "discontinued": 0,
        },
        "proposals": 0,
        "missing_responsible": 2,
    }
    launched = {
        one["place"]["code"]: one["counts"]["by_state"]["launched"]
        for one in answer["places"]
    }
    assert launched == {"park": 1, "court": 0}
    assert [one["counts"]["total"] for one in answer["focus_areas"]] == [2]


def test_every_state_has_a_code_and_a_label():
    answer = status(make_member(a_programme_under_way()))

    assert {one["code"]: one["label"] for one in answer["states"]} == {
        "planned": "planned",
        "in_clarification": "in clarification",
        "launched": "launched",
        "evaluated": "evaluated",
        "discontinued": "discontinued",
    }


def test_the_matrix_has_a_row_for_each_initiative_and_a_cell_for_each_activity():
    answer = status(make_member(a_programme_under_way()))

    (row,) = answer["matrix"]
    assert (row["initiative"]["code"], row["nature"]) == ("fritid", "new")
    running, waiting = row["cells"]
    assert (running["place"]["code"], running["state"]) == ("park", "launched")
    assert running["overdue_milestones"] == 1
    assert running["next_step"] is None
    assert waiting["next_step"] == "launch"
    assert waiting["is_blocked"]
    assert waiting["is_missing_responsible"]
    assert waiting["ready_aspects"] == []
    assert waiting["missing"] == [
        "readiness_planning",
        "readiness_framework",
        "readiness_parties",
        "condition_blocks",
    ]


def test_what_is_blocked_comes_with_every_reason():
    answer = status(make_member(a_programme_under_way()))

    (blocked,) = answer["blocked"]
    assert blocked["next_step"] == "launch"
    assert blocked["activity"]["place"]["code"] == "court"
    last = blocked["reasons"][-1]
    assert (last["code"], last["who"]) == ("condition_blocks", "Byrådet")
    assert last["link"].startswith("http://localhost:8000/activities/")


def test_what_is_late_and_what_is_coming_are_told_apart():
    answer = status(make_member(a_programme_under_way()))

    late = [(one["title"], one["days_left"]) for one in answer["overdue"]]
    coming = [(one["title"], one["days_left"]) for one in answer["upcoming"]]
    assert late == [("For sent", -3)]
    assert coming == [("Snart", 7)]
    assert answer["upcoming_days"] == 30
    assert answer["overdue"][0]["kind"] == "milestone"
    assert answer["overdue"][0]["activity"]["initiative"]["code"] == "fritid"


def test_decisions_that_are_awaited_are_listed():
    answer = status(make_member(a_programme_under_way()))

    (decision,) = answer["decisions"]
    assert (decision["title"], decision["body"]) == ("Bevilling", "Byrådet")
    assert (decision["expected_on"], decision["effect"]) == (
        "2026-10-01",
        "blocks_launch",
    )


def test_who_takes_part_in_one_programme_need_not_name_it():
    programme = make_programme(code="mine")
    make_programme(code="other")

    assert status(make_member(programme))["programme"]["code"] == "mine"


def test_who_takes_part_in_several_must_say_which():
    manager = make_member(make_programme(code="one"))
    manager.memberships.create(programme=make_programme(code="two"), role="observer")

    answer = Caller(manager).ask("status/")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "programme"
    assert status(manager, "?programme=two")["programme"]["code"] == "two"


def test_a_partner_sees_its_own_part_and_is_told_that_it_is_a_part():
    programme = a_programme_under_way()
    member = make_member(programme, Role.PARTNER)
    running = Activity.objects.get(state="launched")
    running.contributors.add(member.memberships.get().partner)

    answer = status(member)

    assert answer["is_partial"] is True
    assert answer["counts"]["total"] == 1
    assert [cell["activity"] for cell in answer["matrix"][0]["cells"]] == [running.pk]
    assert answer["blocked"] == []


def test_the_status_is_told_in_danish_unless_asked_otherwise():
    manager = make_member(a_programme_under_way())

    answer = Caller(manager).ask("status/", headers={"Accept-Language": ""})

    assert answer["Content-Language"] == "da"


def test_the_status_can_be_narrowed_to_a_part_of_the_programme():
    programme = a_programme_under_way()
    running, waiting = Activity.objects.order_by("place__position")
    group = make_place(programme=programme, code="group", kind="group")
    Place.objects.filter(code="court").update(parent=group)
    school = make_partner(programme=programme, code="school")
    waiting.contributors.add(school)
    phase = make_phase(programme=programme, code="first")
    Activity.objects.filter(pk=running.pk).update(phase=phase)
    make_focus_area(programme=programme, code="empty")
    manager = make_member(programme)
    expected = {
        "place=park": [running],
        "place=court": [waiting],
        "place=group": [waiting],
        "focus_area=job": [running, waiting],
        "focus_area=empty": [],
        "phase=first": [running],
        "partner=school": [waiting],
        "partner=school&place=park": [],
    }

    shown = {query: status(manager, f"?{query}") for query in expected}

    for query, activities in expected.items():
        keys = {one.pk for one in activities}
        rows = shown[query]["matrix"]
        cells = {cell["activity"] for row in rows for cell in row["cells"]}
        assert cells == keys, query
        assert shown[query]["counts"]["total"] == len(keys)
        late = {one["activity"]["id"] for one in shown[query]["overdue"]}
        assert late == keys & {running.pk}
        awaited = {one["activity"]["id"] for one in shown[query]["decisions"]}
        assert awaited == keys & {waiting.pk}


@pytest.mark.parametrize("part", ["place", "focus_area", "phase", "partner"])
@pytest.mark.parametrize("code", ["nothing", "%00", "other"])
def test_a_part_that_the_programme_does_not_have_is_400(part, code):
    other = make_programme()
    make_place(programme=other, code="other")
    make_focus_area(programme=other, code="other")
    make_phase(programme=other, code="other")
    make_partner(programme=other, code="other")
    manager = make_member(a_programme_under_way())
    manager.memberships.create(programme=other, role="manager")

    answer = Caller(manager).ask(f"status/?programme=ishoj&{part}={code}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == part


def test_readiness_is_counted_where_it_is_asked_for():
    programme = a_programme_under_way()
    waiting = Activity.objects.get(place__code="court")
    waiting.readiness.filter(aspect="planning").update(is_met=True, on="2026-02-01")

    answer = status(make_member(programme))

    assert answer["readiness"] == {
        "required": 1,
        "complete": 0,
        "by_aspect": {"planning": 1, "framework": 0, "parties": 0},
    }


def test_the_answer_says_how_old_it_is():
    programme = a_programme_under_way()
    activity = Activity.objects.get(place__code="park")
    since = Change.objects.filter(kind="programme").get().at

    answer = status(make_member(programme))

    ages = [cell["changed_at"] for row in answer["matrix"] for cell in row["cells"]]
    newest = Change.objects.filter(activity=activity).last()
    assert parse_datetime(answer["freshness"]["recorded_since"]) == since
    assert parse_datetime(answer["freshness"]["changed_at"]) == newest.at
    assert answer["freshness"]["changed_at"] == max(ages)
