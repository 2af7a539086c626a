"""Access for programs: one's own tokens."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from rollout import services
from rollout.models import ApiToken, Programme
from rollout.web.access import PersonRequest, action, page
from rollout.web.members import OwnTokenForm
from rollout.web.sheets import ListedSheet, list_or_file
from rollout.web.tokens import make, sheet_of


@page
@never_cache
def tokens(request: PersonRequest) -> HttpResponse:
    """List the person's tokens, and make one; its secret is shown here and only now."""
    at = timezone.now()
    programmes = Programme.objects.visible_to(request.user).order_by("name")
    form = OwnTokenForm(request.POST or None, programmes=programmes)
    made = make(form, by=request.user, at=at) if request.method == "POST" else None
    if made is not None:
        form = OwnTokenForm(programmes=programmes)

    def draw(shown: ListedSheet) -> HttpResponse:
        context = {"nav": "settings", "tab": "tokens", "form": form, "made": made}
        status = 422 if form.errors else 200
        told = context | {"list": shown}
        return render(request, "settings/tokens.html", told, status=status)

    sheet = sheet_of(request.user, at=at, revoke=_where_it_ends)
    return list_or_file(request, sheet, draw)


def _where_it_ends(token: ApiToken) -> str:
    return reverse("rollout:revoke_token", args=[token.pk])


@action
def revoke(request: PersonRequest, pk: int) -> HttpResponse:
    """End one of the person's tokens."""
    token = get_object_or_404(ApiToken.objects.visible_to(request.user), pk=pk)
    services.revoke_token(token, by=request.user, at=timezone.now())
    messages.success(request, _("“%(name)s” is revoked.") % {"name": token.name})
    return HttpResponseRedirect(reverse("rollout:settings_tokens"))
