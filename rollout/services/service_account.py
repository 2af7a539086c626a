"""Service accounts: programs that take part in one programme and never log in.

Managers open and close them and look after their tokens. What such an account did
stays in the history under its name.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from rollout.models import (
    Membership,
    Partner,
    Programme,
    Role,
    SettingArea,
    User,
    Verb,
)
from rollout.services.ground import Invalid, require
from rollout.services.leaving import close_account
from rollout.services.member import check_partner
from rollout.services.setting import note_change

EDIT = "rollout.edit_programme"
#: A program decides about no programme and its members.
SERVICE_ROLES = (Role.OBSERVER, Role.COORDINATOR, Role.PARTNER)


@transaction.atomic
def open_service_account(
    programme: Programme,
    *,
    name: str,
    role: str,
    partner: Partner | None,
    by: User,
    at: datetime,
) -> Membership:
    """Open an account for a program, in one programme and one role.

    Raises Invalid for a role that is for people, without the partner it acts for, and
    for a partner of another programme.
    """
    require(by, EDIT, programme)
    if role not in SERVICE_ROLES:
        raise Invalid(_("This role is for people."))
    check_partner(programme, role, partner)
    made = Membership.objects.create(
        user=User.objects.create_service(name),
        programme=programme,
        role=role,
        partner=partner,
    )
    note_change(programme, SettingArea.MEMBERS, Verb.ADDED, name, by=by, at=at)
    return made


@transaction.atomic
def close_service_account(account: User, *, by: User, at: datetime) -> None:
    """End an account for good, and its tokens at once. Raises Invalid for a person."""
    if not looks_after(by, account):
        raise Invalid(_("Only who looks after the account can do this."))
    close_account(account, at=at)
    for membership in account.memberships.select_related("programme"):
        note_change(
            *(membership.programme, SettingArea.MEMBERS, Verb.REMOVED, account.name),
            by=by,
            at=at,
        )


def looks_after(by: User, account: User) -> bool:
    """Say whether the person manages every programme of a service account."""
    programmes = [
        one.programme for one in account.memberships.select_related("programme")
    ]
    return (
        account.is_service
        and bool(programmes)
        and all(by.has_perm(EDIT, programme) for programme in programmes)
    )
