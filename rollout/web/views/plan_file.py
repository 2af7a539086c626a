"""The plan file: uploaded, compared like a code review, applied, and downloaded."""

from __future__ import annotations

from collections import Counter

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from rollout.jobs import ask_for_plan
from rollout.models import PlanUpload, Programme, SettingArea
from rollout.permissions import membership_of
from rollout.plans.export import export
from rollout.plans.memory import remembered
from rollout.plans.problems import BadPlan
from rollout.plans.reader import MAX_BYTES
from rollout.plans.rows import Ambiguous, load
from rollout.plans.upload import EDIT, Review, apply_upload, keep_upload, review
from rollout.services import Invalid
from rollout.web.access import PersonRequest, action, page, programme_page
from rollout.web.forms import Form
from rollout.web.settings import address_of, latest_changes

#: Entries on one page of the review.
PAGE_SIZE = 100
#: Bytes of a file beyond which a worker applies it, and a page tells how far it is.
AT_ONCE = 100_000
_PAGE = "rollout:plan_file"


class PlanFileForm(Form):
    """The file to look at."""

    file = forms.FileField(
        label=gettext_lazy("Plan file"),
        help_text=gettext_lazy("YAML, at most 1 MB. Nothing is changed by uploading."),
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}),
    )


@require_safe
@programme_page
def plan_file(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Show what an uploaded file would do; ``?sign=`` narrows it to one sort."""
    _must_read_all(request, programme)
    upload = PlanUpload.objects.visible_to(request.user).filter(programme=programme)
    found = upload.first()
    context = {
        "nav": "plan",
        "tab": "file",
        "programme": programme,
        "may_edit": request.user.has_perm(EDIT, programme),
        "form": PlanFileForm(),
        "changes": latest_changes(programme, SettingArea.PLAN),
    }
    if found is not None and context["may_edit"]:
        context |= _review(request, review(found))
    return render(request, "rollout/plan_file.html", context)


def _review(request: PersonRequest, reviewed: Review) -> dict[str, object]:
    counts = Counter(block.sign for block in reviewed.blocks)
    sign = request.GET.get("sign", "")
    shown = [one for one in reviewed.blocks if sign not in counts or one.sign == sign]
    lines = bytes(reviewed.upload.content).decode(errors="replace").splitlines()
    return {
        "review": reviewed,
        "signs": [(one, counts[one]) for one in "+~=-" if counts[one]],
        "sign": sign if sign in counts else "",
        "shown": Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page")),
        "problems": [
            (one, lines[one.line - 1] if 0 < one.line <= len(lines) else "")
            for one in reviewed.problems
        ],
    }


@action
def upload_plan(request: PersonRequest, pk: int) -> HttpResponse:
    """Keep an uploaded file, to look at."""
    programme = _find(request, pk)
    form = PlanFileForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        keep_upload(
            programme,
            name=file.name,
            content=file.read(MAX_BYTES + 1),
            by=request.user,
            at=timezone.now(),
        )
    else:
        messages.error(request, _("Choose a file that is not empty."))
    return HttpResponseRedirect(address_of(_PAGE, programme))


@action
def apply_plan(request: PersonRequest, pk: int) -> HttpResponse:
    """Apply the file that the person looked at."""
    programme = _find(request, pk)
    upload = _upload(request, programme)
    seen = request.POST.get("seen", "")
    if len(upload.content) > AT_ONCE:
        job = ask_for_plan(upload, seen=seen, by=request.user, at=timezone.now())
        return HttpResponseRedirect(job.get_absolute_url())
    try:
        done = apply_upload(upload, seen=seen, by=request.user, at=timezone.now())
    except (BadPlan, Ambiguous):
        messages.error(request, _("The file cannot be applied as things stand now."))
    except Invalid as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return HttpResponseRedirect(address_of(_PAGE, programme))


@action
def discard_plan(request: PersonRequest, pk: int) -> HttpResponse:
    """Throw the uploaded file away; nothing of it was applied."""
    programme = _find(request, pk)
    _upload(request, programme).delete()
    messages.success(request, _("The file is thrown away. Nothing was changed."))
    return HttpResponseRedirect(address_of(_PAGE, programme))


@require_safe
@page
def export_plan(request: PersonRequest, pk: int) -> HttpResponse:
    """Download the plan; ``?people=1`` with names and addresses, for managers."""
    visible = Programme.objects.visible_to(request.user)
    programme = get_object_or_404(visible, pk=pk)
    _must_read_all(request, programme)
    with_people = request.GET.get("people") == "1"
    if with_people and not request.user.has_perm(EDIT, programme):
        raise PermissionDenied
    text = export(load(programme.code), remembered(programme), with_people=with_people)
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{programme.code}.yaml"
    )
    return response


def _must_read_all(request: PersonRequest, programme: Programme) -> None:
    membership = membership_of(request.user, programme)
    if membership is None or not membership.reads_all:
        raise PermissionDenied


def _find(request: PersonRequest, pk: int) -> Programme:
    visible = Programme.objects.visible_to(request.user)
    programme = get_object_or_404(visible, pk=pk)
    if not request.user.has_perm(EDIT, programme):
        raise PermissionDenied
    return programme


def _upload(request: PersonRequest, programme: Programme) -> PlanUpload:
    own = PlanUpload.objects.visible_to(request.user).select_related("programme")
    found = own.filter(programme=programme).first()
    if found is None:
        raise Http404
    return found
