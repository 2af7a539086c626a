"""The page of addresses to which nothing is sent, and how mail flows to one again."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from notifications import bounces
from notifications.models import Bounce, Message, SuppressedAddress
from rollout.models import READS_ALL, User
from rollout.templatetags.dates import moment
from rollout.web.access import PersonRequest, action, page
from rollout.web.sheets import Cell, Deed, ListedSheet, Sheet, list_or_file
from workflows.engine import NotAllowed


@require_safe
@page
def addresses(request: PersonRequest) -> HttpResponse:
    """List addresses of one's programmes that do not work, and those lifted.

    With ``?show=returned`` it lists the mails that came back.
    """
    if not any(m.role in READS_ALL for m in request.user.memberships.all()):
        raise Http404
    is_returned = request.GET.get("show") == "returned"

    def draw(shown: ListedSheet) -> HttpResponse:
        context = {
            "nav": "mail",
            "tab": "addresses",
            "list": shown,
            "is_returned": is_returned,
            "limit": bounces.SOFT_LIMIT,
        }
        return render(request, "notifications/web/addresses.html", context)

    sheet = _returned(request.user) if is_returned else _silent(request.user)
    return list_or_file(request, sheet, draw)


def _silent(reader: User) -> Sheet:
    """Return the addresses, those first that get no mail."""
    columns = [_("Address"), _("Person"), _("Status"), _("Since"), _("Why")]
    sheet = Sheet(_("Addresses that do not work"), columns)
    visible = SuppressedAddress.objects.visible_to(reader)
    rows = visible.select_related("lifted_by").order_by(
        F("lifted_at").desc(nulls_first=True), "-suppressed_at", "-pk"
    )
    people = _people(rows)
    liftable = set(
        SuppressedAddress.objects.liftable_by(reader).values_list("pk", flat=True)
    )
    for one in rows:
        person = people.get(one.address)
        sheet.add(
            one.address,
            Cell(str(person or ""), is_example=bool(person and person.is_example)),
            _status(one, may_lift=one.pk in liftable),
            one.suppressed_at,
            Cell(one.get_kind_display(), note=one.reason),
        )
    return sheet


def _status(address: SuppressedAddress, *, may_lift: bool) -> Cell:
    """Return whether mail flows to it; where none does, with the button for it."""
    if address.lifted_at is None:
        lift = reverse("notifications:lift_address", args=[address.pk])
        deed = Deed(_("Let mail flow again"), lift, address.address)
        return Cell(_("gets no mail"), deed=deed if may_lift else None)
    told = {"name": address.lifted_by, "moment": moment(address.lifted_at)}
    if address.lifted_by is None:
        return Cell(_("gets mail again since %(moment)s") % told)
    return Cell(_("%(name)s let mail flow again %(moment)s") % told)


def _people(rows: Iterable[SuppressedAddress]) -> dict[str, User]:
    found = User.objects.filter(email__in=[row.address for row in rows])
    return {person.email.lower(): person for person in found}


def _returned(reader: User) -> Sheet:
    """Return the mails that came back lately, the newest first."""
    columns = [_("Mail"), _("To"), _("Address"), _("When"), _("Why")]
    sheet = Sheet(_("What came back in the last 30 days"), columns)
    since = timezone.now() - bounces.SOFT_SPAN
    visible = Message.objects.visible_to(reader)
    found = Bounce.objects.filter(message__in=visible, at__gte=since)
    for one in found.select_related("message__recipient"):
        page_of = reverse("notifications:message", args=[one.message_id])
        sheet.add(
            Cell(str(one.message), page_of),
            str(one.message.recipient or ""),
            *(one.address, one.at, Cell(one.get_kind_display(), note=one.text)),
        )
    return sheet


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
