"""Who takes part in a programme, and as what: invited, changed, and let go.

Nobody here leaves a programme without a manager who can log in. A login provider may
(claims.py): whom it grants nothing any more keeps nothing, and an administrator then
enters another.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rollout.models import (
    HeldKind,
    Membership,
    Partner,
    Programme,
    Role,
    SettingArea,
    User,
    Verb,
)
from rollout.services.ground import Invalid, require
from rollout.services.handover import held_by
from rollout.services.setting import note_change

EDIT = "rollout.edit_programme"
#: What somebody is for others rather than has to do; it ends with the membership.
_NO_WORK = (HeldKind.LEAD, HeldKind.STAND_IN)
#: Of somebody for whom nobody stands in.
NO_STAND_IN = {"stand_in": None, "stand_in_from": None, "stand_in_until": None}


@transaction.atomic
def invite_member(
    programme: Programme,
    *,
    email: str,
    name: str,
    language: str,
    role: str,
    partner: Partner | None,
    by: User,
    at: datetime,
) -> Membership:
    """Make somebody a member; a mail tells them, and how to log in.

    Whoever is known already keeps their name and language. Raises Invalid for who is
    a member, for who may not log in any more, and for a role that asks for a partner.
    """
    require(by, EDIT, programme)
    _lock(programme)
    check_partner(programme, role, partner)
    person = User.objects.filter(email__iexact=email).first()
    if person is None:
        person = User.objects.create_user(email, name=name, language=language)
    elif not person.is_active or person.is_service:
        raise Invalid(_("This person may not log in any more."))
    elif person.memberships.filter(programme=programme).exists():
        raise Invalid(_("This person takes part already."))
    membership = Membership.objects.create(
        user=person,
        programme=programme,
        role=role,
        partner=partner,
        invited_at=at,
        invited_by=by,
    )
    note_change(programme, SettingArea.MEMBERS, Verb.ADDED, person.name, by=by, at=at)
    return membership


@transaction.atomic
def change_member(
    membership: Membership,
    *,
    role: str,
    partner: Partner | None,
    by: User,
    at: datetime,
) -> Membership:
    """Give a member another role or partner.

    Raises Invalid where no manager would be left, and for a role that asks for a
    partner.
    """
    programme = membership.programme
    require(by, EDIT, programme)
    _lock(programme)
    check_partner(programme, role, partner)
    fresh = Membership.objects.select_related("user").get(pk=membership.pk)
    fresh.role, fresh.partner = role, partner
    # From now on it is the manager's word, and not that of a login provider.
    fresh.from_provider = ""
    fresh.save(update_fields=["role", "partner", "from_provider"])
    require_a_manager(programme)
    name = fresh.user.name
    note_change(programme, SettingArea.MEMBERS, Verb.CHANGED, name, by=by, at=at)
    return fresh


@transaction.atomic
def end_membership(membership: Membership, *, by: User, at: datetime) -> None:
    """Let a member go: the person sees nothing of the programme any more.

    What the person did stays in the history. Raises Invalid where no manager would be
    left, and while something that is not finished lies with the person.
    """
    programme = membership.programme
    require(by, EDIT, programme)
    _lock(programme)
    fresh = Membership.objects.select_related("user").get(pk=membership.pk)
    person = fresh.user
    left = open_responsibilities(person, programme)
    if left:
        raise Invalid(
            ngettext(
                "%(count)d thing still lies with %(person)s. Hand it over first.",
                "%(count)d things still lie with %(person)s. Hand them over first.",
                left,
            )
            % {"count": left, "person": person}
        )
    let_go(fresh, by=by, at=at)
    require_a_manager(programme)


def let_go(membership: Membership, *, by: User, at: datetime) -> None:
    """End a membership, and what the person is for others in the programme.

    The caller has asked whether this may be done, and has a transaction.
    """
    programme, person = membership.programme, membership.user
    membership.delete()
    programme.partners.filter(lead=person).update(lead=None)
    User.objects.filter(stand_in=person, memberships__programme=programme).update(
        **NO_STAND_IN
    )
    area, verb = SettingArea.MEMBERS, Verb.REMOVED
    note_change(programme, area, verb, person.name, by=by, at=at)


def open_responsibilities(person: User, programme: Programme) -> int:
    """Count what is not finished in a programme and lies with the person."""
    held = held_by(person, programme, with_role=False)
    return sum(one.kind not in _NO_WORK for one in held)


def _lock(programme: Programme) -> None:
    """Let two changes of members follow one another, so that one manager stays."""
    Programme.objects.select_for_update(of=("self",)).get(pk=programme.pk)


def check_partner(programme: Programme, role: str, partner: Partner | None) -> None:
    """Raise Invalid for a partner role without a partner of this programme."""
    if role == Role.PARTNER and partner is None:
        raise Invalid(_("Choose the partner for which the person acts."))
    if partner is not None and partner.programme_id != programme.pk:
        raise Invalid(_("This partner does not take part in the programme."))


def require_a_manager(programme: Programme) -> None:
    """Raise Invalid where nobody is left who manages the programme and can log in."""
    if not programme.memberships.all().managing().exists():
        raise Invalid(_("The programme would have no manager left."))
