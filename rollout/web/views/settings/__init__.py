"""The settings of a programme: where they begin, and one module for each page."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from rollout.web.access import PersonRequest, page
from rollout.web.settings import address_of, programme_to_set_up


@page
def settings(request: PersonRequest) -> HttpResponse:
    """Go to the first page of the settings: the programme's, or one's own."""
    try:
        programme = programme_to_set_up(request)
    except (Http404, PermissionDenied):
        return HttpResponseRedirect(reverse("rollout:settings_tokens"))
    return HttpResponseRedirect(address_of("rollout:settings_members", programme))
