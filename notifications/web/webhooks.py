"""The pages of webhooks: who is called, what was told, and what the receivers said."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notifications import webhooks
from notifications.models import Delivery, DeliveryState, Webhook
from notifications.web.outward_forms import WebhookForm
from rollout.tables import Table
from rollout.templatetags.dates import moment
from rollout.web.access import PersonRequest, action, page
from rollout.web.export import download
from rollout.web.settings import (
    address_of,
    carry_out,
    programme_to_set_up,
    show,
    show_list,
)
from rollout.web.sheets import Cell, Sheet
from rollout.web.sorting import PAGE_SIZE, headings_of, in_state, order_by

#: The columns of the log, and by which field of a call each sorts.
_COLUMNS = {
    "what": gettext_lazy("What"),
    "when": gettext_lazy("When"),
    "state": gettext_lazy("Status"),
    "attempts": gettext_lazy("Attempts"),
    "answer": gettext_lazy("The receiver's answer"),
}
_FIELDS = {
    "what": "event_type",
    "when": "created_at",
    "state": "state",
    "attempts": "attempts",
    "answer": "status",
}


@require_safe
@page
def listed(request: PersonRequest) -> HttpResponse:
    """List the webhooks of a programme."""
    programme = programme_to_set_up(request)
    own = Webhook.objects.visible_to(request.user).filter(programme=programme)
    sheet = Sheet(_("Webhooks"), [_("Webhook"), _("Owner"), _("Status")])
    for webhook in own.select_related("owner"):
        address = webhook.url if webhook.description else ""
        page_of = reverse("notifications:webhook", args=[webhook.pk])
        name = Cell(str(webhook), page_of, note=address)
        sheet.add(name, webhook.owner.name, _status(webhook))
    return show_list(*(request, "webhooks", programme, sheet), tab="webhooks")


def _status(webhook: Webhook) -> str:
    """Return whether it is called, and since when it is not."""
    if not webhook.is_on:
        off = _("Off since %(moment)s") % {"moment": moment(webhook.off_at)}
        return f"{off}: {webhook.get_off_reason_display()}"
    if webhook.failing_since:
        since = {"moment": moment(webhook.failing_since)}
        return _("On, but no call has arrived since %(moment)s") % since
    return _("On")


@page
@never_cache
def new(request: PersonRequest) -> HttpResponse:
    """Set up a webhook, and show its key, this once."""
    programme = programme_to_set_up(request)
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        made = webhooks.subscribe(programme, **form.values(), by=request.user, at=at)
        return _key(request, *made)
    shown = show(
        *(request, "webhook_new", programme),
        tab="webhooks",
        form=form,
        back=address_of("notifications:webhooks", programme),
    )
    shown.status_code = 422 if form.errors else 200
    return shown


@page
def one(request: PersonRequest, pk: int) -> HttpResponse:
    """Show a webhook with its latest calls, and change it."""
    webhook = _find(request, pk)
    form = WebhookForm.of(webhook, request.POST or None)

    def change() -> str:
        webhooks.change(webhook, **form.values(), by=request.user)
        return _("The webhook is changed.")

    def again() -> HttpResponse:
        return _one(request, webhook, form)

    if request.method != "POST":
        return again()
    back = address_of("notifications:webhook", webhook.programme, webhook.pk)
    return carry_out(request, form, change, again=again, back=back)


@action
@never_cache
def new_key(request: PersonRequest, pk: int) -> HttpResponse:
    """Give a webhook a new key, and show it, this once."""
    webhook = _find(request, pk)
    return _key(
        request,
        *webhooks.exchange_key(webhook, by=request.user, at=timezone.now()),
        is_exchange=True,
    )


@action
def switch(request: PersonRequest, pk: int) -> HttpResponse:
    """Switch a webhook on or off."""
    webhook = _find(request, pk)
    on = request.POST.get("on") == "true"
    webhooks.switch(webhook, on=on, by=request.user, at=timezone.now())
    text = _("The webhook is switched on.") if on else _("The webhook is switched off.")
    messages.success(request, text)
    return redirect("notifications:webhook", pk)


@action
def ping(request: PersonRequest, pk: int) -> HttpResponse:
    """Make a call that only says that calls arrive."""
    webhooks.ping(_find(request, pk), by=request.user, at=timezone.now())
    messages.success(request, _("A test is on its way. See below what comes of it."))
    return redirect("notifications:webhook", pk)


@action
def again(request: PersonRequest, pk: int, delivery_pk: int) -> HttpResponse:
    """Make a call again."""
    webhook = _find(request, pk)
    delivery = get_object_or_404(
        Delivery.objects.filter(webhook=webhook).select_related("webhook"),
        pk=delivery_pk,
    )
    if webhooks.send_again(delivery, by=request.user, at=timezone.now()):
        messages.success(request, _("The call is made again."))
    else:
        messages.warning(request, _("Nothing was done: the call waits already."))
    return redirect("notifications:webhook", pk)


@action
def remove(request: PersonRequest, pk: int) -> HttpResponse:
    """Remove a webhook and its log."""
    webhook = _find(request, pk)
    webhooks.remove(webhook, by=request.user)
    messages.success(request, _("The webhook is removed."))
    return redirect(address_of("notifications:webhooks", webhook.programme))


def _find(request: PersonRequest, pk: int) -> Webhook:
    visible = Webhook.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("owner", "programme"), pk=pk)


def _one(request: PersonRequest, webhook: Webhook, form: WebhookForm) -> HttpResponse:
    calls = order_by(webhook.deliveries.all(), _FIELDS, request.GET)
    calls = in_state(calls, DeliveryState.values, request.GET)
    if "format" in request.GET:
        return download(_table(webhook, calls), request.GET["format"])
    shown = Paginator(calls, PAGE_SIZE).get_page(request.GET.get("page"))
    return show(
        *(request, "webhook", webhook.programme),
        tab="webhooks",
        webhook=webhook,
        status=_status(webhook),
        form=form,
        back=address_of("notifications:webhooks", webhook.programme),
        shown=shown,
        calls=[(call, webhooks.describe(call.event_type)) for call in shown],
        headings=headings_of(_COLUMNS, request.GET),
        states=DeliveryState.choices,
        state=request.GET.get("state", ""),
    )


def _table(webhook: Webhook, calls: Iterable[Delivery]) -> Table:
    columns = [str(label) for label in _COLUMNS.values()]
    rows = [
        (
            *(capfirst(webhooks.describe(call.event_type)), call.created_at),
            *(call.get_state_display(), call.attempts, call.status, call.said),
        )
        for call in calls
    ]
    return Table(
        _("Calls: %(webhook)s") % {"webhook": webhook}, [*columns, _("Answer")], rows
    )


def _key(
    request: PersonRequest, webhook: Webhook, key: str, *, is_exchange: bool = False
) -> HttpResponse:
    return show(
        *(request, "webhook_key", webhook.programme),
        tab="webhooks",
        webhook=webhook,
        key=key,
        is_exchange=is_exchange,
    )
