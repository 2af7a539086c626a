"""Webhooks: who is called when something changes, and what came of it."""

from __future__ import annotations

import re
from typing import Any, ClassVar, cast

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from notifications import signing, webhooks
from notifications.api import webhook_serializers as serializers
from notifications.api.filters import WebhookFilters
from notifications.models import Delivery, Webhook
from rollout import changes
from rollout.api import cursors, etags
from rollout.api.fields import NothingSerializer
from rollout.api.ordering import Order, by_number
from rollout.api.pagination import CursorPagination
from rollout.api.schema import UNCONDITIONAL
from rollout.api.views.changing import changed
from rollout.api.views.resource import Resource
from rollout.models import Programme, TokenScope, User
from rollout.services import Invalid

#: Where a kept answer has the salt of the key that it told.
_SALT = re.compile(rb'("secret": ?")salt:([0-9a-f]{32})(?=")')


class DeliveryPagination(CursorPagination):
    """Pages of a log, newest first."""

    def order(self, request: Request, view: Any) -> tuple[str, Order]:
        """Return the order in which calls were written down, turned round."""
        return "-id", by_number()


class Webhooks(Resource[Webhook]):
    """Addresses that are called when something changes; for managers."""

    rows = Webhook.objects.select_related("programme", "owner")
    scopes: ClassVar = dict.fromkeys(
        ("list", "retrieve", "deliveries"), TokenScope.READ_WEBHOOKS
    ) | dict.fromkeys(
        (
            *("create", "partial_update", "destroy"),
            *("key", "test", "replay", "deliver_again"),
        ),
        TokenScope.WRITE_WEBHOOKS,
    )
    serializer_class = serializers.WebhookSerializer
    filterset_class = WebhookFilters
    #: Of the key that the present answer tells, if it tells one.
    salt = ""

    def known_query_parameters(self) -> set[str]:
        """Return those of lists and members, and those of the pages of a log."""
        pages = {"cursor", "page_size"} if self.action == "deliveries" else set()
        return super().known_query_parameters() | pages

    @extend_schema(
        operation_id="webhooks_create",
        request=serializers.NewWebhookSerializer,
        responses={201: serializers.WebhookMadeSerializer},
        extensions=UNCONDITIONAL,
    )
    def create(self, request: Request) -> Response:
        """Set up a webhook; its key is in this answer and in no other."""
        user = cast(User, request.user)
        asked = serializers.NewWebhookSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        values = dict(asked.validated_data)
        code = values.pop("programme")
        programme = Programme.objects.visible_to(user).filter(code=code).first()
        if programme is None:
            raise ValidationError(
                {"programme": [_("There is no such programme.")]}, code="unknown"
            )
        made = _unless_invalid(
            webhooks.subscribe, programme, by=user, at=timezone.now(), **values
        )
        return self._made(*made, status=201)

    @extend_schema(
        operation_id="webhooks_change",
        request=serializers.WebhookChangeSerializer,
        responses=serializers.WebhookSerializer,
    )
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change a webhook, or switch it on or off."""
        at = timezone.now()

        def change(
            found: Webhook, values: dict[str, Any], by: User, version: int
        ) -> None:
            on = values.pop("is_on", None)
            webhooks.change(found, by=by, expected_version=version, **values)
            if on is not None:
                webhooks.switch(found, on=on, by=by, at=at)

        asked = serializers.WebhookChangeSerializer(data=request.data)
        return changed(self, request, asked, change)

    @extend_schema(operation_id="webhooks_delete", responses={204: None})
    def destroy(self, request: Request, pk: int) -> Response:
        """Remove a webhook, its waiting calls and its log."""
        found = self.get_object()
        version = etags.expected_version(request, current=found.version)
        by = cast(User, request.user)
        webhooks.remove(found, by=by, expected_version=version)
        return Response(status=204)

    @extend_schema(
        operation_id="webhooks_new_key",
        request=NothingSerializer,
        responses=serializers.WebhookMadeSerializer,
    )
    @action(detail=True, methods=["post"])
    def key(self, request: Request, pk: int) -> Response:
        """Give it a new key; for a day the old one signs as well."""
        found = self.get_object()
        version = etags.expected_version(request, current=found.version)
        made = webhooks.exchange_key(
            found,
            by=cast(User, request.user),
            at=timezone.now(),
            expected_version=version,
        )
        return self._made(*made)

    @extend_schema(
        operation_id="webhooks_test",
        request=NothingSerializer,
        responses={202: serializers.DeliverySerializer},
        extensions=UNCONDITIONAL,
    )
    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: int) -> Response:
        """Make a call that only says that calls arrive."""
        made = webhooks.ping(
            self.get_object(), by=cast(User, request.user), at=timezone.now()
        )
        return Response(serializers.DeliverySerializer(made).data, status=202)

    @extend_schema(
        operation_id="webhooks_replay",
        request=serializers.ReplaySerializer,
        responses={202: serializers.ReplayedSerializer, 410: OpenApiResponse()},
        extensions=UNCONDITIONAL,
    )
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, pk: int) -> Response:
        """Tell everything since a cursor of the feed of changes again."""
        user, found = cast(User, request.user), self.get_object()
        asked = serializers.ReplaySerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        since = cursors.parse(asked.validated_data["since"])
        _position, now = changes.present()
        rights = changes.rights_of(user).digest
        since.check(now, rights=rights, today=timezone.localdate())
        again = webhooks.replay(found, since.position, by=user, at=timezone.now())
        return Response({"again": again}, status=202)

    @extend_schema(
        operation_id="webhooks_deliveries",
        responses=serializers.DeliverySerializer(many=True),
    )
    @action(
        detail=True,
        methods=["get"],
        pagination_class=DeliveryPagination,
        filterset_class=None,
    )
    def deliveries(self, request: Request, pk: int) -> Response:
        """Tell what was called and what came of it, newest first."""
        pages = DeliveryPagination()
        rows = self.get_object().deliveries.all()
        page = pages.paginate_queryset(rows, request, view=self)
        shown = serializers.DeliverySerializer(page, many=True)
        return pages.get_paginated_response(shown.data)

    @extend_schema(
        operation_id="webhooks_deliver_again",
        request=NothingSerializer,
        responses={202: serializers.DeliverySerializer},
        extensions=UNCONDITIONAL,
    )
    @action(
        detail=True,
        methods=["post"],
        url_path="deliveries/<int:delivery>/again",
        url_name="deliver-again",
    )
    def deliver_again(self, request: Request, pk: int, delivery: int) -> Response:
        """Make a call again that arrived or was given up."""
        found: Delivery = get_object_or_404(
            self.get_object().deliveries.select_related("webhook"), pk=delivery
        )
        webhooks.send_again(found, by=cast(User, request.user), at=timezone.now())
        found.refresh_from_db()
        return Response(serializers.DeliverySerializer(found).data, status=202)

    def keep(self, body: bytes) -> bytes:
        """Keep the salt in place of the key: the database can sign nothing."""
        if not self.salt:
            return body
        key = signing.secret_of(self.salt)
        return body.replace(key.encode(), f"salt:{self.salt}".encode())

    def recall(self, kept: bytes) -> bytes:
        """Put the key in its place again."""
        return _SALT.sub(
            lambda found: found[1] + signing.secret_of(found[2].decode()).encode(),
            kept,
        )

    def _made(self, webhook: Webhook, secret: str, *, status: int = 200) -> Response:
        self.salt = webhook.salt
        fresh = self.rows.get(pk=webhook.pk)
        shown = serializers.WebhookMadeSerializer(
            {"webhook": fresh, "secret": secret}, context=self.get_serializer_context()
        )
        # A key is kept by nobody on the way.
        self.headers["Cache-Control"] = "no-store"
        tag = {"ETag": f'"{fresh.version}"'}
        return Response(shown.data, status=status, headers=tag)


def _unless_invalid(make: Any, *args: Any, **values: Any) -> Any:
    try:
        return make(*args, **values)
    except Invalid as refusal:
        raise ValidationError({"url": [str(refusal)]}, code="invalid") from refusal
