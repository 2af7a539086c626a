"""The caller's own tokens: made for narrower ends, listed, and revoked."""

from __future__ import annotations

from typing import ClassVar, cast

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from rollout.api import etags
from rollout.api.filters.people import TokenFilters
from rollout.api.ordering import by_number
from rollout.api.schema import UNCONDITIONAL, UNKEPT
from rollout.api.serializers import tokens as serializers
from rollout.api.views.changing import refusing
from rollout.api.views.resource import Resource
from rollout.models import ApiToken, Programme, TokenScope, User
from rollout.services import issue_token, revoke_token


class Tokens(Resource[ApiToken]):
    """The caller's own access tokens, without their secrets."""

    rows = ApiToken.objects.select_related("programme")
    scopes: ClassVar = {
        "list": TokenScope.READ_TOKENS,
        "retrieve": TokenScope.READ_TOKENS,
        "create": TokenScope.WRITE_TOKENS,
        "destroy": TokenScope.WRITE_TOKENS,
    }
    keeps_answers = False
    serializer_class = serializers.TokenSerializer
    filterset_class = TokenFilters
    search_fields = ("name",)
    orderings: ClassVar = {"id": by_number()}

    @extend_schema(
        operation_id="tokens_create",
        request=serializers.NewTokenSerializer,
        responses={201: serializers.TokenMadeSerializer},
        extensions=UNCONDITIONAL | UNKEPT,
    )
    def create(self, request: Request) -> Response:
        """Make a token; its secret is in this answer and nowhere else.

        It is good for no more than the token that asks. No answer is kept, so one that
        got lost cannot be had again: the name is taken then, and the token is to be
        revoked.
        """
        user = cast(User, request.user)
        asked = serializers.NewTokenSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        values = dict(asked.validated_data)
        values["programme"] = _programme(user, values.get("programme"))
        with refusing(ValidationError):
            token, secret = issue_token(
                by=user,
                at=timezone.now(),
                within=cast(ApiToken | None, request.auth),
                **values,
            )
        shown = serializers.TokenMadeSerializer(
            {"token": token, "secret": secret}, context=self.get_serializer_context()
        )
        # A secret is kept by nobody on the way.
        self.headers["Cache-Control"] = "no-store"
        return Response(shown.data, status=201)

    @extend_schema(
        operation_id="tokens_revoke",
        responses={204: None},
    )
    def destroy(self, request: Request, pk: int) -> Response:
        """End a token at once; it stays in the list as revoked."""
        found, by = self.get_object(), cast(User, request.user)
        version = etags.expected_version(request, current=found.version)
        revoke_token(found, by=by, at=timezone.now(), expected_version=version)
        return Response(status=204)


def _programme(user: User, code: str | None) -> Programme | None:
    """Return the programme to which to bind. Raises ValidationError for no such one."""
    if code is None:
        return None
    found = Programme.objects.visible_to(user).filter(code=code).first()
    if found is None:
        raise ValidationError(
            {"programme": [_("There is no such programme.")]}, code="unknown"
        )
    return found
