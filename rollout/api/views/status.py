"""The rollout status of one programme, today or on a day gone by."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from datetime import date
from typing import Any, ClassVar, cast

from django.http import Http404
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from rollout.api.serializers.status import StatusSerializer
from rollout.api.views.base import ApiView
from rollout.models import FocusArea, Partner, Phase, Place, Programme, TokenScope, User
from rollout.status import Scope, as_it_was, programme_status, recorded_since

#: What narrows the status, by parameter.
_PARTS: dict[str, Any] = {
    "place": Place,
    "focus_area": FocusArea,
    "phase": Phase,
    "partner": Partner,
}
_CODE = {"type": "string", "minLength": 1}


class Status(ApiView):
    """How far a programme is."""

    query_parameters = ("programme", "as_of", *_PARTS)
    scopes: ClassVar = {"get": TokenScope.READ_STATUS}
    is_recorded = True

    @extend_schema(
        operation_id="status_retrieve",
        parameters=[
            OpenApiParameter(
                "programme",
                _CODE,
                description=(
                    "Code of the programme. May be left out by who takes part in"
                    " exactly one."
                ),
            ),
            OpenApiParameter(
                "as_of",
                {"type": "string", "format": "date"},
                description=(
                    "A past date: the state at the end of that day, from the record of"
                    " changes (`freshness.recorded_since` says when it begins)."
                ),
            ),
            OpenApiParameter(
                "place",
                _CODE,
                description="Code of a place, or of a group with all places in it.",
            ),
            OpenApiParameter("focus_area", _CODE, description="Code of a focus area."),
            OpenApiParameter("phase", _CODE, description="Code of a phase."),
            OpenApiParameter(
                "partner",
                _CODE,
                description="Code of a partner: responsible or contributing.",
            ),
        ],
        responses=StatusSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return the counts, the matrix, and what is overdue, blocked or coming."""
        user, asked = cast(User, request.user), request.query_params
        today = timezone.localdate()
        programme = _programme(user, asked.get("programme"))
        on = _as_of(programme, asked.get("as_of"), today=today)
        scope = Scope(
            **{
                name: _part(model, user, programme, name, asked[name])
                for name, model in _PARTS.items()
                if name in asked
            }
        )
        past: AbstractContextManager[None] = (
            as_it_was(programme, on=on) if on < today else nullcontext()
        )
        with past:
            status = programme_status(programme, on=on, user=user, scope=scope)
            return Response(StatusSerializer(status, context={"on": on}).data)


def _programme(user: User, code: str | None) -> Programme:
    """Return the programme asked for, or the only one there is for this person."""
    mine: Any = Programme.objects.visible_to(user)
    if code is None:
        found = list(mine.order_by("code")[:2])
        if len(found) > 1:
            raise _invalid(
                "programme", "required", _("Say which programme you mean, by its code.")
            )
    else:
        # A code is a slug; whatever else was sent names no programme.
        found = list(mine.filter(code=code)) if "\0" not in code else []
    if not found:
        raise Http404
    return cast(Programme, found[0])


def _as_of(programme: Programme, text: str | None, *, today: date) -> date:
    if text is None:
        return today
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or len(text) != len("2026-03-02"):
        raise _invalid("as_of", "invalid", _("Give a date such as 2026-03-02."))
    if day > today:
        raise _invalid("as_of", "future", _("The day has not come yet."))
    since = recorded_since(programme) if day < today else None
    if since is not None and day < timezone.localdate(since):
        raise _invalid(
            "as_of", "before_records", _("The record of changes begins later.")
        )
    return day


def _part(model: Any, user: User, programme: Programme, name: str, code: str) -> Any:
    """Return the part of the programme that is asked for. Raises ValidationError."""
    rows = model.objects.visible_to(user).filter(programme=programme)
    found = rows.filter(code=code).first() if "\0" not in code else None
    if found is None:
        raise _invalid(name, "unknown", _("The programme has nothing of this code."))
    return found


def _invalid(field: str, code: str, text: Any) -> ValidationError:
    return ValidationError({field: [text]}, code=code)
