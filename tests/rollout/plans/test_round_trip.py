"""Export, apply to an empty database, export again: the same bytes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rollout.models import Milestone, Programme, User
from tests.factories import NOON, make_milestone
from tests.rollout.plans.plan_texts import (
    EXAMPLES,
    ISHOJ,
    PEOPLE,
    SMALL,
    applied,
    compared,
    exported,
)
from workflows.engine import perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def forget(db: None) -> Callable[[], None]:
    """Return what undoes everything since the test began."""
    point = transaction.savepoint()

    def undo() -> None:
        nonlocal point
        transaction.savepoint_rollback(point)
        point = transaction.savepoint()
        assert not Programme.objects.exists()

    return undo


def round_trip(
    code: str, forget: Callable[[], None], *, with_people: bool = False
) -> tuple[str, str]:
    """Export, forget everything, apply the export and export again."""
    first = exported(code, with_people=with_people)
    forget()
    applied(first)
    return first, exported(code, with_people=with_people)


def test_the_real_plan_makes_the_round_trip(forget):
    applied(ISHOJ)

    first, second = round_trip("ishoj-2025-2029", forget)

    assert first == second


def test_the_export_of_the_real_plan_says_the_same_as_the_plan(forget):
    applied(ISHOJ)
    first = exported("ishoj-2025-2029")

    assert compared(first).is_empty
    assert compared(first).unmentioned == []
    forget()
    applied(first)
    diff = compared(ISHOJ.read_text(encoding="utf-8"))
    assert diff.is_empty
    assert diff.unmentioned == []
    assert diff.kept == []


def test_a_programme_with_people_makes_the_round_trip(forget):
    applied(SMALL + PEOPLE)

    first, second = round_trip("greenfield", forget, with_people=True)

    assert first == second
    assert "lead@example.org" in first


def test_people_stay_at_home_unless_asked_for(forget):
    applied(SMALL.replace("proposal: true", "responsible: jobs@example.org") + PEOPLE)

    first, second = round_trip("greenfield", forget)

    assert first == second
    assert "example.org" not in first
    assert not User.objects.exists()


def test_what_people_did_makes_the_round_trip(forget):
    applied(SMALL + PEOPLE)
    manager = User.objects.get(email="lead@example.org")
    milestone = Milestone.objects.get()
    activity = milestone.activity
    make_milestone(activity=activity, title="Shops are found", note="Igen\n\nog igen")
    make_milestone(activity=activity, title="a #2", due_on=None)
    make_milestone(activity=activity, title="first-job/north: odd")
    late = make_milestone(activity=activity, title="  Tabs\tand “quotes” #1: 'x' ")
    late.predecessors.set(Milestone.objects.exclude(pk=late.pk))
    perform(milestone, "finish", by=manager, at=NOON)
    perform(activity, "adjust", by=manager, at=NOON, reason="New shops")

    first, second = round_trip("greenfield", forget)

    assert first == second
    assert "state: done" in first
    assert "state: in_clarification" in first
    assert "number: 2" in first


def test_the_command_writes_a_file(tmp_path: Path):
    applied(ISHOJ)
    applied(EXAMPLES)
    file = tmp_path / "plan.yaml"

    call_command("plan", "export", "ishoj-2025-2029", output=str(file))

    assert file.read_bytes() == exported("ishoj-2025-2029").encode()
    assert b"example" not in file.read_bytes()


DAYS = st.dates(date(2026, 1, 1), date(2030, 12, 31)).map(date.isoformat)
TEXTS = st.text(max_size=60)
WORDS = st.one_of(
    TEXTS,
    st.sampled_from(["null", "yes", "2026-01-01", "- a", "a: b", "#", "'", "0x1"]),
)
NUMBERS = st.decimals(-99999, 99999, places=3).map(str)


def optional(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


def visible(text: str) -> bool:
    return any(character.isalnum() for character in text)


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    """A plan of some partners, places, initiatives, activities and milestones."""
    names = WORDS.filter(visible)
    partners = [f"p{n}" for n in range(draw(st.integers(1, 3)))]
    places = [f"s{n}" for n in range(draw(st.integers(1, 3)))]
    some_partners = st.lists(st.sampled_from(partners), unique=True)
    initiatives = []
    activities = []
    for number in range(draw(st.integers(0, 3))):
        code = f"i{number}"
        rows = []
        for place in draw(st.lists(st.sampled_from(places), unique=True)):
            state = draw(
                st.sampled_from(
                    ["planned", "in_clarification", "launched", "discontinued"]
                )
            )
            row: dict[str, Any] = {"place": place, "state": state}
            row["contributors"] = draw(some_partners)
            row |= draw(
                optional(note=TEXTS, weight=st.integers(1, 3), planned_launch_on=DAYS)
            )
            if state == "launched":
                row["launched_on"] = draw(DAYS)
            if state == "planned":
                row["proposal"] = draw(st.booleans())
            rows.append(row)
            activities.append(f"{code}/{place}")
        initiatives.append(
            {"code": code, "name": draw(names), "activities": rows}
            | draw(optional(description=TEXTS, source=TEXTS, partners=some_partners))
            | ({"parent": "i0"} if number and draw(st.booleans()) else {})
        )
    return {
        "programme": {
            "code": "random",
            "name": draw(names),
            "municipality": draw(names),
            "starts_on": "2026-01-01",
            "ends_on": "2030-12-31",
        }
        | draw(
            optional(
                description=TEXTS,
                source=TEXTS,
                may_1_off=st.booleans(),
                june_5_off=st.booleans(),
            )
        ),
        "partners": [
            {"code": code, "name": draw(names), "kind": "school"} for code in partners
        ],
        "places": [
            {"code": code, "name": draw(names), "kind": "estate"} for code in places
        ],
        "focus_areas": [
            {
                "code": "f",
                "name": draw(names),
                "objectives": [
                    {
                        "code": "o",
                        "text": draw(names),
                        "direction": "keep_below",
                        "threshold": draw(NUMBERS),
                    }
                ],
                "initiatives": initiatives,
            }
        ],
        "milestones": [
            {"activity": activity, "title": title, "due": due}
            for activity in activities
            for title, due in draw(
                st.dictionaries(st.sampled_from("abc"), DAYS)
            ).items()
        ],
    }


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(plan=plans())
def test_any_plan_makes_the_round_trip(
    forget: Callable[[], None], plan: dict[str, Any]
):
    forget()
    text = json.dumps(washed(plan), ensure_ascii=False)
    applied(text)
    assert compared(text).is_empty

    first, second = round_trip("random", forget)

    assert first == second
    assert compared(first).is_empty


def washed(value: Any) -> Any:
    """Return the plan with only such texts as a file may hold."""
    if isinstance(value, dict):
        return {key: washed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [washed(inner) for inner in value]
    if isinstance(value, str):
        return " ".join("".join(c for c in value if c.isprintable()).split())
    return value
