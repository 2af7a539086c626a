"""Who changed what in a programme, from what to what: every change of every table."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from rollout.models import Change, Programme
from rollout.web.access import PersonRequest, programme_page
from rollout.web.forms import Form
from rollout.web.sheets import Sheet, show_list
from rollout.web.trail import Wording, with_before

#: How many of the newest changes a page and a file hold.
PAGE_ROWS, FILE_ROWS = 500, 20_000


class PartForm(Form):
    """Which changes are asked for; the address carries it."""

    kind = forms.SlugField(label=gettext_lazy("What"), required=False)
    object = forms.IntegerField(label=gettext_lazy("number"), required=False)
    activity = forms.IntegerField(label=gettext_lazy("activity"), required=False)
    person = forms.IntegerField(label=gettext_lazy("Person"), required=False)


@require_safe
@programme_page
def trail(request: PersonRequest, programme: Programme) -> HttpResponse:
    """List the newest changes, for who may see every number: those who run it."""
    if not request.user.has_perm("rollout.edit_activity", programme):
        raise Http404
    form = PartForm(request.GET)
    if not form.is_valid():
        raise Http404
    asked = {
        "kind": form.cleaned_data["kind"],
        "object_id": form.cleaned_data["object"],
        "activity": form.cleaned_data["activity"],
        "by": form.cleaned_data["person"],
    }
    changes = Change.objects.visible_to(request.user).filter(
        programme=programme, **{name: value for name, value in asked.items() if value}
    )
    is_file = "format" in request.GET
    rows = with_before(changes).order_by("-transaction", "-pk")
    wording = Wording(rows[: FILE_ROWS if is_file else PAGE_ROWS])
    sheet = Sheet(
        _("Every change"), [_("When"), _("Who"), _("What"), _("What was changed")]
    )
    for one in wording.changes:
        sheet.add(one.at, wording.who(one), wording.what(one), wording.told(one))
    context = {
        "nav": "settings",
        "programme": programme,
        "lead": _("The newest %(count)d; a file holds more.") % {"count": PAGE_ROWS},
        "back": f"{reverse('rollout:settings_members')}?programme={programme.code}",
        "back_label": _("Settings"),
    }
    return show_list(request, sheet, context)
