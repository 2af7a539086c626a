"""Lets memberships follow what a login provider says of somebody, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from rollout.models import (
    Membership,
    Partner,
    Programme,
    SettingArea,
    User,
    Verb,
)
from rollout.services.member import let_go
from rollout.services.setting import note_change


@dataclass(frozen=True)
class GrantedRole:
    """A role that somebody shall have, and for whom they act in it, all by code."""

    programme: str
    role: str
    partner: str = ""


@transaction.atomic
def follow_claims(
    person: User, *, provider: str, grants: Iterable[GrantedRole], at: datetime
) -> None:
    """Make the memberships that came from a provider what it grants now.

    What it does not grant any more is gone. What a manager has given stays as it is,
    and in its programme the provider gives nothing. Of several grants in a programme
    the first counts; one for a programme or partner that is not there gives nothing.
    What lies with the person stays there until somebody hands it over.
    """
    wanted: dict[str, GrantedRole] = {}
    for grant in grants:
        wanted.setdefault(grant.programme, grant)
    # Of two logins at once the second finds what the first has made. Who refers to the
    # person meanwhile, as an invitation does, need not wait.
    locked = User.objects.select_for_update(of=("self",), no_key=True)
    person = locked.get(pk=person.pk)
    possible = {
        programme: partner
        for programme in Programme.objects.filter(code__in=wanted)
        for partner in _partners(programme, wanted[programme.code])
    }
    held = person.memberships.select_related("programme")
    for membership in held.select_for_update(of=("self",)):
        programme = membership.programme
        if membership.from_provider != provider:
            possible.pop(programme, None)
        elif programme not in possible:
            let_go(membership, by=person, at=at)
        else:
            _update(membership, wanted[programme.code].role, possible[programme], at)
            del possible[programme]
    for programme, partner in possible.items():
        Membership.objects.create(
            user=person,
            programme=programme,
            role=wanted[programme.code].role,
            partner=partner,
            from_provider=provider,
        )
        _note(programme, Verb.ADDED, person, at)


def _partners(programme: Programme, grant: GrantedRole) -> Iterator[Partner | None]:
    """Yield for whom to act, which may be nobody; nothing where they are not there."""
    if grant.partner:
        yield from programme.partners.filter(code=grant.partner)
    else:
        yield None


def _update(
    membership: Membership, role: str, partner: Partner | None, at: datetime
) -> None:
    if (membership.role, membership.partner) != (role, partner):
        membership.role, membership.partner = role, partner
        membership.save(update_fields=["role", "partner"])
        _note(membership.programme, Verb.CHANGED, membership.user, at)


def _note(programme: Programme, verb: Verb, person: User, at: datetime) -> None:
    note_change(programme, SettingArea.MEMBERS, verb, person.name, by=person, at=at)
