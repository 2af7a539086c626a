"""Handing over everything that lies with a leaver, and the record of having done so."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rollout import services
from rollout.models import HandOver, Programme, User
from rollout.services import Leaving
from rollout.web.access import PersonRequest, page
from rollout.web.forms import HandOverForm
from rollout.web.settings import programme_to_set_up
from workflows.engine import NotAllowed


@page
def leave(request: PersonRequest, pk: int) -> HttpResponse:
    """Show what lies with a person in a programme; by POST, give it to another.

    ``?programme=code`` says in which of those that the reader manages.
    """
    programme = programme_to_set_up(request)
    members = User.objects.filter(memberships__programme=programme)
    leaver = get_object_or_404(members, pk=pk)
    form = HandOverForm(request.POST or None, people=_successors(programme, leaver))
    if request.method == "POST" and form.is_valid():
        made = _carry_out(request, form, programme, leaver, at=timezone.now())
        if made is not None:
            text = _("%(name)s has taken over.") % {"name": made.to_person}
            messages.success(request, text)
            return redirect(made)
    held = services.held_by(leaver, programme, with_role=True)
    context = {
        "programme": programme,
        "leaver": leaver,
        "held": held,
        "form": form,
        # How things stand now, also after a refusal because they had changed.
        "seen": services.seal_of(held),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "rollout/hand_over/leave.html", context, status=status)


def _successors(programme: Programme, leaver: User) -> QuerySet[User]:
    people: QuerySet[User] = User.objects.filter(
        memberships__programme=programme, is_active=True, is_service=False
    ).exclude(pk=leaver.pk)
    return people.annotate(partner_name=F("memberships__partner__name")).order_by(
        "name"
    )


def _carry_out(
    request: PersonRequest,
    form: HandOverForm,
    programme: Programme,
    leaver: User,
    *,
    at: datetime,
) -> HandOver | None:
    """Hand over what was seen; None where the form then says why not."""
    data = form.cleaned_data
    asked = Leaving(
        programme=programme,
        from_person=leaver,
        to_person=data["to_person"],
        with_role=data["with_role"],
        deactivate=data["deactivate"],
        note=data["note"],
    )
    try:
        return services.hand_over(asked, by=request.user, at=at, seen=data["seen"])
    except services.Invalid as refusal:
        form.add_error(None, str(refusal))
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    return None


@require_safe
@page
def hand_over(request: PersonRequest, pk: int) -> HttpResponse:
    """Tell who handed over what to whom, when, and who decided it."""
    visible = HandOver.objects.visible_to(request.user).select_related(
        "programme", "from_person", "to_person", "by"
    )
    found = get_object_or_404(visible, pk=pk)
    context = {
        "programme": found.programme,
        "shown": found,
        "items": found.items.all(),
    }
    return render(request, "rollout/hand_over/shown.html", context)
