"""The page behind “choose which mails you get”: no account, and a GET changes nothing.

A mail program may end a subscription by one POST of its own (RFC 8058): without a
cookie, so without Django's token against forgery. The address is the secret.
"""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications import subscriptions
from notifications.subscriptions import ONE_CLICK, Subscription
from notifications.web.forms import SubscriptionForm
from rollout.services import change_profile

#: What mail programs post, by RFC 8058.
_ONE_CLICK = ("List-Unsubscribe", "One-Click")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def subscription(request: HttpRequest, token: str) -> HttpResponse:
    """Show the choice, and carry out what is chosen; nothing is preselected."""
    found = subscriptions.find(token)
    if found is None:
        return _page(request, None, status=404)
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(found.person.language)
        request.LANGUAGE_CODE = translation.get_language()
    if request.method != "POST":
        return _page(request, found, SubscriptionForm(subscription=found))
    name, value = _ONE_CLICK
    if request.POST.get(name) == value and found.mailing in ONE_CLICK:
        subscriptions.unsubscribe(found, on=timezone.localdate())
        return HttpResponse(_("You are unsubscribed."), content_type="text/plain")
    form = SubscriptionForm(request.POST, subscription=found)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    person = change_profile(
        found.person, form.values(), by=found.person, on=timezone.localdate()
    )
    fresh = replace(found, person=person)
    return _page(request, fresh, SubscriptionForm(subscription=fresh), is_saved=True)


def _page(
    request: HttpRequest,
    found: Subscription | None,
    form: SubscriptionForm | None = None,
    *,
    status: int = 200,
    is_saved: bool = False,
) -> HttpResponse:
    context = {"subscription": found, "form": form, "is_saved": is_saved}
    response = render(
        request, "notifications/web/subscription.html", context, status=status
    )
    # The address is the secret: nobody else is to see it in a Referer.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
