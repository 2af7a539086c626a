"""Writes people: a person, the membership in the programme, and who heads a partner."""

from __future__ import annotations

from typing import Any

from rollout.models import Membership, Partner, Programme, User
from rollout.plans.document import Entry
from rollout.plans.values import Value

#: Keys of an entry that are the person's own, with their columns.
OWN = {"name": "name", "language": "language", "active": "is_active"}


def create(
    entry: Entry,
    *,
    programme: Programme,
    partner: Partner | None,
    known: User | None,
    is_example: bool,
) -> Membership:
    """Make the person a member; ``known`` is one who exists outside the programme.

    A new person has no usable password: they can be mailed, and can be invited.
    """
    if known is None:
        own: dict[str, Any] = {
            column: entry.values[name]
            for name, column in OWN.items()
            if name in entry.values
        }
        user = User.objects.create_user(entry.key, is_example=is_example, **own)
    else:
        user = known
        values = {"active": True, **entry.values} if is_example else entry.values
        _change_user(user, values)
    membership = Membership.objects.create(
        user=user, programme=programme, role=str(entry.values["role"]), partner=partner
    )
    _set_head(membership, entry.values)
    return membership


def update(
    membership: Membership, values: dict[str, Value], *, partner: Partner | None
) -> None:
    """Change what differs."""
    _change_user(membership.user, values)
    changed = []
    if "role" in values:
        membership.role = str(values["role"])
        changed.append("role")
    if "partner" in values:
        membership.partner = partner
        changed.append("partner")
    if changed:
        membership.save(update_fields=changed)
    _set_head(membership, values)


def _change_user(user: User, values: dict[str, Value]) -> None:
    changed: dict[str, Any] = {
        column: values[name]
        for name, column in OWN.items()
        if name in values and getattr(user, column) != values[name]
    }
    for column, value in changed.items():
        setattr(user, column, value)
    if changed:
        user.save(update_fields=list(changed))


def _set_head(membership: Membership, values: dict[str, Value]) -> None:
    partner = membership.partner
    if partner is None or "head" not in values:
        return
    if values["head"]:
        partner.lead = membership.user
    elif partner.lead_id == membership.user_id:
        partner.lead = None
    partner.save(update_fields=["lead"])
