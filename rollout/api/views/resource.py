"""Lists and their members: what is shown of rows, in which order, in what form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar, cast

from django.db import models
from django.http import HttpResponseBase
from django.utils import timezone
from rest_framework import mixins, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from rollout.api.export import (
    FILES,
    CsvRenderer,
    FileRenderer,
    check_delimiter,
    file_of,
)
from rollout.api.ordering import Order, by_number
from rollout.api.pagination import chosen_order
from rollout.api.sparse import PLAIN, Asked, ResourceSerializer
from rollout.api.views.base import ApiView, tagged
from rollout.changes import RESOURCES
from rollout.models import Deadline, HistoryRecord, TokenScope, User
from rollout.replica import heavy_reading

M = TypeVar("M", bound=models.Model)

#: Lists and members are part of the plan, unless a subclass says otherwise.
READING = {"list": TokenScope.READ_PLAN, "retrieve": TokenScope.READ_PLAN}

#: Actions whose answer is a representation of rows.
_SPARSE = frozenset({"list", "retrieve"})
#: What the record of changes holds, or the rows that it is made of. Of people it holds
#: only their names and whether they are active.
_RECORDED = {*RESOURCES.values(), Deadline, HistoryRecord} - {User}


class Resource(
    ApiView,
    mixins.RetrieveModelMixin,
    mixins.ListModelMixin,
    viewsets.GenericViewSet[M],
):
    """A list and its members, as far as the caller may see them.

    A subclass gives ``rows``: the query set with everything its serializer reads.
    """

    rows: ClassVar[Any]
    scopes: ClassVar[Mapping[str, TokenScope]] = READING
    #: Rows for actions that read something else than the representation.
    rows_by_action: ClassVar[dict[str, Any]] = {}
    #: Texts in which `search=` looks; none where a list cannot be searched.
    search_fields: ClassVar[tuple[str, ...]] = ()
    #: What a list can be ordered by, by name.
    orderings: ClassVar[dict[str, Order]] = {"id": by_number()}
    default_ordering: ClassVar[str] = "id"
    #: How keys are ordered, which decide between equals.
    key_order: ClassVar[Order] = by_number()
    lookup_value_converter = "int"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        rows = getattr(cls, "rows", None)
        cls.is_recorded = rows is not None and rows.model in _RECORDED

    def get_renderers(self) -> list[Any]:
        """Offer files for lists; the schema tells of them for all lists at once."""
        offered: list[Any] = super().get_renderers()
        if self.action == "list" and not getattr(self, "swagger_fake_view", False):
            offered += [renderer() for renderer in FILES]
        return offered

    def get_queryset(self) -> models.QuerySet[M]:
        """Return what the caller may see, with what is asked for of it."""
        rows = self.rows_by_action.get(self.action or "", self.rows)
        seen = rows.visible_to(self.request.user)
        if self.action not in _SPARSE:
            return seen  # type: ignore[no-any-return]
        user = cast(User, self.request.user)
        found: models.QuerySet[M] = self.representation.prefetched(
            seen, self.asked, user
        )
        return found

    def filter_queryset(self, queryset: Any) -> Any:
        """Filter and search lists alone: one thing is asked for by its key."""
        if self.action != "list":
            return queryset
        return super().filter_queryset(queryset)

    @property
    def representation(self) -> type[ResourceSerializer[M]]:
        """How a row is shown."""
        return cast(type[ResourceSerializer[M]], self.serializer_class)

    @property
    def asked(self) -> Asked:
        """What of a row is asked for. Raises ValidationError for unknown names."""
        return self.representation.read(self.request.query_params)

    def get_serializer_context(self) -> dict[str, Any]:
        """Tell serializers who asks, for what, and on which day."""
        context = dict(super().get_serializer_context())
        if getattr(self, "swagger_fake_view", False):
            return context
        return context | {
            "asked": self.asked if self.action in _SPARSE else PLAIN,
            "user": self.request.user,
            "on": timezone.localdate(),
        }

    def check_query_parameters(self, request: Request) -> None:
        """Refuse what would be ignored, and a delimiter that is none."""
        super().check_query_parameters(request)
        check_delimiter(request)

    def known_query_parameters(self) -> set[str]:
        """Return what the present action reads: filters and pages are for lists."""
        names = super().known_query_parameters()
        if self.action in _SPARSE:
            names |= {"fields"}
            if self.representation.expandable:
                names |= {"expand"}
        if self.action == "list":
            names |= self._list_parameters()
        return names

    def _list_parameters(self) -> set[str]:
        filters = getattr(self, "filterset_class", None)
        names = set(filters.base_filters) if filters else set()
        names |= {"format", "ordering"}
        if self.search_fields:
            names.add("search")
        renderer = self.request.accepted_renderer
        if isinstance(renderer, CsvRenderer):
            names.add("delimiter")
        if not isinstance(renderer, FileRenderer):
            names |= {"cursor", "page_size"}
        return names

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """Return a page of them, or all as a file."""
        if not isinstance(request.accepted_renderer, FileRenderer):
            return super().list(request, *args, **kwargs)
        return self._file(request)

    @heavy_reading
    def _file(self, request: Request) -> HttpResponseBase:
        rows = self.filter_queryset(self.get_queryset())
        name, order = chosen_order(request, self)
        ordered = order.after(rows, None, descending=name.startswith("-"))
        title = request.path.rstrip("/").rpartition("/")[2]
        return file_of(ordered, self.get_serializer(), request, title=title)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return one of them; `ETag` holds its version."""
        found = self.get_object()
        return tagged(self.get_serializer(found).data, found)
