"""Tokens on a page: a person's own, and those of a service account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from rollout import services
from rollout.models import ApiToken, User
from rollout.templatetags.dates import short_day
from rollout.web.members import TokenForm
from rollout.web.sheets import Cell, Deed, Sheet


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


def sheet_of(owner: User, *, at: datetime, revoke: Callable[[ApiToken], str]) -> Sheet:
    """Return a list of tokens, the newest first; ``revoke`` gives where one ends."""
    columns = [_("What uses it"), _("Begins with"), _("Good for"), _("Valid until")]
    sheet = Sheet(_("Tokens"), [*columns, _("Last used"), _("Status")])
    rows = ApiToken.objects.filter(user=owner).select_related("programme")
    usable = set(rows.usable(at=at).values_list("pk", flat=True))
    for one in rows.order_by("-created_at"):
        deed = Deed(_("Revoke"), revoke(one), one.name) if one.pk in usable else None
        sheet.add(
            Cell(
                one.name, note=_("made %(date)s") % {"date": short_day(one.created_at)}
            ),
            f"rollout_{one.prefix}",
            Cell(", ".join(one.scope_labels()), note=_only_in(one)),
            Cell(one.expires_at, text=short_day(one.expires_at)),
            Cell(one.last_used_at, text="" if one.last_used_at else _("never")),
            Cell(_status(one, is_usable=deed is not None), deed=deed),
        )
    return sheet


def _only_in(token: ApiToken) -> str:
    if token.programme is None:
        return ""
    return _("only in %(programme)s") % {"programme": token.programme}


def _status(token: ApiToken, *, is_usable: bool) -> str:
    if is_usable:
        return _("in use")
    if token.revoked_at:
        return _("revoked %(date)s") % {"date": short_day(token.revoked_at)}
    return _("expired")
