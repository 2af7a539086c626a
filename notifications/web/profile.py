"""One's own page: language, which mails one gets and when, and who stands in."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from notifications import posting
from notifications.web.forms import ProfileForm
from rollout.models import Role
from rollout.services import Invalid, change_profile
from rollout.web.access import PersonRequest, page


@require_http_methods(["GET", "HEAD", "POST"])
@page
def profile(request: PersonRequest) -> HttpResponse:
    """Show what a person has chosen about themselves, and save what they change."""
    person = request.user
    is_manager = any(m.role == Role.MANAGER for m in person.memberships.all())
    form = ProfileForm(request.POST or None, person=person, is_manager=is_manager)
    if request.method != "POST":
        return _page(request, form)
    now = timezone.now()
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        fresh = change_profile(
            person, form.cleaned_data, by=person, on=timezone.localdate(now)
        )
    except Invalid as refused:
        form.add_error(None, str(refused))
        return _page(request, form, status=422)
    if not fresh.is_paused_on(timezone.localdate(now)):
        posting.end_pause(fresh, at=now)
    translation.activate(fresh.language)
    messages.success(request, _("Your choice is saved."))
    response = redirect("notifications:profile")
    # What was chosen in this browser gives way to what is chosen for good.
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, fresh.language, samesite="Lax")
    return response


def _page(
    request: PersonRequest, form: ProfileForm, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "nav": "profile"}
    return render(request, "notifications/web/profile.html", context, status=status)
