"""Pages by cursor: constant cost, and no gaps or doubles while others write."""

from __future__ import annotations

import binascii
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any, cast

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from rollout.api.ordering import Order

_SIZE = re.compile(r"\d{1,9}", re.ASCII)
#: Longer than any cursor of ours.
_LONGEST_CURSOR = 1000


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after, or before, the row with this value and key."""

    value: Any
    key: Any
    is_back: bool = False

    def encoded(self, order: str) -> str:
        """Return the cursor as clients hold it."""
        text = json.dumps([order, str(self.value), str(self.key), int(self.is_back)])
        return urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def decoded(cls, text: str, name: str, order: Order, key: Any) -> Cursor:
        """Return the cursor of this order. Raises ValueError for anything else."""
        if len(text) > _LONGEST_CURSOR:
            raise ValueError(text)
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        said = json.loads(urlsafe_b64decode(padded))
        if not (isinstance(said, list) and len(said) == 4 and said[0] == name):
            raise ValueError(text)
        if not all(isinstance(part, str) for part in said[1:3]):
            raise ValueError(text)
        return cls(order.read(said[1]), key.read(said[2]), is_back=said[3] == 1)


def chosen_order(request: Request, view: Any) -> tuple[str, Order]:
    """Return the order asked for, with its name. Raises ValidationError."""
    name = request.query_params.get("ordering", view.default_ordering)
    order = view.orderings.get(name.removeprefix("-"))
    if order is None:
        raise serializers.ValidationError(
            {"ordering": [_("The list cannot be ordered by this.")]},
            code="unknown_ordering",
        )
    return name, cast(Order, order)


class CursorPagination(BasePagination):
    """Pages of at most 100 rows, in an order that the view allows."""

    page_size = 50
    max_page_size = 100

    def paginate_queryset(
        self, queryset: Any, request: Request, view: Any = None
    ) -> list[Any]:
        """Return the rows of the page. Raises ValidationError for a bad parameter."""
        self.request = request
        self.size = self._size(request)
        self.name, order = self.order(request, view)
        is_descending = self.name.startswith("-")
        cursor = self._cursor(request, order, view)
        is_back = cursor is not None and cursor.is_back
        last = (cursor.value, cursor.key) if cursor else None
        found = order.after(queryset, last, descending=is_descending != is_back)
        rows = list(found[: self.size + 1])
        has_more = len(rows) > self.size
        rows = rows[: self.size]
        if is_back:
            rows.reverse()
        self.has_next = is_back or has_more
        self.has_previous = has_more if is_back else cursor is not None
        self.rows = rows
        return rows

    def order(self, request: Request, view: Any) -> tuple[str, Order]:
        """Return the order of the rows, with its name."""
        return chosen_order(request, view)

    def _size(self, request: Request) -> int:
        asked = str(request.query_params.get("page_size", self.page_size))
        if not _SIZE.fullmatch(asked) or not 1 <= int(asked) <= self.max_page_size:
            raise serializers.ValidationError(
                {"page_size": [_("Give a whole number from 1 to 100.")]}
            )
        return int(asked)

    def _cursor(self, request: Request, order: Order, view: Any) -> Cursor | None:
        text = request.query_params.get("cursor")
        if text is None:
            return None
        try:
            return Cursor.decoded(text, self.name, order, view.key_order)
        except (ValueError, binascii.Error, RecursionError) as error:
            raise serializers.ValidationError(
                {"cursor": [_("This is no cursor of this list.")]},
                code="invalid_cursor",
            ) from error

    def get_paginated_response(self, data: Any) -> Response:
        """Return the page with the addresses of its neighbours."""
        rows = self.rows
        following = self._link(rows[-1]) if self.has_next and rows else None
        before = (
            self._link(rows[0], is_back=True) if self.has_previous and rows else None
        )
        if not rows and self.has_previous:
            before = remove_query_param(self._here(), "cursor")
        return Response({"next": following, "previous": before, "results": data})

    def _here(self) -> str:
        return str(self.request.build_absolute_uri())

    def _link(self, row: Any, *, is_back: bool = False) -> str:
        cursor = Cursor(_told(row.order_value), row.pk, is_back=is_back)
        return replace_query_param(self._here(), "cursor", cursor.encoded(self.name))

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe `cursor` and `page_size`, with the limits."""
        size = {"type": "integer", "minimum": 1, "maximum": self.max_page_size}
        return [
            {
                "name": "cursor",
                "in": "query",
                "required": False,
                "description": "Where to go on, from `next` or `previous`.",
                "schema": {"type": "string"},
            },
            {
                "name": "page_size",
                "in": "query",
                "required": False,
                # No default in the schema: a generated client would send it with
                # `format=csv` too, where there are no pages.
                "description": (
                    f"Rows on a page, 1 to {self.max_page_size};"
                    f" {self.page_size} if not given."
                ),
                "schema": size,
            },
        ]

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        """Describe a page; at either end there is no address to go on to."""
        link = {
            "type": ["string", "null"],
            "format": "uri",
            "example": "https://rollout.example.org/api/v1/activities/?cursor=WyJpZCJd",
        }
        return {
            "type": "object",
            "description": "A page of a list.",
            "properties": {"next": link, "previous": link, "results": schema},
        }


def _told(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
