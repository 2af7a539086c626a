"""The part of an activity's page by which one asks who can settle what is missing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from notifications import questions
from notifications.models import Message, MessageKind
from rollout.models import Activity
from rollout.services import Invalid
from rollout.web.access import PersonRequest, page
from rollout.web.forms import Form, NoteField
from workflows.engine import NotAllowed


class QuestionForm(Form):
    """Whom one asks about what, and a word of one's own."""

    to = forms.IntegerField(widget=forms.HiddenInput)
    about = forms.CharField(widget=forms.HiddenInput, max_length=16)
    note = NoteField(label=gettext_lazy("A word to go with it"), max_length=1000)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def ask(request: PersonRequest, pk: int) -> HttpResponse:
    """Show whom one can ask, as a fragment or a page of its own; by POST, ask one."""
    visible = Activity.objects.visible_to(request.user)
    activity = get_object_or_404(visible.select_related("programme"), pk=pk)
    if not request.user.has_perm("rollout.edit_activity", activity):
        raise PermissionDenied
    if request.method == "POST":
        return _ask(request, activity)
    context = {
        "activity": activity,
        "programme": activity.programme,
        "questions": _offered(request, activity),
    }
    return render(request, "notifications/web/questions.html", context)


def _offered(request: PersonRequest, activity: Activity) -> list[dict[str, Any]]:
    """Return each question with its form, and when it was asked last."""
    sent = Message.objects.filter(kind=MessageKind.QUESTION, activity=activity)
    asked = {
        (one.recipient_id, one.params["about"]): one
        for one in sent.order_by("created_at")
    }
    now = timezone.now()

    def form_of(question: questions.Question) -> QuestionForm:
        key = f"ask-{question.to.pk}-{question.about}"
        return QuestionForm(
            # As it was filled in, where it comes back after an expired login.
            request.POST if request.POST.get("form") == key else None,
            prefix=key,
            initial={"to": question.to.pk, "about": question.about},
        )

    return [
        {
            "question": one,
            "asked": asked.get((one.to.pk, one.about)),
            "form": form_of(one),
        }
        for one in questions.questions_about(activity, by=request.user, at=now)
    ]


def _ask(request: PersonRequest, activity: Activity) -> HttpResponse:
    form = QuestionForm(request.POST, prefix=request.POST.get("form", ""))
    back = redirect(f"{activity.get_absolute_url()}#next")
    if not form.is_valid():
        messages.warning(request, _("Nothing was sent. Please try again."))
        return back
    try:
        sent = questions.ask(
            activity, by=request.user, at=timezone.now(), **form.cleaned_data
        )
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Invalid as refusal:
        messages.warning(request, str(refusal))
    else:
        text = _("%(name)s is asked by mail. The answer comes to you.")
        messages.success(request, text % {"name": sent.recipient})
    return back
