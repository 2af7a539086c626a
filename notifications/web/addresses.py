"""The page of addresses to which nothing is sent, and how mail flows to one again."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from notifications import bounces
from notifications.models import Bounce, Message, SuppressedAddress
from rollout.models import READS_ALL, User
from rollout.web.access import PersonRequest, action, page
from workflows.engine import NotAllowed

#: How many lifted addresses, and how many mails that came back, are listed.
ROWS = 50


@require_safe
@page
def addresses(request: PersonRequest) -> HttpResponse:
    """List dead addresses of one's programmes, those lifted, and what came back."""
    if not any(m.role in READS_ALL for m in request.user.memberships.all()):
        raise Http404
    rows = list(
        SuppressedAddress.objects.visible_to(request.user)
        .select_related("lifted_by")
        .order_by("-suppressed_at", "-pk")
    )
    people = _people(rows)
    liftable = set(
        SuppressedAddress.objects.liftable_by(request.user).values_list("pk", flat=True)
    )
    since = timezone.now() - bounces.SOFT_SPAN
    context = {
        "nav": "mail",
        "tab": "addresses",
        "dead": [
            {
                "address": row,
                "person": people.get(row.address),
                "may_lift": row.pk in liftable,
            }
            for row in rows
            if row.lifted_at is None
        ],
        "lifted": [
            {"address": row, "person": people.get(row.address)}
            for row in rows
            if row.lifted_at is not None
        ][:ROWS],
        "returned": Bounce.objects.filter(
            message__in=Message.objects.visible_to(request.user), at__gte=since
        ).select_related("message__recipient")[:ROWS],
        "limit": bounces.SOFT_LIMIT,
    }
    return render(request, "notifications/web/addresses.html", context)


def _people(rows: list[SuppressedAddress]) -> dict[str, User]:
    found = User.objects.filter(email__in=[row.address for row in rows])
    return {person.email.lower(): person for person in found}


@action
def lift(request: PersonRequest, pk: int) -> HttpResponse:
    """Let mail flow to an address again."""
    visible = SuppressedAddress.objects.visible_to(request.user)
    address = get_object_or_404(visible, pk=pk)
    try:
        done = bounces.lift(address, by=request.user, at=timezone.now())
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    if done:
        text = _("Mail to %(address)s flows again.") % {"address": address.address}
        messages.success(request, text)
    return redirect("notifications:addresses")
