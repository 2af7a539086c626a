"""First shows which mails a change of the settings would move, then makes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Protocol

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone

from notifications.web.whatif import context_of
from notifications.whatif import what_if
from rollout.models import Programme
from rollout.services import Invalid
from rollout.web.access import PersonRequest
from workflows.engine import NotAllowed

#: How many days ahead a preview looks, at least.
AHEAD = timedelta(days=60)


class FilledIn(Protocol):
    """A form or a set of forms."""

    def is_valid(self) -> bool:
        """Say whether it can be used."""
        ...


Again = Callable[[dict[str, Any]], HttpResponse]


def decide(
    request: PersonRequest,
    form: FilledIn,
    deed: Callable[[], str],
    *,
    programme: Programme,
    at: datetime,
    again: Again,
    back: str,
    last: date | None = None,
) -> HttpResponse:
    """Show what a filled-in form would change; do it once exactly that was seen.

    ``again`` shows the form with further context; ``deed`` returns what to tell the
    person, who then goes to ``back``. Raises PermissionDenied.
    """
    if not form.is_valid():
        return _refused(again({}))
    seen = _digest(request.POST)
    try:
        if request.POST.get("seen") == seen:
            messages.success(request, deed())
            return HttpResponseRedirect(back)
        return again(try_out(deed, programme=programme, at=at, last=last, seen=seen))
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Invalid as refusal:
        return _refused(again({"refusal": str(refusal)}))


def try_out(
    deed: Callable[[], object],
    *,
    programme: Programme,
    at: datetime,
    last: date | None = None,
    seen: str = "yes",
) -> dict[str, Any]:
    """Return what the preview shows; nothing of ``deed`` remains."""
    horizon = timezone.localdate(at) + AHEAD
    found = what_if(
        deed, now=at, programme=programme, last=max(horizon, last or horizon)
    )
    return context_of(found) | {"seen": seen, "until": found.last}


def _digest(posted: QueryDict) -> str:
    said = sorted(
        (name, value)
        for name, values in posted.lists()
        if name not in {"csrfmiddlewaretoken", "seen"}
        for value in values
    )
    return sha256(repr(said).encode()).hexdigest()[:20]


def _refused(response: HttpResponse) -> HttpResponse:
    response.status_code = 422
    return response
