"""The feed of changes, for clients that keep a copy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Self, cast

from django.db.models import prefetch_related_objects
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from rollout import changes
from rollout.addresses import in_full
from rollout.api import cursors
from rollout.api.cursors import Cursor
from rollout.api.serializers.changes import RESOURCE_NAMES, ChangesSerializer
from rollout.api.views.base import ApiView
from rollout.changes import RESOURCES, Page, Position
from rollout.models import Programme, TokenScope, User

PAGE_SIZE, MAX_PAGE_SIZE = 100, 500

_SIZE = re.compile(r"\d{1,4}", re.ASCII)


@dataclass(frozen=True)
class Narrowed:
    """To what a client narrows the feed."""

    programme: int | None
    resources: frozenset[str] | None

    @classmethod
    def asked(cls, request: Request) -> Self:
        """Return what the parameters say. Raises ValidationError and Http404."""
        asked = request.query_params
        return cls(
            programme=_programme(cast(User, request.user), asked.get("programme")),
            resources=_resources(asked.getlist("resource")),
        )

    def read(self, user: User, since: Position, *, limit: int) -> Page:
        """Return the next changes that are left."""
        return changes.read(
            user,
            since=since,
            limit=limit,
            programme=self.programme,
            resources=self.resources,
        )


class Changes(ApiView):
    """What has changed, in order, without gaps and doubles."""

    query_parameters: ClassVar[tuple[str, ...]] = (
        *("since", "programme", "resource", "page_size"),
    )
    scopes: ClassVar = {"get": TokenScope.READ_PLAN}

    @extend_schema(
        operation_id="changes_list",
        parameters=[
            OpenApiParameter(
                "since",
                {"type": "string", "minLength": 1, "maxLength": 200},
                description=(
                    "The `cursor` of the answer before. Without it nothing is told but"
                    " where the feed stands: begin with that, then read the `lists`."
                ),
            ),
            OpenApiParameter(
                "programme",
                {"type": "string", "minLength": 1},
                description="Code of a programme: only its changes.",
            ),
            OpenApiParameter(
                "resource",
                str,
                many=True,
                enum=[*RESOURCES],
                description="One or more resources: only their changes.",
            ),
            OpenApiParameter(
                "page_size",
                {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": MAX_PAGE_SIZE,
                    "default": PAGE_SIZE,
                },
                description=(
                    "How many changes to read; one may concern several objects."
                ),
            ),
        ],
        responses={200: ChangesSerializer, 410: OpenApiResponse()},
    )
    def get(self, request: Request) -> Response:
        """Return the next changes that concern the caller, and where to go on."""
        user, asked = cast(User, request.user), request.query_params
        prefetch_related_objects([user], "memberships")
        rights = changes.rights_of(user)
        position, now = changes.present()
        today = timezone.localdate()
        narrowed = Narrowed.asked(request)
        limit = _page_size(asked.get("page_size"))
        if "since" not in asked:
            cursor = Cursor(position, today, rights.digest, now.database)
            return _answer(cursor, lists=_lists(narrowed.resources))
        since = cursors.parse(asked["since"])
        since.check(now, rights=rights.digest, today=today)
        page = narrowed.read(user, since.position, limit=limit)
        reached, day = page.position, since.day
        if reached != since.position:
            day = today
        elif day != today:
            # Nothing for this client for a day: go past what concerned others, lest
            # the cursor grow too old. Not each time, so that tags stay what they were.
            reached, day = max(reached, position), today
        cursor = Cursor(reached, day, rights.digest, now.database)
        return _answer(
            cursor,
            results=[changes.told(entry) for entry in page.entries],
            has_more=page.has_more,
        )


def _answer(
    cursor: Cursor,
    *,
    results: list[dict[str, Any]] | None = None,
    has_more: bool = False,
    lists: list[str] | None = None,
) -> Response:
    return Response(
        {
            "results": results or [],
            "cursor": str(cursor),
            "has_more": has_more,
            "lists": lists or [],
        }
    )


def _lists(resources: frozenset[str] | None) -> list[str]:
    """Return the addresses that hold all there is."""
    return [
        in_full(f"/api/v1/{name}/")
        for name in RESOURCES
        if resources is None or name in resources
    ]


def _programme(user: User, code: str | None) -> int | None:
    if code is None:
        return None
    found = Programme.objects.visible_to(user)
    programme = found.filter(code=code).first() if "\0" not in code else None
    if programme is None:
        raise Http404
    return programme.pk


def _resources(names: list[str]) -> frozenset[str] | None:
    if not names:
        return None
    if unknown := sorted(set(names) - {name for name, _label in RESOURCE_NAMES}):
        raise ValidationError(
            {"resource": [_("There is no such resource: %s.") % unknown[0]]},
            code="invalid_choice",
        )
    return frozenset(names)


def _page_size(text: str | None) -> int:
    if text is None:
        return PAGE_SIZE
    if not _SIZE.fullmatch(text) or not 1 <= int(text) <= MAX_PAGE_SIZE:
        raise ValidationError(
            {"page_size": [_("Give a whole number from 1 to 500.")]}, code="invalid"
        )
    return int(text)
