"""Views that people save to come back to: the address of a list, under a name."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from rollout.models import SavedView, User
from rollout.services.ground import Invalid

#: More than anybody finds their way in.
MOST_VIEWS = 100


@transaction.atomic
def save_view(*, name: str, address: str, by: User, at: datetime) -> SavedView:
    """Save an address of this site; an earlier view of the same name is replaced.

    Raises Invalid for an address elsewhere, and once there are too many.
    """
    if not address.startswith("/") or address.startswith(("//", "/\\")):
        raise Invalid(_("Only pages of this site can be saved."))
    User.objects.select_for_update().get(pk=by.pk)
    others = SavedView.objects.visible_to(by).exclude(name=name)
    if others.count() >= MOST_VIEWS:
        raise Invalid(_("There are too many saved views. Delete some first."))
    saved, _made = SavedView.objects.update_or_create(
        user=by, name=name, defaults={"address": address, "saved_at": at}
    )
    return saved
