"""The ledger of reminders, and who would get which mail in the time ahead."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar, cast

from django import forms
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from notifications.api.filters import ReminderFilters
from notifications.api.serializers import ForecastSerializer, ReminderSerializer
from notifications.models import Reminder
from notifications.rehearsal import rehearse
from rollout.api.filters.fields import DayField, KeyField
from rollout.api.ordering import by_date, by_number
from rollout.api.views.base import ApiView
from rollout.api.views.resource import Resource
from rollout.models import READS_ALL, Membership, Programme, TokenScope, User

#: Days ahead that are foretold, unless another last day is asked for.
AHEAD_DAYS = 30
#: The most days ahead that can be asked for.
MOST_DAYS = 366


class Reminders(Resource[Reminder]):
    """What became of each reminder: the ledger."""

    rows = (
        Reminder.objects.all()
        .with_ledger_state()
        .select_related(
            "programme",
            "activity__initiative",
            "activity__place",
            "recipient",
            "principal",
            "message",
        )
        .prefetch_related("message__links__uses", "message__links__answer")
    )
    scopes: ClassVar = {
        "list": TokenScope.READ_REMINDERS,
        "retrieve": TokenScope.READ_REMINDERS,
    }
    serializer_class = ReminderSerializer
    filterset_class = ReminderFilters
    search_fields = ("title",)
    orderings = {"id": by_number(), "send_on": by_date("send_on")}


class Forecast(ApiView):
    """Who gets which mail on which day, if nobody does anything until then."""

    query_parameters = ("programme", "person", "partner", "until")
    scopes: ClassVar = {"get": TokenScope.READ_REMINDERS}

    @extend_schema(
        operation_id="reminders_forecast",
        parameters=[
            OpenApiParameter(
                "programme",
                {"type": "string", "minLength": 1},
                description=(
                    "Code of the programme. May be left out by who reads exactly one"
                    " as a whole."
                ),
            ),
            OpenApiParameter(
                "person",
                {"type": "integer", "format": "int64", "minimum": 1},
                description="Key of a person: only this person's mails.",
            ),
            OpenApiParameter(
                "partner",
                {"type": "string", "minLength": 1},
                description="Code of a partner: only mails to who acts for it.",
            ),
            OpenApiParameter(
                "until",
                {"type": "string", "format": "date"},
                description=(
                    "Last day, at most a year ahead. If not given: 30 days ahead."
                ),
            ),
        ],
        responses=ForecastSerializer,
    )
    def get(self, request: Request) -> Response:
        """Rehearse the engine; nothing is sent or written by asking."""
        now = timezone.now()
        today = timezone.localdate(now)
        asked = _asked(request)
        programme = _programme(cast(User, request.user), asked["programme"])
        found = rehearse(
            now=now,
            first=today,
            last=_last(asked["until"], today=today),
            programme=programme,
        )
        if asked["partner"]:
            found = found.only(_acting(programme, asked["partner"]))
        if asked["person"] is not None:
            found = found.only({asked["person"]})
        context = {"people": found.people}
        return Response(ForecastSerializer(found, context=context).data)


def _acting(programme: Programme, partner: str) -> set[int]:
    members = Membership.objects.filter(programme=programme, partner__code=partner)
    return set(members.values_list("user", flat=True))


class ForecastForm(forms.Form):
    """What a forecast is asked for, as the parameters give it."""

    programme = forms.SlugField(required=False, max_length=60)
    person = KeyField(required=False)
    partner = forms.SlugField(required=False, max_length=60)
    until = DayField(required=False)


def _asked(request: Request) -> dict[str, Any]:
    """Return the parameters, read. Raises ValidationError."""
    form = ForecastForm(request.query_params)
    if not form.is_valid():
        raise ValidationError(
            {name: [str(one) for one in errors] for name, errors in form.errors.items()}
        )
    return form.cleaned_data


def _programme(user: User, code: str) -> Programme:
    """Return the programme asked for, or the only one that this person reads whole."""
    mine = (
        Programme.objects.visible_to(user)
        .filter(memberships__user=user, memberships__role__in=READS_ALL)
        .order_by("code")
    )
    found = list(mine.filter(code=code) if code else mine[:2])
    if not found:
        raise Http404
    if len(found) > 1:
        raise _invalid(
            "programme", "required", _("Say which programme you mean, by its code.")
        )
    return found[0]


def _last(asked: date | None, *, today: date) -> date:
    last = asked or today + timedelta(days=AHEAD_DAYS)
    if not today <= last <= today + timedelta(days=MOST_DAYS):
        raise _invalid(
            "until", "out_of_range", _("Give a day from today to a year ahead.")
        )
    return last


def _invalid(field: str, code: str, text: Any) -> ValidationError:
    return ValidationError({field: [text]}, code=code)
