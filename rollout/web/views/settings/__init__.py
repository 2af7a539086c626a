"""The settings of a programme: where they begin, and one module for each page."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect

from rollout.web.access import PersonRequest, page
from rollout.web.settings import address_of, programme_to_set_up


@page
def settings(request: PersonRequest) -> HttpResponse:
    """Go to the first page of the settings."""
    programme = programme_to_set_up(request)
    return HttpResponseRedirect(address_of("rollout:settings_milestones", programme))
