"""One of everything that the API shows, all of it hanging on one activity."""

from __future__ import annotations

from typing import Any

from rollout.models import Programme, User
from tests.factories import (
    make_activity,
    make_attendance,
    make_condition,
    make_contribution,
    make_evaluation,
    make_focus_area,
    make_grant,
    make_indicator,
    make_initiative,
    make_measurement,
    make_member,
    make_milestone,
    make_objective,
    make_partner,
    make_phase,
    make_place,
    make_programme,
    make_request,
    make_round,
    make_target,
)
from tests.notifications.factories import make_sent_reminder, make_webhook


def make_everything(programme: Programme | None = None) -> dict[str, Any]:
    """Make one of each kind; return them by the name of their list."""
    programme = programme or make_programme()
    group = make_place(programme=programme, kind="group")
    place = make_place(programme=programme, requires_readiness=True, parent=group)
    partner = make_partner(programme=programme)
    phase = make_phase(programme=programme)
    phase.places.add(place)
    area = make_focus_area(programme=programme)
    area.departments.add(partner)
    whole = make_initiative(focus_area=area)
    part = make_initiative(focus_area=area, parent=whole)
    part.partners.add(partner)
    make_activity(initiative=whole, place=place, state="launched")
    person = make_member(programme)
    activity = make_activity(
        state="in_clarification",
        initiative=part,
        place=place,
        phase=phase,
        responsible=person,
        responsible_partner=partner,
    )
    activity.contributors.add(partner)
    made: dict[str, Any] = {
        "programmes": programme,
        "focus-areas": area,
        "places": place,
        "partners": partner,
        "phases": phase,
        "initiatives": part,
        "activities": activity,
        "readiness": activity.readiness.get(aspect="planning"),
        "conditions": make_condition(activity=activity, expected_on="2026-10-01"),
        "users": person,
        "webhooks": make_webhook(programme, person),
    }
    return made | _milestones(activity, person) | _monitoring(activity, person)


def _milestones(activity: Any, person: User) -> dict[str, Any]:
    first = make_milestone(activity=activity, before_launch=True, responsible=person)
    second = make_milestone(
        activity=activity,
        before_launch=True,
        due_on="2026-02-01",
        responsible_partner=activity.responsible_partner,
    )
    second.predecessors.add(first)
    evaluation = make_evaluation(
        activity=activity,
        written_by=person,
        round=make_round(programme=activity.programme),
    )
    grant = make_grant(programme=activity.programme)
    grant.activities.add(activity)
    return {
        "milestones": first,
        "evaluations": evaluation,
        "grants": grant,
        "deadlines": f"milestone:{first.pk}",
        "history": f"activity:{activity.history.get().pk}",
        "reminders": make_sent_reminder(first, recipient=person),
    }


def _monitoring(activity: Any, person: User) -> dict[str, Any]:
    partner = activity.responsible_partner
    objective = make_objective(focus_area=activity.initiative.focus_area)
    indicator = make_indicator(objective=objective, delivered_by=partner, baseline=3)
    objective.places.add(activity.place)
    indicator.places.add(activity.place)
    request = make_request(
        indicator=indicator,
        place=activity.place,
        partner=partner,
        responsible=person,
        last_value=4,
    )
    measurement = make_measurement(
        data_request=request, place=activity.place, value=3, submitted_by=person
    )
    return {
        "objectives": objective,
        "indicators": indicator,
        "monitoring-rounds": request.round,
        "data-requests": request,
        "measurements": measurement,
        "targets": make_target(indicator=indicator, place=activity.place),
        "attendance": make_attendance(activity=activity, noted_by=person),
        "contributions": make_contribution(partner=partner, activity=activity),
    }


def key_of(thing: Any) -> Any:
    """Return what stands in the address of a thing."""
    return getattr(thing, "pk", thing)
