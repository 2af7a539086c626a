"""Access tokens for programs: made, shown once, and revoked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from rollout.models import ApiToken, Programme, User
from rollout.services.ground import Invalid, check_version
from rollout.services.service_account import looks_after

#: Days for which a token may be valid.
LONGEST_DAYS = 365
#: More than anybody keeps an eye on.
MOST_TOKENS = 20


@transaction.atomic
def issue_token(
    *,
    name: str,
    days: int,
    scopes: Collection[str],
    programme: Programme | None,
    by: User,
    at: datetime,
    acts_as: User | None = None,
    within: ApiToken | None = None,
) -> tuple[ApiToken, str]:
    """Make a token that acts as the person; the second value is shown once.

    ``acts_as`` names a service account that the person looks after. ``within`` is the
    token with which this one is asked for: it gives no more than it has. Raises Invalid
    for a time that is too long, a name in use, and once there are too many.
    """
    owner = acts_as or by
    if owner != by and not looks_after(by, owner):
        raise Invalid(_("Only who looks after the account can do this."))
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid(_("A token is valid for at most a year."))
    # Two that ask at once do not both find room, or the name free.
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=owner.pk)
    in_use = ApiToken.objects.usable(at=at).filter(user=owner)
    if in_use.count() >= MOST_TOKENS:
        raise Invalid(_("There are too many tokens. Revoke some first."))
    if in_use.filter(name=name).exists():
        raise Invalid(_("There is a token of this name. Revoke it or choose another."))
    expires_at = at + timedelta(days=days)
    if within is not None:
        _check_within(within, scopes, programme, expires_at)
    return ApiToken.objects.issue(
        *(owner, name),
        at=at,
        expires_at=expires_at,
        scopes=scopes,
        programme=programme,
    )


def _check_within(
    outer: ApiToken,
    scopes: Collection[str],
    programme: Programme | None,
    expires_at: datetime,
) -> None:
    """Raise Invalid where a token would be good for more than the one that asks."""
    if not set(scopes) <= set(outer.scopes):
        raise Invalid(_("A token gives no scope that it lacks itself."))
    if outer.programme_id is not None and outer.programme != programme:
        raise Invalid(_("A token that is bound to a programme makes others like it."))
    if outer.expires_at is not None and expires_at > outer.expires_at:
        raise Invalid(_("A token makes none that is valid longer than itself."))


@transaction.atomic
def revoke_token(
    token: ApiToken, *, by: User, at: datetime, expected_version: int | None = None
) -> None:
    """End a token at once: one's own, or of a service account that one looks after.

    Raises Invalid for another's, and Stale for another version than the expected one.
    """
    if token.user_id != by.pk and not looks_after(by, token.user):
        raise Invalid(_("Only one's own tokens can be revoked here."))
    fresh = ApiToken.objects.select_for_update(of=("self",)).get(pk=token.pk)
    check_version(fresh, expected_version)
    if fresh.revoked_at is None:
        ApiToken.objects.filter(pk=token.pk).update(revoked_at=at)
