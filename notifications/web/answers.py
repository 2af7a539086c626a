"""The part of a coordinator's own page that shows answers to be decided on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
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
from rollout.web.answers import attempt
from rollout.web.refusals import Trouble


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
    request: PersonRequest,
    *,
    filled: DecisionForm | None = None,
    trouble: Trouble | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "nav": "my_work",
        "waiting": answers_for(request.user, filled=filled),
        "trouble": trouble,
        # Where the language switch comes back to: a form's own address only posts.
        "page_url": reverse("notifications:answers_waiting"),
    }
    return render(request, "notifications/web/answers.html", context, status=status)


@action
def decide(request: PersonRequest, pk: int) -> HttpResponse:
    """Accept or refuse; what was dealt with meanwhile is only said so."""
    given = get_object_or_404(Answer.objects.visible_to(request.user), pk=pk)
    if not given.can_be_decided:
        messages.warning(request, _dealt_with())
        return redirect("rollout:my_work")
    key = _prefix(given)
    form = DecisionForm(request.POST, answer=given, prefix=key)

    def decided(values: dict[str, Any]) -> str:
        is_first = deciding.decide(
            given.pk,
            by=request.user,
            accept=form.is_accepted,
            note=values["note"],
            at=timezone.now(),
        )
        if not is_first:
            raise Invalid(_dealt_with())
        return _("%(name)s is told by mail.") % {"name": given.by}

    def show(trouble: Trouble, status: int) -> HttpResponse:
        return _show(request, filled=form, trouble=trouble, status=status)

    back_to = reverse("rollout:my_work")
    return attempt(*(request, key, form, decided), show=show, back_to=back_to)


def _dealt_with() -> str:
    return _("It has been dealt with in the meantime.")
