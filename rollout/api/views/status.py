"""The rollout status of one programme."""

from __future__ import annotations

from typing import Any, cast

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from rollout.api import examples
from rollout.api.serializers.status import StatusSerializer
from rollout.api.views.base import ApiView
from rollout.models import Programme, User
from rollout.status import programme_status


class Status(ApiView):
    """How far a programme is today."""

    query_parameters = ("programme",)

    @extend_schema(
        operation_id="status_retrieve",
        parameters=[
            OpenApiParameter(
                "programme",
                {"type": "string", "minLength": 1},
                description=(
                    "Code of the programme. May be left out by who takes part in"
                    " exactly one."
                ),
            )
        ],
        responses=StatusSerializer,
        examples=[examples.STATUS],
    )
    def get(self, request: Request) -> Response:
        """Return the counts, the matrix, and what is overdue, blocked or coming."""
        user = cast(User, request.user)
        programme = _programme(user, request.query_params.get("programme"))
        status = programme_status(programme, on=timezone.localdate(), user=user)
        return Response(StatusSerializer(status, context={"on": status.on}).data)


def _programme(user: User, code: str | None) -> Programme:
    """Return the programme asked for, or the only one there is for this person."""
    mine: Any = Programme.objects.visible_to(user)
    if code is None:
        found = list(mine.order_by("code")[:2])
        if len(found) > 1:
            raise ValidationError(
                {"programme": [_("Say which programme you mean, by its code.")]},
                code="required",
            )
    else:
        # A code is a slug; whatever else was sent names no programme.
        found = list(mine.filter(code=code)) if "\0" not in code else []
    if not found:
        raise Http404
    return cast(Programme, found[0])
