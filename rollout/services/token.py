"""A person's own access tokens for programs: made, shown once, and revoked."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from rollout.models import ApiToken, User
from rollout.services.ground import Invalid

#: Days for which a token may be valid.
LONGEST_DAYS = 365
#: More than anybody keeps an eye on.
MOST_TOKENS = 20


def issue_token(
    *, name: str, days: int, by: User, at: datetime
) -> tuple[ApiToken, str]:
    """Make a token that acts as the person; the second value is shown once.

    Raises Invalid for a time that is too long, and once there are too many.
    """
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid(_("A token is valid for at most a year."))
    if ApiToken.objects.usable(at=at).filter(user=by).count() >= MOST_TOKENS:
        raise Invalid(_("There are too many tokens. Revoke some first."))
    return ApiToken.objects.issue(by, name, at=at, expires_at=at + timedelta(days=days))


def revoke_token(token: ApiToken, *, by: User, at: datetime) -> None:
    """End one of the person's own tokens at once. Raises Invalid for another's."""
    if token.user_id != by.pk:
        raise Invalid(_("Only one's own tokens can be revoked here."))
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at)
