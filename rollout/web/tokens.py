"""Tokens on a page: a person's own, and those of a service account."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rollout import services
from rollout.models import ApiToken, User
from rollout.web.members import TokenForm


def make(
    form: TokenForm, *, by: User, at: datetime, acts_as: User | None = None
) -> tuple[ApiToken, str] | None:
    """Make the token that a form asks for; without one, the form says why."""
    if not form.is_valid():
        return None
    values = {"programme": None} | form.cleaned_data
    try:
        return services.issue_token(by=by, at=at, acts_as=acts_as, **values)
    except services.Invalid as refusal:
        form.add_error(None, str(refusal))
        return None


def table_of(owner: User, *, at: datetime) -> dict[str, Any]:
    """Return what `settings/token_table.html` shows: the newest token first."""
    rows = ApiToken.objects.filter(user=owner).select_related("programme")
    return {
        "tokens": rows.order_by("-created_at"),
        "usable": set(rows.usable(at=at).values_list("pk", flat=True)),
    }
