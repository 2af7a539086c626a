"""Makes domain objects for tests; a test states only what matters to it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from rollout import services
from rollout.models import (
    Activity,
    Attendance,
    Condition,
    Contribution,
    DataRequest,
    Evaluation,
    FocusArea,
    Grant,
    Indicator,
    Initiative,
    Measurement,
    Meeting,
    Membership,
    Milestone,
    MilestoneTemplate,
    MonitoringRound,
    Objective,
    Occasion,
    Partner,
    Phase,
    Place,
    Programme,
    Role,
    Target,
    User,
)
from workflows.engine import adopt

#: Noon in Copenhagen on a Monday well inside every made programme.
NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)

_numbers = count(1)


def _next(word: str) -> str:
    # As many digits in each, so that what is sorted by it comes as it was made.
    return f"{word}-{next(_numbers):06}"


def make_programme(**fields: Any) -> Programme:
    """Make a programme from November 2025 to October 2029."""
    defaults: dict[str, Any] = {
        "code": _next("programme"),
        "name": "Boligsocial helhedsplan",
        "municipality": "Ishøj Kommune",
        "starts_on": date(2025, 11, 1),
        "ends_on": date(2029, 10, 31),
    }
    return Programme.objects.create(**defaults | fields)


def make_focus_area(**fields: Any) -> FocusArea:
    """Make a focus area, in a programme of its own unless one is given."""
    if "programme" not in fields:
        fields["programme"] = make_programme()
    return FocusArea.objects.create(
        **{"code": _next("area"), "name": "Beskæftigelse"} | fields
    )


def make_place(**fields: Any) -> Place:
    """Make a housing area, in a programme of its own unless one is given."""
    if "programme" not in fields:
        fields["programme"] = make_programme()
    defaults = {"code": _next("place"), "name": "Vejleåparken", "kind": "housing_area"}
    return Place.objects.create(**defaults | fields)


def make_phase(**fields: Any) -> Phase:
    """Make a phase over the year 2026."""
    if "programme" not in fields:
        fields["programme"] = make_programme()
    defaults: dict[str, Any] = {
        "code": _next("phase"),
        "name": "Fase 1",
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
    }
    return Phase.objects.create(**defaults | fields)


def make_partner(**fields: Any) -> Partner:
    """Make a department, in a programme of its own unless one is given."""
    if "programme" not in fields:
        fields["programme"] = make_programme()
    defaults = {
        "code": _next("partner"),
        "name": "Center for Kultur og Fritid",
        "kind": "department",
    }
    return Partner.objects.create(**defaults | fields)


def make_user(**fields: Any) -> User:
    """Make a person who belongs to no programme."""
    defaults = {"email": f"{_next('person')}@example.org", "name": "Eksempel Person"}
    return User.objects.create_user(**defaults | fields)


def make_member(
    programme: Programme,
    role: str = Role.MANAGER,
    *,
    partner: Partner | None = None,
    **fields: Any,
) -> User:
    """Make a person with a role in the programme, for a partner where one is given."""
    user = make_user(**fields)
    if role == Role.PARTNER and partner is None:
        partner = make_partner(programme=programme)
    Membership.objects.create(
        user=user, programme=programme, role=role, partner=partner
    )
    return user


def make_initiative(**fields: Any) -> Initiative:
    """Make an initiative, in a focus area of its own unless one is given."""
    if "focus_area" not in fields:
        fields["focus_area"] = make_focus_area()
    return Initiative.objects.create(
        **{"code": _next("initiative"), "name": "Fritidsjobforløb"} | fields
    )


def make_activity(
    *,
    state: str = Activity.State.PLANNED,
    programme: Programme | None = None,
    **fields: Any,
) -> Activity:
    """Make an activity with its readiness checks, in any state of its life."""
    if "initiative" not in fields:
        place = fields.get("place")
        programme = programme or (place and place.programme) or make_programme()
        fields["initiative"] = make_initiative(
            focus_area=make_focus_area(programme=programme)
        )
    if "place" not in fields:
        fields["place"] = make_place(
            programme=fields["initiative"].focus_area.programme
        )
    if state in {Activity.State.LAUNCHED, Activity.State.EVALUATED}:
        fields.setdefault("launched_on", date(2025, 11, 1))
    activity = Activity.objects.create(**fields)
    services.make_readiness([activity])
    if state != Activity.State.PLANNED:
        activity = adopt(activity, state, at=NOON, reason="made by a test")
    return Activity.objects.get(pk=activity.pk)


def make_milestone(**fields: Any) -> Milestone:
    """Make an open milestone due in April 2026."""
    if "activity" not in fields:
        fields["activity"] = make_activity(state=Activity.State.LAUNCHED)
    defaults: dict[str, Any] = {
        "title": "Lokale er fundet",
        "due_on": date(2026, 4, 15),
    }
    milestone = Milestone.objects.create(**defaults | fields)
    return Milestone.objects.get(pk=milestone.pk)


def make_template(**fields: Any) -> MilestoneTemplate:
    """Make a milestone template ten working days before the launch."""
    if "programme" not in fields:
        fields["programme"] = make_programme()
    defaults: dict[str, Any] = {"title": _next("Skabelon"), "offset_days": -10}
    return MilestoneTemplate.objects.create(**defaults | fields)


def make_condition(**fields: Any) -> Condition:
    """Make an awaited budget decision that blocks the launch."""
    if "activity" not in fields:
        fields["activity"] = make_activity()
    defaults = {
        "code": _next("condition"),
        "kind": "budget_decision",
        "title": "Stillingen er bevilget",
        "body": "Byrådet",
    }
    return Condition.objects.create(**defaults | fields)


def make_objective(**fields: Any) -> Objective:
    """Make an objective that should rise."""
    if "focus_area" not in fields:
        fields["focus_area"] = make_focus_area()
    defaults = {"code": _next("objective"), "text": "Delmål", "direction": "increase"}
    return Objective.objects.create(**defaults | fields)


def make_indicator(**fields: Any) -> Indicator:
    """Make an indicator without a baseline."""
    if "objective" not in fields:
        fields["objective"] = make_objective()
    defaults = {
        "code": _next("indicator"),
        "name": "Unge med fritidsjob",
        "unit": "unge",
        "direction": "increase",
        "baseline_missing_reason": "ikke målt",
    }
    return Indicator.objects.create(**defaults | fields)


def make_quarterly_indicator(activity: Activity) -> Indicator:
    """Make one in the activity's area, of which the police deliver each quarter."""
    return make_indicator(
        objective=make_objective(focus_area=activity.initiative.focus_area),
        delivered_by=make_partner(programme=activity.programme, kind="police"),
        rhythm="quarterly",
    )


def make_round(
    *, state: str = MonitoringRound.State.EXPECTED, **fields: Any
) -> MonitoringRound:
    """Make a monitoring round over the first half of 2026, in any state."""
    if "programme" not in fields:
        fields["programme"] = make_programme()
    defaults: dict[str, Any] = {
        "kind": "monitoring",
        "title": _next("Halvårsstatus"),
        "period_start": date(2026, 1, 1),
        "period_end": date(2026, 6, 30),
        "due_on": date(2026, 8, 14),
    }
    made = MonitoringRound.objects.create(**defaults | fields)
    if state == MonitoringRound.State.EXPECTED:
        return made
    return adopt(made, state, at=NOON, reason="made by a test", agreed_on=TODAY)


def make_request(**fields: Any) -> DataRequest:
    """Make a data request in an agreed round."""
    if "indicator" not in fields:
        fields["indicator"] = make_indicator()
    if "round" not in fields:
        programme = fields["indicator"].objective.focus_area.programme
        fields["round"] = make_round(
            state=MonitoringRound.State.AGREED, programme=programme
        )
    fields.setdefault("due_on", fields["round"].due_on)
    return DataRequest.objects.create(**fields)


def make_occasion(**fields: Any) -> Occasion:
    """Make a proposed fixed point of the year, through February and March."""
    if "programme" not in fields:
        fields["programme"] = make_programme()
    defaults: dict[str, Any] = {
        "title": _next("Årsstatus"),
        "kind": "board",
        "first": "02-01",
        "last": "03-31",
        "is_proposal": True,
    }
    return Occasion.objects.create(**defaults | fields)


def make_measurement(**fields: Any) -> Measurement:
    """Make a draft value of what is asked, else for the first half of 2026."""
    asked = fields.get("data_request")
    if "indicator" not in fields:
        fields["indicator"] = asked.indicator if asked else make_indicator()
    defaults: dict[str, Any] = {
        "place": asked.place if asked else None,
        "period_start": asked.period.starts_on if asked else date(2026, 1, 1),
        "period_end": asked.period.ends_on if asked else date(2026, 6, 30),
        "value": 12,
    }
    if fields.get("status") == "approved":
        defaults["approved_at"] = NOON
    return Measurement.objects.create(**defaults | fields)


def make_evaluation(**fields: Any) -> Evaluation:
    """Make an approved evaluation that lets the activity continue."""
    if "activity" not in fields:
        fields["activity"] = make_activity(state=Activity.State.LAUNCHED)
    defaults: dict[str, Any] = {
        "conclusion": "continues",
        "summary": "Det går godt.",
        "approved_on": TODAY,
    }
    return Evaluation.objects.create(**defaults | fields)


def make_meeting(**fields: Any) -> Meeting:
    """Make a board meeting in April 2026."""
    if "programme" not in fields:
        fields["programme"] = make_programme()
    defaults: dict[str, Any] = {"kind": "board", "held_on": date(2026, 4, 23)}
    return Meeting.objects.create(**defaults | fields)


def make_grant(**fields: Any) -> Grant:
    """Make a grant over the year 2026."""
    if "programme" not in fields:
        fields["programme"] = make_programme()
    defaults: dict[str, Any] = {
        "funder": "Eksempelfonden",
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
    }
    return Grant.objects.create(**defaults | fields)


def make_target(**fields: Any) -> Target:
    """Make a target of forty for the year 2026."""
    if "indicator" not in fields:
        fields["indicator"] = make_indicator()
    defaults: dict[str, Any] = {
        "period_start": date(2026, 1, 1),
        "period_end": date(2026, 12, 31),
        "value": 40,
    }
    return Target.objects.create(**defaults | fields)


def make_attendance(**fields: Any) -> Attendance:
    """Make an evening in February 2026 to which twelve came."""
    if "activity" not in fields:
        fields["activity"] = make_activity(state=Activity.State.LAUNCHED)
    defaults: dict[str, Any] = {
        "held_on": date(2026, 2, 26),
        "hours": 2,
        "participants": {"13-17": 9, "": 3},
        "noted_at": NOON,
    }
    return Attendance.objects.create(**defaults | fields)


def make_contribution(**fields: Any) -> Contribution:
    """Make a promise of eighty hours over the year 2026."""
    if "partner" not in fields:
        fields["partner"] = make_partner()
    defaults: dict[str, Any] = {
        "programme": fields["partner"].programme,
        "kind": "hours",
        "title": "Vejledning om fritidsjob",
        "promised": 80,
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
    }
    return Contribution.objects.create(**defaults | fields)
