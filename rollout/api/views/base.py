"""What every address of the API does alike: who, how often, what exactly, and tags."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar, TypeVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework import mixins, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from rollout.api import etags
from rollout.models import VisibleQuerySet

M = TypeVar("M", bound=models.Model)

_READS = ("GET", "HEAD")


class ApiView(APIView):
    """Base of all views of the API."""

    #: Query parameters that this view reads itself, apart from filters and pages.
    query_parameters: ClassVar[tuple[str, ...]] = ()

    def initialize_request(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> Request:
        """Read the request as UTF-8, whatever its Content-Type claims."""
        request.encoding = "utf-8"
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check format, token, rate and parameters, in this order.

        Unlike in DRF, the rate counts before permission, so that guessing tokens
        and asking without one are slowed down too.
        """
        self.format_kwarg = self.get_format_suffix(**kwargs)
        negotiated = self.perform_content_negotiation(request)
        request.accepted_renderer, request.accepted_media_type = negotiated
        request.version, request.versioning_scheme = None, None
        try:
            self.perform_authentication(request)
        finally:
            self.check_throttles(request)
        self.check_permissions(request)
        self.check_query_parameters(request)

    def check_query_parameters(self, request: Request) -> None:
        """Refuse parameters that would be ignored. Raises ValidationError."""
        given = request.query_params
        unknown = sorted(set(given) - self.known_query_parameters())
        if unknown:
            raise ValidationError(
                {name: [_("There is no such parameter.")] for name in unknown},
                code="unknown_parameter",
            )
        empty = [name for name in given if "" in given.getlist(name)]
        if empty:
            raise ValidationError(
                {name: [_("Give a value or leave it out.")] for name in empty},
                code="blank",
            )

    def known_query_parameters(self) -> set[str]:
        """Return the names of all parameters that the present method reads."""
        reads = self.request.method in _READS
        return set(self.query_parameters) if reads else set()

    @property
    def default_response_headers(self) -> dict[str, str]:
        """Answers are for one person, and may be kept but not used unasked."""
        headers: dict[str, str] = super().default_response_headers
        return headers | {
            "Cache-Control": "private, no-cache",
            "Vary": "Accept, Authorization, Cookie",
        }

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        """Tag what was read; problems go out as they are."""
        done = super().finalize_response(request, response, *args, **kwargs)
        is_read = request.method in _READS and done.status_code == 200
        if is_read and isinstance(done, Response):
            done.add_post_render_callback(partial(etags.add_to, request=request))
        return done

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """Name the methods; everything else is in the schema."""
        return Response(status=204)


class Resource(
    ApiView,
    mixins.RetrieveModelMixin,
    mixins.ListModelMixin,
    viewsets.GenericViewSet[M],
):
    """A list and its members, as far as the caller may see them.

    A subclass gives ``rows``: the query set with everything its serializer reads.
    """

    rows: ClassVar[VisibleQuerySet[Any]]
    #: Rows for actions that read something else than the representation.
    rows_by_action: ClassVar[dict[str, VisibleQuerySet[Any]]] = {}
    #: Actions that answer with pages.
    paged_actions: ClassVar[frozenset[str]] = frozenset({"list"})
    lookup_value_converter = "int"

    def get_queryset(self) -> models.QuerySet[M]:
        """Return what the caller may see, and nothing else."""
        rows = self.rows_by_action.get(self.action or "", self.rows)
        return rows.visible_to(self.request.user)

    def known_query_parameters(self) -> set[str]:
        """Return the filters and the parameters of the pages, for lists."""
        if self.action not in self.paged_actions:
            return super().known_query_parameters()
        filters = getattr(self, "filterset_class", None)
        names = set(filters.base_filters) if filters else set()
        return names | {"cursor", "page_size"}

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return one of them; `ETag` holds its version."""
        found = self.get_object()
        return tagged(self.get_serializer(found).data, found)


def tagged(data: Any, obj: models.Model, **options: Any) -> Response:
    """Answer with a representation of the object; its version goes into the tag."""
    response = Response(data, **options)
    response.version = getattr(obj, "version", None)  # type: ignore[attr-defined]
    return response
