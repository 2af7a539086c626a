"""What was learnt: how long steps took, what they waited for, and people's lessons."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from rollout import services
from rollout.learning import dwells_of, holdups_of, responses_of
from rollout.models import Phase, Programme
from rollout.web.access import PersonRequest, action, programme_page
from rollout.web.answers import attempt
from rollout.web.forms import Form, NoteField
from rollout.web.learning import (
    sheet_of_dwells,
    sheet_of_holdups,
    sheet_of_responses,
)
from rollout.web.refusals import Trouble

_KEY = "lesson"


class LessonForm(Form):
    """Something to do again, or otherwise, in the next phase."""

    text = NoteField(
        label=gettext_lazy("What did we learn in this phase?"), rows=3, required=True
    )


@require_safe
@programme_page
def learning(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Show what the rollout teaches so far."""
    return _show(request, programme)


def _show(
    request: PersonRequest,
    programme: Programme,
    trouble: Trouble | None = None,
    status: int = 200,
    refused: int | None = None,
) -> HttpResponse:
    user, on = request.user, timezone.localdate()
    phases = (
        Phase.objects.visible_to(user)
        .filter(programme=programme)
        .prefetch_related("lessons__written_by")
        .order_by("position", "starts_on")
    )
    rows = []
    for phase in phases:
        data = trouble.data if trouble and phase.pk == refused else None
        form = LessonForm(data, prefix=_KEY, auto_id=f"lesson-{phase.pk}-%s")
        rows.append((phase, form))
    holdups = holdups_of(programme, user=user)
    context = {
        "nav": "monitoring",
        "tab": "learning",
        "programme": programme,
        "slowest": holdups[0] if holdups else None,
        "holdups": sheet_of_holdups(holdups),
        "dwells": sheet_of_dwells(dwells_of(programme, user=user, on=on)),
        "responses": sheet_of_responses(responses_of(programme, user=user)),
        "phases": rows,
        "may_write": user.has_perm("rollout.edit_activity", programme),
        "trouble": trouble,
        "page_url": f"{reverse('rollout:learning')}?programme={programme.code}",
    }
    return render(request, "rollout/learning.html", context, status=status)


@action
def write_lesson(request: PersonRequest, pk: int) -> HttpResponse:
    """Keep a lesson of a phase."""
    visible = Phase.objects.visible_to(request.user).select_related("programme")
    phase = get_object_or_404(visible, pk=pk)
    at = timezone.now()

    def write(values: dict[str, Any]) -> str:
        services.write_lesson(phase, values["text"], by=request.user, at=at)
        return _("The lesson is kept.")

    def show(trouble: Trouble, status: int) -> HttpResponse:
        return _show(request, phase.programme, trouble, status, phase.pk)

    form = LessonForm(request.POST, prefix=_KEY)
    back_to = f"{reverse('rollout:learning')}?programme={phase.programme.code}#lessons"
    return attempt(*(request, _KEY, form, write), show=show, back_to=back_to)
