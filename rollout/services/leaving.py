"""When somebody leaves: whatever opened a door for them opens none any more."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from rollout.models import ApiToken, User


@transaction.atomic
def close_account(person: User, *, at: datetime) -> None:
    """End logins and tokens for good; calendars, links and mails look at the account.

    The caller has asked whether this may be done. Should the account be opened again,
    what was open before stays shut: sessions hang on the password, and tokens are
    revoked.
    """
    person.is_active = False
    person.set_unusable_password()
    person.save(update_fields=["is_active", "password"])
    ApiToken.objects.filter(user=person, revoked_at=None).update(revoked_at=at)
