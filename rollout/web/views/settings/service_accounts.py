"""Service accounts: programs that take part in a programme, and their tokens."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from rollout import services
from rollout.models import ApiToken, Membership
from rollout.web.access import PersonRequest, action, page
from rollout.web.members import ServiceAccountForm, TokenForm
from rollout.web.settings import (
    address_of,
    carry_out,
    must_set_up,
    programme_to_set_up,
    show,
    show_list,
)
from rollout.web.sheets import Cell, Sheet
from rollout.web.tokens import make, sheet_of

_LIST = "rollout:service_accounts"
_ONE = "rollout:service_account"


@require_safe
@page
def accounts(request: PersonRequest) -> HttpResponse:
    """List the programs that take part."""
    programme = programme_to_set_up(request)
    found = programme.memberships.filter(user__is_service=True)
    rows = found.select_related("user", "partner").order_by(
        "-user__is_active", "user__name"
    )
    sheet = Sheet(_("Service accounts"), [_("Name"), _("Role"), _("Partner")])
    for one in rows:
        note = "" if one.user.is_active else _("closed")
        sheet.add(
            Cell(str(one.user), reverse(_ONE, args=[one.pk]), note=note),
            capfirst(one.get_role_display()),
            str(one.partner or ""),
        )
    return show_list(
        *(request, "service_accounts", programme, sheet), tab="service_accounts"
    )


@page
def new_account(request: PersonRequest) -> HttpResponse:
    """Open an account for a program."""
    programme = programme_to_set_up(request)
    partners = programme.partners.order_by("name")
    form = ServiceAccountForm(request.POST or None, partners=partners)
    at = timezone.now()

    def open_it() -> str:
        made = services.open_service_account(
            programme, by=request.user, at=at, **form.cleaned_data
        )
        return _("“%(name)s” takes part. Make a token for it now.") % {
            "name": made.user
        }

    def again() -> HttpResponse:
        return show(
            *(request, "service_account_new", programme),
            tab="service_accounts",
            form=form,
            back=address_of(_LIST, programme),
        )

    if request.method != "POST":
        return again()
    return carry_out(
        request, form, open_it, again=again, back=address_of(_LIST, programme)
    )


@page
@never_cache
def account(request: PersonRequest, pk: int) -> HttpResponse:
    """Show an account, and make a token for it, whose secret is shown only now."""
    found = _find(request, pk)
    at = timezone.now()
    form = TokenForm(request.POST or None)
    made = None
    if request.method == "POST":
        made = make(form, by=request.user, at=at, acts_as=found.user)
    if made is not None:
        form = TokenForm()

    def where_it_ends(token: ApiToken) -> str:
        return reverse("rollout:revoke_service_token", args=[found.pk, token.pk])

    response = show_list(
        *(request, "service_account", found.programme),
        sheet_of(found.user, at=at, revoke=where_it_ends),
        tab="service_accounts",
        member=found,
        form=form,
        made=made,
        back=address_of(_LIST, found.programme),
    )
    if form.errors:
        response.status_code = 422
    return response


@action
def revoke(request: PersonRequest, pk: int, token_pk: int) -> HttpResponse:
    """End one of an account's tokens."""
    found = _find(request, pk)
    token = get_object_or_404(ApiToken.objects.filter(user=found.user), pk=token_pk)
    services.revoke_token(token, by=request.user, at=timezone.now())
    messages.success(request, _("“%(name)s” is revoked.") % {"name": token.name})
    return HttpResponseRedirect(address_of(_ONE, found.programme, found.pk))


@action
def close(request: PersonRequest, pk: int) -> HttpResponse:
    """End an account for good."""
    found = _find(request, pk)
    services.close_service_account(found.user, by=request.user, at=timezone.now())
    messages.success(request, _("“%(name)s” is closed.") % {"name": found.user})
    return HttpResponseRedirect(address_of(_LIST, found.programme))


def _find(request: PersonRequest, pk: int) -> Membership:
    visible = Membership.objects.visible_to(request.user).filter(user__is_service=True)
    found = get_object_or_404(
        visible.select_related("programme", "user", "partner"), pk=pk
    )
    must_set_up(request, found.programme)
    return found
