"""Search: a page that works anywhere, a list under the field, and saved views."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from rollout import services
from rollout.models import SavedView
from rollout.search import LONGEST, Kind, find
from rollout.web.access import PersonRequest, action, page
from rollout.web.forms import Form

#: How many hits the list under the field shows.
OPTIONS = 8
#: How many of each kind the page shows.
EACH = 20


class SavedViewForm(Form):
    """A view to save: its name, and the address that the page knows."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    address = forms.CharField(max_length=1000, widget=forms.HiddenInput)

    def clean_address(self) -> str:
        """Take only what leads to a page."""
        address: str = self.cleaned_data["address"]
        try:
            resolve(address.partition("?")[0])
        except Resolver404 as error:
            raise forms.ValidationError(_("There is no such page.")) from error
        return address


@require_safe
@page
def search(request: PersonRequest) -> HttpResponse:
    """Show what was found; ``?q=`` says for what, ``?kind=`` narrows it."""
    text = request.GET.get("q", "").strip()[:LONGEST]
    hits = find(text, user=request.user, limit=EACH)
    counts = Counter(hit.kind for hit in hits)
    kind = request.GET.get("kind", "")
    context = {
        "nav": "search",
        "text": text,
        "hits": [hit for hit in hits if kind not in counts or hit.kind == kind],
        "kind": kind if kind in counts else "",
        "kinds": [(one, counts[one]) for one in Kind if counts[one]],
        "total": len(hits),
        "saved": SavedView.objects.visible_to(request.user),
    }
    return render(request, "rollout/search.html", context)


@require_safe
@page
def options(request: PersonRequest) -> HttpResponse:
    """Show what stands under the field: the best hits, or the saved views."""
    text = request.GET.get("q", "").strip()[:LONGEST]
    context: dict[str, Any] = {"text": text}
    if text:
        hits = find(text, user=request.user, limit=OPTIONS)
        context |= {"hits": hits[:OPTIONS], "total": len(hits)}
    else:
        context["saved"] = SavedView.objects.visible_to(request.user)[:OPTIONS]
    return render(request, "rollout/search/options.html", context)


@action
def save_view(request: PersonRequest) -> HttpResponse:
    """Save the view that the form names, and go back to it."""
    form = SavedViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The view needs a name."))
        return HttpResponseRedirect(reverse("rollout:search"))
    try:
        saved = services.save_view(
            **form.cleaned_data, by=request.user, at=timezone.now()
        )
    except services.Invalid as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("rollout:search"))
    messages.success(
        request,
        _("Saved as “%(name)s”. Find it with the search.") % {"name": saved.name},
    )
    return HttpResponseRedirect(saved.address)


@action
def forget_view(request: PersonRequest, pk: int) -> HttpResponse:
    """Delete one saved view of the person's own."""
    found = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    found.delete()
    messages.success(request, _("“%(name)s” is deleted.") % {"name": found.name})
    return HttpResponseRedirect(reverse("rollout:search"))
