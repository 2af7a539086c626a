"""What people do to milestones besides finishing, dropping and reopening them."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Max

from rollout.models import Activity, Milestone, User
from rollout.services.ground import locked, member, require


@transaction.atomic
def add_milestone(
    activity: Activity,
    *,
    title: str,
    due_on: date | None = None,
    responsible: User | None = None,
    before_launch: bool = False,
    by: User,
) -> Milestone:
    """Add a milestone after those that the activity has.

    Raises Invalid for a person who takes no part in the programme.
    """
    require(by, "rollout.edit_activity", activity)
    fresh = locked(activity)
    partner = member(responsible, fresh).partner if responsible else None
    last = fresh.milestones.aggregate(last=Max("position"))["last"]
    return Milestone.objects.create(
        activity=fresh,
        title=title,
        due_on=due_on,
        responsible=responsible,
        responsible_partner=partner,
        before_launch=before_launch,
        position=0 if last is None else last + 1,
    )
