"""Holds the facts of the municipality's memo against the plan: names and counts."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from rollout.models import (
    Activity,
    ActivityTransition,
    Condition,
    FocusArea,
    Indicator,
    Initiative,
    Milestone,
    Objective,
    Partner,
    Place,
    Programme,
    User,
)
from tests.rollout.plans.plan_texts import ISHOJ, applied

DEPARTMENTS = {
    "Beskæftigelse": {"cbe", "cbf", "cdu", "ckf"},
    "Uddannelse og livschancer": {"cbe", "cbf", "cdu", "ckf"},
    "Kriminalitetsforebyggelse": {"cbf", "cdu", "ckf"},
    "Sammenhængskraft og medborgerskab": {"cbe", "cbf", "cvv"},
}

DIRECTIONS = {
    "B1": "increase",
    "B2": "increase",
    "B3": "increase",
    "B4": "increase",
    "U1": "increase",
    "U2": "decrease",
    "U3": "increase",
    "K1": "decrease",
    "K2": "decrease",
    "K3": "decrease",
    "S1": "increase",
    "S2": "increase",
    "S3": "increase",
    "S4": "keep_below",
}

#: Initiative, its area and its nature, in the memo's order.
INITIATIVES = [
    ("Fritidsjobforløb", "Beskæftigelse", "revised"),
    (
        "Tættere på fritidsjob – fritidsjobworkshop i udskolingsklasser",
        "Beskæftigelse",
        "new",
    ),
    ("Social- og økonomisk rådgivning", "Beskæftigelse", "not_stated"),
    ("Fremskudt uddannelsesvejledning", "Uddannelse og livschancer", "continued"),
    (
        "Styrket erhvervspraktik på 8. årgang på Strandgårdskolen",
        "Uddannelse og livschancer",
        "new",
    ),
    ("Netværk for fælles forebyggelse", "Kriminalitetsforebyggelse", "continued"),
    ("Brobygning til fritidslivet", "Kriminalitetsforebyggelse", "revised"),
    ("Playbox", "Kriminalitetsforebyggelse", "under_clarification"),
    ("Playmakers", "Kriminalitetsforebyggelse", "under_clarification"),
    ("CykelVærestedet", "Kriminalitetsforebyggelse", "continued"),
    ("Sundhedstjek", "Sammenhængskraft og medborgerskab", "recently_continued"),
    ("Beboerrådgivning", "Sammenhængskraft og medborgerskab", "continued"),
]

PARTNERS = {
    "Center for Beskæftigelse og Erhverv": "department",
    "Center for Børn og Forebyggelse": "department",
    "Center for Dagtilbud og Uddannelse": "department",
    "Center for Kultur og Fritid": "department",
    "Center for Voksne og Velfærd": "department",
    "Strandgårdskolen": "school",
    "Gildbroskolen": "school",
    "Vejlebroskolen": "school",
    "Politiet": "police",
    "Landsbyggefonden": "lbf",
    "Boligafdelingerne": "housing_association",
}


@pytest.fixture(autouse=True, scope="module")
def ishoj(django_db_setup, django_db_blocker):
    """Apply the plan once for all these tests, which only read."""
    with django_db_blocker.unblock(), transaction.atomic():
        applied(ISHOJ)
        yield
        transaction.set_rollback(True)


def test_the_programme_was_decided_in_may_and_takes_effect_in_november():
    programme = Programme.objects.get()

    assert programme.municipality == "Ishøj Kommune"
    assert programme.decided_on == date(2025, 5, 27)
    assert programme.starts_on == date(2025, 11, 1)


def test_the_end_date_is_marked_as_an_assumption():
    programme = Programme.objects.get()

    assert programme.ends_on == date(2029, 10, 31)
    assert programme.ends_on_is_assumed


def test_there_are_four_areas_with_their_departments():
    areas = {
        area.name: {partner.code for partner in area.departments.all()}
        for area in FocusArea.objects.all()
    }

    assert areas == DEPARTMENTS


def test_there_are_fourteen_objectives_with_their_directions():
    directions = dict(Objective.objects.values_list("code", "direction"))

    assert directions == DIRECTIONS


def test_the_objective_on_incidents_names_its_three_places_and_ages():
    incidents = Objective.objects.get(code="K1")
    indicator = incidents.indicators.get()

    names = {"Vejleåparken", "Vildtbanegård I", "Vildtbanegård II"}
    assert {place.name for place in incidents.places.all()} == names
    assert {place.name for place in indicator.places.all()} == names
    assert indicator.age_bands == ["0-17", "18-25"]
    assert "0-17" in incidents.population
    assert "18-25" in incidents.population


def test_six_evictions_a_year_are_one_too_many_in_aab55_alone():
    evictions = Objective.objects.get(code="S4")

    assert evictions.threshold == Decimal(6)
    assert [place.name for place in evictions.places.all()] == ["AAB55"]
    assert evictions.indicators.get().threshold == Decimal(6)
    assert evictions.indicators.get().rhythm == "yearly"


def test_the_other_objectives_name_no_place():
    placed = Objective.objects.filter(places__isnull=False).values_list("code")

    assert {code for (code,) in placed} == {"K1", "S4"}


def test_two_objectives_hold_two_measures_each():
    counts = Counter(Indicator.objects.values_list("objective__code", flat=True))

    assert counts.pop("U3") == 2
    assert counts.pop("S2") == 2
    assert set(counts.values()) == {1}


def test_every_indicator_is_a_proposal_without_a_baseline():
    assert Indicator.objects.count() >= 16
    for indicator in Indicator.objects.all():
        assert indicator.is_proposal
        assert indicator.baseline is None
        assert indicator.baseline_missing_reason


def test_there_are_twelve_initiatives_with_the_memos_natures():
    order = ["focus_area__position", "position"]
    found = Initiative.objects.order_by(*order).values_list(
        "name", "focus_area__name", "nature"
    )

    assert list(found) == INITIATIVES


def test_playbox_and_playmakers_are_part_of_brobygning():
    children = Initiative.objects.exclude(parent=None).values_list(
        "name", "parent__name"
    )

    assert set(children) == {
        ("Playbox", "Brobygning til fritidslivet"),
        ("Playmakers", "Brobygning til fritidslivet"),
    }


def test_initiatives_name_only_the_partners_that_the_memo_names():
    named = {
        initiative.name: {partner.code for partner in initiative.partners.all()}
        for initiative in Initiative.objects.filter(partners__isnull=False)
    }

    assert named == {
        "Social- og økonomisk rådgivning": {"cbe"},
        "Styrket erhvervspraktik på 8. årgang på Strandgårdskolen": {
            "strandgaardskolen"
        },
        "Netværk for fælles forebyggelse": {"politiet"},
        "Playbox": {"ckf", "cdu"},
        "Playmakers": {"ckf", "cdu"},
    }


def test_the_partners_are_the_memos():
    assert dict(Partner.objects.values_list("name", "kind")) == PARTNERS


def test_vildtbanegaard_is_a_group_of_two_places_that_must_be_ready():
    group = Place.objects.get(kind="group")

    assert group.name == "Vildtbanegård"
    assert {place.name for place in group.children.all()} == {
        "Vildtbanegård I",
        "Vildtbanegård II",
    }
    ready = Place.objects.filter(requires_readiness=True)
    assert set(ready) == set(group.children.all())


def test_there_are_eight_places():
    kinds = Counter(Place.objects.values_list("kind", flat=True))

    assert kinds == {"housing_area": 3, "group": 1, "estate": 1, "school": 3}


def test_there_are_26_activities_in_the_expected_states():
    states = Counter(Activity.objects.values_list("state", flat=True))

    assert states == {"launched": 7, "in_clarification": 3, "planned": 16}


def test_the_launched_ones_run_in_vejleaaparken_since_the_first_day():
    launched = Activity.objects.filter(state="launched")

    assert {activity.place.name for activity in launched} == {"Vejleåparken"}
    assert {activity.launched_on for activity in launched} == {date(2025, 11, 1)}
    assert {activity.initiative.name for activity in launched} == {
        "Fritidsjobforløb",
        "Fremskudt uddannelsesvejledning",
        "Netværk for fælles forebyggelse",
        "Brobygning til fritidslivet",
        "CykelVærestedet",
        "Sundhedstjek",
        "Beboerrådgivning",
    }


def test_three_are_in_clarification_in_vejleaaparken():
    clarified = Activity.objects.filter(state="in_clarification")

    assert {activity.place.name for activity in clarified} == {"Vejleåparken"}
    assert {activity.initiative.name for activity in clarified} == {
        "Social- og økonomisk rådgivning",
        "Playbox",
        "Playmakers",
    }


def test_fourteen_proposals_wait_in_vildtbanegaard():
    proposals = Activity.objects.filter(is_proposal=True)

    assert proposals.count() == 14
    assert {activity.state for activity in proposals} == {"planned"}
    places = Counter(activity.place.name for activity in proposals)
    assert places == {"Vildtbanegård I": 7, "Vildtbanegård II": 7}


def test_two_new_activities_are_planned_without_being_proposals():
    planned = Activity.objects.filter(state="planned", is_proposal=False)

    places = {activity.initiative.code: activity.place.name for activity in planned}
    assert places == {
        "taettere-paa-fritidsjob": "Vejleåparken",
        "styrket-erhvervspraktik": "Strandgårdskolen",
    }


def test_one_budget_decision_is_awaited_and_stands_in_the_way():
    condition = Condition.objects.get()

    assert condition.activity.initiative.name == "Social- og økonomisk rådgivning"
    assert condition.activity.place.name == "Vejleåparken"
    assert condition.kind == "budget_decision"
    assert condition.outcome == "awaiting"
    assert condition.effect == "blocks_launch"
    assert condition.expected_on is None


def test_only_the_department_with_the_position_is_responsible_for_anything():
    responsible = Activity.objects.exclude(responsible_partner=None)

    assert responsible.get().responsible_partner == Partner.objects.get(code="cbe")
    assert not Activity.objects.exclude(responsible=None).exists()


def test_the_memo_names_no_people_and_no_milestones():
    assert not User.objects.exists()
    assert not Milestone.objects.exists()


def test_what_runs_already_was_put_there_with_a_history():
    adopted = ActivityTransition.objects.filter(transition="adopt")

    targets = Counter(adopted.values_list("target", flat=True))
    assert targets == {"launched": 7, "in_clarification": 3}


def test_every_activity_has_three_readiness_checks_and_none_is_met():
    for activity in Activity.objects.all():
        assert activity.readiness.count() == 3
        assert not activity.readiness.filter(is_met=True).exists()
