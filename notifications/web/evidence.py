"""Hands out the files that came with answers."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from notifications.models import Answer
from rollout.models import Activity
from rollout.web.access import PersonRequest, page
from rollout.web.files import hand_out


@require_safe
@page
def evidence(request: PersonRequest, pk: int) -> HttpResponse:
    """Hand out the file of an answer to who may see the activity, or gave it."""
    activities = Activity.objects.visible_to(request.user).values("pk")
    visible = Answer.objects.filter(Q(activity__in=activities) | Q(by=request.user))
    found = get_object_or_404(visible.exclude(file=""), pk=pk)
    return hand_out(found.file, found.file_name)
