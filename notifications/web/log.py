"""The message log: every mail as it went out, and another try for what was given up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from notifications.models import Message, MessageState
from notifications.resend import GIVEN_UP, NotGivenUp, send_again
from rollout.web.access import PersonRequest, action, page

#: Messages on a page of the log.
PAGE_SIZE = 50


@require_safe
@page
def log(request: PersonRequest) -> HttpResponse:
    """List the messages that the person may see, newest first; ``?state=`` filters."""
    rows = Message.objects.visible_to(request.user).select_related("recipient")
    state = request.GET.get("state", "")
    if state in MessageState.values:
        rows = rows.filter(state=state)
    context = {
        "nav": "mail",
        "tab": "log",
        "shown": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "states": MessageState.choices,
        "state": state,
    }
    return render(request, "notifications/web/log.html", context)


@require_safe
@page
def message(request: PersonRequest, pk: int) -> HttpResponse:
    """Show one message exactly as it was handed over."""
    found = _find(request, pk)
    context: dict[str, Any] = {
        "nav": "mail",
        "tab": "log",
        "programme": found.programme,
        "shown": found,
        "is_given_up": found.state in GIVEN_UP and _may_send(request, found),
        "again": [
            one | {"at": datetime.fromisoformat(one["at"])}
            for one in found.params.get("sent_again", [])
        ],
    }
    return render(request, "notifications/web/message.html", context)


@action
def again(request: PersonRequest, pk: int) -> HttpResponse:
    """Put a message that was given up back into the outbox."""
    found = _find(request, pk)
    if not _may_send(request, found):
        raise PermissionDenied
    try:
        send_again(found, by=request.user, at=timezone.now())
    except NotGivenUp:
        messages.warning(request, _("Nothing was done: it is not given up any more."))
    else:
        messages.success(request, _("The mail is sent again."))
    return redirect("notifications:message", pk)


def _find(request: PersonRequest, pk: int) -> Message:
    visible = Message.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("recipient", "programme"), pk=pk)


def _may_send(request: PersonRequest, found: Message) -> bool:
    return found.programme is not None and request.user.has_perm(
        "rollout.edit_activity", found.programme
    )
