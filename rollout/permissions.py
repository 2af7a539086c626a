"""Who may do what: predicates on roles, used by pages, API, admin and links alike."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib.auth.models import AnonymousUser

from rollout.models import (
    Activity,
    Contribution,
    DataRequest,
    Indicator,
    Measurement,
    Membership,
    Milestone,
    Programme,
    Role,
    User,
)


def membership_of(user: User | AnonymousUser, obj: Any) -> Membership | None:
    """Return the person's membership of the programme to which ``obj`` belongs."""
    if not isinstance(user, User):
        return None
    key = _programme_key(obj)
    if user.bound_to not in {None, key}:
        return None
    for membership in user.memberships.all():
        if membership.programme_id == key:
            return membership
    return None


def _programme_key(obj: Any) -> int:
    """Return the key of the object's programme, without reading that where possible."""
    if isinstance(obj, Programme):
        return obj.pk
    key: int = getattr(obj, "programme_id", None) or obj.programme.pk
    return key


def _has_role(user: User | AnonymousUser, obj: Any, *roles: Role) -> bool:
    if obj is None or not isinstance(user, User) or not user.is_active:
        return False
    membership = membership_of(user, obj)
    return membership is not None and membership.role in roles


@rules.predicate
def is_member(user: User, obj: Any) -> bool:
    """Belongs to the object's programme in any role."""
    return _has_role(user, obj, *Role)


@rules.predicate
def is_national_observer(user: User) -> bool:
    """Reads numbers across programmes; being an administrator is not enough."""
    return user.is_active and user.is_national_observer


@rules.predicate
def is_manager(user: User, obj: Any) -> bool:
    """Is a manager of the object's programme."""
    return _has_role(user, obj, Role.MANAGER)


@rules.predicate
def is_coordinator(user: User, obj: Any) -> bool:
    """Is a coordinator of the object's programme."""
    return _has_role(user, obj, Role.COORDINATOR)


@rules.predicate
def answers_for(user: User, obj: Any) -> bool:
    """Is named as responsible, or acts for the partner that is."""
    if not _has_role(user, obj, Role.MANAGER, Role.COORDINATOR, Role.PARTNER):
        return False
    if isinstance(obj, Milestone):
        if obj.responsible_id is None and obj.responsible_partner_id is None:
            return bool(answers_for(user, obj.activity))
    elif not isinstance(obj, Activity | DataRequest):
        return False
    if obj.responsible_id == user.pk:
        return True
    membership = membership_of(user, obj)
    partner_id = (
        obj.partner_id if isinstance(obj, DataRequest) else obj.responsible_partner_id
    )
    return (
        membership is not None
        and membership.partner_id is not None
        and membership.partner_id == partner_id
    )


@rules.predicate
def finished_it(user: User, obj: Any) -> bool:
    """Declared the milestone reached, and nothing has become of it since."""
    if not isinstance(obj, Milestone) or obj.state != Milestone.State.DONE:
        return False
    newest = obj.history.order_by("-sequence").first()
    return newest is not None and newest.by_id == user.pk and is_member(user, obj)


@rules.predicate
def delivers_it(user: User, obj: Any) -> bool:
    """Acts for the partner that delivers the value, or the contribution."""
    membership = membership_of(user, obj)
    if membership is None or membership.partner_id is None:
        # Asked of each of many values, whose question need not be read for others.
        return False
    if isinstance(obj, Indicator):
        partner_id = obj.delivered_by_id
    elif isinstance(obj, Measurement) and obj.data_request is not None:
        partner_id = obj.data_request.partner_id
    elif isinstance(obj, Measurement):
        partner_id = obj.indicator.delivered_by_id
    elif isinstance(obj, Contribution):
        partner_id = obj.partner_id
    else:
        return False
    return membership.partner_id == partner_id


rules.add_perm("rollout.view_programme_pages", is_member)
#: Read how many activities stand where, in every programme.
rules.add_perm("rollout.read_aggregates", is_national_observer)
#: Advance activities through their states.
rules.add_perm("rollout.advance_activity", is_manager | is_coordinator)
#: Change an activity and what hangs on it: milestones, readiness, conditions.
rules.add_perm("rollout.edit_activity", is_manager | is_coordinator)
#: Declare a milestone reached.
rules.add_perm("rollout.finish_milestone", is_manager | is_coordinator | answers_for)
#: Open a milestone again; who declared it reached may take that back.
rules.add_perm("rollout.reopen_milestone", is_manager | is_coordinator | finished_it)
#: Deliver the number that is asked for.
rules.add_perm("rollout.deliver_value", is_manager | is_coordinator | answers_for)
#: See numbers of residents that are so small that they could point to somebody.
rules.add_perm(
    "rollout.see_small_numbers",
    is_manager | is_coordinator | answers_for | delivers_it,
)
#: Say something about a deadline that lies with oneself or one's partner.
rules.add_perm("rollout.answer_deadline", is_manager | is_coordinator | answers_for)
#: Agree, submit and approve monitoring rounds, and approve values.
rules.add_perm("rollout.run_monitoring", is_manager | is_coordinator)
#: Say how many came when an activity was held.
rules.add_perm("rollout.log_attendance", is_manager | is_coordinator | answers_for)
#: Note what was delivered of a contribution.
rules.add_perm("rollout.note_delivery", is_manager | is_coordinator | delivers_it)
#: Approve an evaluation that somebody else wrote.
rules.add_perm("rollout.approve_evaluation", is_manager)
#: Change the plan itself: places, partners, members, ladders.
rules.add_perm("rollout.edit_programme", is_manager)
#: Make and edit drafts of reports.
rules.add_perm("rollout.write_report", is_manager | is_coordinator)
#: Freeze a report: from then on it is what was said.
rules.add_perm("rollout.freeze_report", is_manager)
#: Have programs called when something changes.
rules.add_perm("rollout.edit_webhooks", is_manager)
#: Go ahead although a guard is unmet, with a written justification.
rules.add_perm("workflows.override_guard", is_manager)
