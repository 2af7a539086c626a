"""What people do to an activity besides advancing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from rollout.models import Activity, Partner, Phase, User
from rollout.services.ground import Invalid, check_inside, locked, member, require


@transaction.atomic
def confirm_proposal(
    activity: Activity, *, by: User, expected_version: int | None = None
) -> Activity:
    """Confirm that a proposed activity is to be carried out."""
    require(by, "rollout.edit_activity", activity)
    fresh = locked(activity, expected_version)
    fresh.is_proposal = False
    fresh.save(update_fields=["is_proposal"])
    return Activity.objects.get(pk=fresh.pk)


@transaction.atomic
def assign_responsible(
    activity: Activity,
    *,
    responsible: User | None,
    partner: Partner | None = None,
    by: User,
    expected_version: int | None = None,
) -> Activity:
    """Say who answers for the activity, and for which partner.

    Without ``partner`` it is the one for which the person acts in the programme;
    without a person too, the partner stays as it was.
    Raises Invalid for a person or partner of another programme.
    """
    require(by, "rollout.edit_activity", activity)
    fresh = locked(activity, expected_version)
    if responsible is not None:
        partner = partner or member(responsible, fresh).partner
    if partner is not None and partner.programme_id != fresh.programme_id:
        raise Invalid(_("This partner does not take part in the programme."))
    fresh.responsible = responsible
    if responsible is not None or partner is not None:
        fresh.responsible_partner = partner
    fresh.save(update_fields=["responsible", "responsible_partner"])
    return Activity.objects.get(pk=fresh.pk)


@transaction.atomic
def plan_launch(
    activity: Activity,
    *,
    on: date | None,
    by: User,
    expected_version: int | None = None,
) -> Activity:
    """Say on which local date the launch is planned, or that none is.

    Open milestones from templates that had no date for want of one get theirs; what
    is dated already stays. Raises Invalid for a date outside the programme.
    """
    require(by, "rollout.edit_activity", activity)
    fresh = locked(activity, expected_version)
    check_inside(fresh.programme, on)
    fresh.planned_launch_on = on
    fresh.save(update_fields=["planned_launch_on"])
    fresh.milestones.all().open().date_from_templates(launch=on)
    return Activity.objects.get(pk=fresh.pk)


@transaction.atomic
def put_in_phase(
    activity: Activity,
    *,
    phase: Phase | None,
    by: User,
    expected_version: int | None = None,
) -> Activity:
    """Put the activity in a phase of its programme, or in none.

    Raises Invalid for a phase of another programme.
    """
    require(by, "rollout.edit_activity", activity)
    fresh = locked(activity, expected_version)
    if phase is not None and phase.programme_id != fresh.programme_id:
        raise Invalid(_("This phase belongs to another programme."))
    fresh.phase = phase
    fresh.save(update_fields=["phase"])
    return Activity.objects.get(pk=fresh.pk)


@dataclass(frozen=True)
class ActivityValues:
    """What people can say about an activity besides its dates and who answers."""

    phase: Phase | None
    #: How large it is beside the others, 1 to 3.
    weight: int
    contributors: Sequence[Partner]
    note: str = ""


@transaction.atomic
def change_activity(
    activity: Activity,
    values: ActivityValues,
    *,
    by: User,
    expected_version: int | None = None,
) -> Activity:
    """Say anew which phase it belongs to, how large it is, and who contributes.

    Raises Stale if somebody changed it since ``expected_version``, and Invalid for a
    phase or partner of another programme.
    """
    fresh = put_in_phase(
        activity, phase=values.phase, by=by, expected_version=expected_version
    )
    if any(one.programme_id != fresh.programme_id for one in values.contributors):
        raise Invalid(_("This partner does not take part in the programme."))
    fresh.weight = values.weight
    fresh.note = values.note
    # Contributors stand in a table of their own; they are a change all the same.
    fresh.version += 1
    fresh.save(update_fields=["weight", "note", "version"])
    fresh.contributors.set(values.contributors)
    return fresh


@transaction.atomic
def change_named(
    activity: Activity,
    values: Mapping[str, Any],
    *,
    by: User,
    expected_version: int | None = None,
) -> Activity:
    """Change what ``values`` name, all of it or nothing; what they leave out stays.

    Names are ``planned_launch_on``, ``responsible``, ``phase``, ``weight`` and
    ``note``. Raises Stale and Invalid as the single changes do.
    """
    require(by, "rollout.edit_activity", activity)
    fresh = locked(activity, expected_version)
    if "responsible" in values:
        fresh = assign_responsible(fresh, responsible=values["responsible"], by=by)
    if "planned_launch_on" in values:
        fresh = plan_launch(fresh, on=values["planned_launch_on"], by=by)
    if values.keys() & {"phase", "weight", "note"}:
        present = ActivityValues(
            phase=values.get("phase", fresh.phase),
            weight=values.get("weight", fresh.weight),
            contributors=list(fresh.contributors.all()),
            note=values.get("note", fresh.note),
        )
        fresh = change_activity(fresh, present, by=by)
    return Activity.objects.get(pk=fresh.pk)
