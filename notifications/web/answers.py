"""The part of a coordinator's own page that shows answers to be decided on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from notifications import deciding
from notifications.models import Answer
from notifications.web.forms import DecisionForm
from rollout import answers
from rollout.models import DeadlineKind, User
from rollout.services import Invalid
from rollout.web.access import PersonRequest, action, page
from workflows.engine import Blocked, NotAllowed


@dataclass(frozen=True)
class Waiting:
    """An answer, and the form that decides on it where one can."""

    answer: Answer
    form: DecisionForm | None


def answers_for(user: User, *, filled: DecisionForm | None = None) -> list[Waiting]:
    """Return what waits for a person, the oldest first; ``filled`` keeps a form."""
    found = (
        Answer.objects.visible_to(user)
        .waiting()
        .exclude(by=user)
        .select_related("by", "programme", "activity__initiative", "activity__place")
        .order_by("at", "pk")
    )
    return [
        Waiting(one, _form(one, filled) if one.can_be_decided else None)
        for one in found
        if user.has_perm(answers.DECIDES[DeadlineKind(one.kind)], one)
    ]


def _form(one: Answer, filled: DecisionForm | None) -> DecisionForm:
    if filled is not None and filled.answer == one:
        return filled
    return DecisionForm(answer=one, prefix=_prefix(one))


def _prefix(one: Answer) -> str:
    """Several forms stand on one page."""
    return f"answer-{one.pk}"


@require_safe
@page
def waiting(request: PersonRequest) -> HttpResponse:
    """Show what waits, as a fragment of one's own page or a page by itself."""
    return _show(request)


def _show(
    request: PersonRequest, *, filled: DecisionForm | None = None, status: int = 200
) -> HttpResponse:
    found = answers_for(request.user, filled=filled)
    if filled is not None and all(one.form is not filled for one in found):
        # It waits no more, as when its date was moved; why is said all the same.
        for text in filled.non_field_errors():
            messages.error(request, str(text))
    context: dict[str, Any] = {
        "nav": "my_work",
        "waiting": found,
    }
    return render(request, "notifications/web/answers.html", context, status=status)


@action
def decide(request: PersonRequest, pk: int) -> HttpResponse:
    """Accept or refuse; what was dealt with meanwhile is only said so."""
    given = get_object_or_404(Answer.objects.visible_to(request.user), pk=pk)
    if not given.can_be_decided:
        return _too_late(request)
    form = DecisionForm(request.POST, answer=given, prefix=_prefix(given))
    if not form.is_valid():
        return _show(request, filled=form, status=422)
    try:
        is_decided = deciding.decide(
            given.pk,
            by=request.user,
            accept=form.is_accepted,
            note=form.cleaned_data["note"],
            at=timezone.now(),
        )
    except (Invalid, Blocked, NotAllowed) as refusal:
        form.add_error(None, str(refusal))
        return _show(request, filled=form, status=422)
    if not is_decided:
        return _too_late(request)
    messages.success(request, _("%(name)s is told by mail.") % {"name": given.by})
    return redirect("rollout:my_work")


def _too_late(request: PersonRequest) -> HttpResponse:
    messages.warning(request, _("It has been dealt with in the meantime."))
    return redirect("rollout:my_work")
