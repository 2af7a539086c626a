"""A person: who they are, where they belong, and what lies with them."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from rollout.models import HandOver, Membership, User
from rollout.web.access import PersonRequest, page
from rollout.web.duties import PageWithDuties, table_of_duties
from rollout.web.export import download


@require_safe
@page
def person(request: PersonRequest, pk: int) -> HttpResponse:
    """Show one person to those who may open their page."""
    visible = User.objects.open_to(request.user).select_related("stand_in")
    found = get_object_or_404(visible, pk=pk)
    at = timezone.now()
    theirs = Q(responsible=found)
    of_activity = Q(
        responsible=None, responsible_partner=None, activity__responsible=found
    )
    shown = PageWithDuties(request.user, at=at)
    duties = shown.read_duties(theirs, theirs | of_activity)
    if "format" in request.GET:
        return download(table_of_duties(str(found), duties), request.GET["format"])
    memberships = (
        Membership.objects.visible_to(request.user)
        .filter(user=found)
        .select_related("programme", "partner")
        .order_by("-programme__starts_on")
    )
    context = {
        "person": found,
        "memberships": memberships,
        "programme": memberships[0].programme if len(memberships) == 1 else None,
        "is_away": found.stands_in_on(timezone.localdate(at)),
        "duties": duties,
        "hand_overs": HandOver.objects.visible_to(request.user)
        .filter(Q(from_person=found) | Q(to_person=found))
        .select_related("from_person", "to_person"),
        "managed": [
            one.programme
            for one in memberships
            if request.user.has_perm("rollout.edit_programme", one.programme)
        ],
    }
    return render(request, "rollout/person.html", context)
