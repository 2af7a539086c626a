"""A person's own access tokens for programs."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from rollout import services
from rollout.models import ApiToken
from rollout.web.access import PersonRequest, action, page
from rollout.web.members import TokenForm


@page
@never_cache
def tokens(request: PersonRequest) -> HttpResponse:
    """List the person's tokens, and make one; its secret is shown here and only now."""
    at = timezone.now()
    form = TokenForm(request.POST or None)
    made: tuple[ApiToken, str] | None = None
    if request.method == "POST" and form.is_valid():
        try:
            made = services.issue_token(by=request.user, at=at, **form.cleaned_data)
            form = TokenForm()
        except services.Invalid as refusal:
            form.add_error(None, str(refusal))
    own = ApiToken.objects.filter(user=request.user).order_by("-created_at")
    context = {
        "nav": "settings",
        "tab": "tokens",
        "form": form,
        "made": made,
        "tokens": own,
        "usable": set(own.usable(at=at).values_list("pk", flat=True)),
    }
    status = 422 if form.errors else 200
    return render(request, "settings/tokens.html", context, status=status)


@action
def revoke(request: PersonRequest, pk: int) -> HttpResponse:
    """End one of the person's tokens."""
    token = get_object_or_404(ApiToken.objects.filter(user=request.user), pk=pk)
    services.revoke_token(token, by=request.user, at=timezone.now())
    messages.success(request, _("“%(name)s” is revoked.") % {"name": token.name})
    return HttpResponseRedirect(reverse("rollout:settings_tokens"))
