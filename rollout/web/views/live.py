"""What pages ask every few seconds: has anything changed? Mostly answered by 304."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import parse_etags, quote_etag
from django.views.decorators.http import require_safe

from rollout.models import Activity, Programme
from rollout.web.live import mark_of, mark_of_activity


@require_safe
def programme(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether anything in the programme has changed since the mark was made."""
    if not request.user.is_authenticated:
        return _logged_out()
    found = get_object_or_404(Programme.objects.visible_to(request.user), pk=pk)
    return _answer(request, mark_of(found, on=timezone.localdate()))


@require_safe
def activity(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether anything on the activity's page has changed since."""
    if not request.user.is_authenticated:
        return _logged_out()
    found = get_object_or_404(Activity.objects.visible_to(request.user), pk=pk)
    return _answer(request, mark_of_activity(found, on=timezone.localdate()))


def _logged_out() -> HttpResponse:
    """Answer nothing: to be sent to the login would cost what is being written."""
    return HttpResponse(status=204)


def _answer(request: HttpRequest, mark: str) -> HttpResponse:
    tag = quote_etag(mark)
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(mark, content_type="text/plain")
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response
