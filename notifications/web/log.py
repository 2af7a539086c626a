"""The message log: every mail as it went out, and another try for what was given up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from notifications.models import Answer, Message, MessageState
from notifications.resend import GIVEN_UP, NotGivenUp, send_again
from rollout.models import DeadlineKind
from rollout.tables import Table
from rollout.web.access import PersonRequest, action, page
from rollout.web.export import download
from rollout.web.sorting import PAGE_SIZE, headings_of, in_state, order_by

#: The list's columns, and by which field of a message each sorts.
_COLUMNS = {
    "what": gettext_lazy("What"),
    "to": gettext_lazy("To"),
    "state": gettext_lazy("State"),
    "when": gettext_lazy("When"),
}
_FIELDS = {
    "what": "subject",
    "to": "to_address",
    "state": "state",
    "when": "created_at",
}


@require_safe
@page
def log(request: PersonRequest) -> HttpResponse:
    """List the messages that the person may see, newest first; ``?state=`` filters."""
    rows = Message.objects.visible_to(request.user).select_related("recipient")
    rows = in_state(rows, MessageState.values, request.GET)
    rows = order_by(rows, _FIELDS, request.GET)
    if "format" in request.GET:
        return download(_table(rows), request.GET["format"])
    context = {
        "nav": "mail",
        "tab": "log",
        "shown": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "states": MessageState.choices,
        "state": request.GET.get("state", ""),
        "headings": headings_of(_COLUMNS, request.GET),
    }
    return render(request, "notifications/web/log.html", context)


def _table(rows: Iterable[Message]) -> Table:
    columns = [str(label) for label in _COLUMNS.values()]
    return Table(
        _("Message log"),
        columns,
        [
            (
                one.subject or capfirst(one.get_kind_display()),
                one.recipient.name if one.recipient else one.to_address,
                _("came back") if one.bounced_at else one.get_state_display(),
                one.sent_at or one.created_at,
            )
            for one in rows
        ],
    )


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
        "is_hidden": not _may_read(request, found),
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
    return _may_everywhere(request, found, "rollout.edit_activity")


def _may_read(request: PersonRequest, found: Message) -> bool:
    """Say whether the person may read a text, which can tell a small number."""
    return (
        found.recipient_id == request.user.pk
        or not _is_about_numbers(found)
        or _may_everywhere(request, found, "rollout.see_small_numbers")
    )


def _is_about_numbers(found: Message) -> bool:
    kind = DeadlineKind.DATA_REQUEST
    answers = Answer.objects.filter(pk=found.params.get("answer"), kind=kind)
    return found.reminders.filter(kind=kind).exists() or answers.exists()


def _may_everywhere(request: PersonRequest, found: Message, permission: str) -> bool:
    programmes = (
        [found.programme]
        if found.programme is not None
        else [one.programme for one in found.reminders.select_related("programme")]
    )
    return bool(programmes) and all(
        request.user.has_perm(permission, one) for one in programmes
    )
