"""Pages by cursor: constant cost, and no gaps or doubles while others write."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import pagination, serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

#: A cursor points to a whole number: a key or a sequence number.
_POSITION = re.compile(r"\d{1,18}", re.ASCII)
_SIZE = re.compile(r"\d{1,9}", re.ASCII)


class CursorPagination(pagination.CursorPagination):
    """Pages in the order of a unique whole number, at most 100 rows each."""

    ordering = "pk"
    page_size = 50
    max_page_size = 100
    page_size_query_param = "page_size"
    page_size_query_description = "Rows on a page, 1 to 100."
    cursor_query_description = "Where to go on, from `next` or `previous`."

    def get_page_size(self, request: Request) -> int:
        """Return the size asked for. Raises ValidationError outside 1 to 100."""
        asked = str(request.query_params.get("page_size", self.page_size))
        if not _SIZE.fullmatch(asked) or not 1 <= int(asked) <= self.max_page_size:
            raise serializers.ValidationError(
                {"page_size": [_("Give a whole number from 1 to 100.")]}
            )
        return int(asked)

    def decode_cursor(self, request: Request) -> Any:
        """Return the cursor, if any. Raises ValidationError for a made-up one."""
        try:
            cursor = super().decode_cursor(request)
        except NotFound as error:
            raise self._no_cursor() from error
        if cursor and not _POSITION.fullmatch(str(cursor.position)):
            raise self._no_cursor()
        return cursor

    def _no_cursor(self) -> serializers.ValidationError:
        return serializers.ValidationError(
            {"cursor": [_("This is no cursor of this list.")]}, code="invalid_cursor"
        )

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe `cursor` and `page_size`, with the limits."""
        parameters: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            if parameter["name"] == "page_size":
                parameter["schema"] |= {
                    "minimum": 1,
                    "maximum": self.max_page_size,
                    "default": self.page_size,
                }
        return parameters

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        """Describe a page; at either end there is no address to go on to."""
        link = {
            "type": ["string", "null"],
            "format": "uri",
            "example": "https://rollout.example.org/api/v1/activities/?cursor=cD01MA",
        }
        return {
            "type": "object",
            "description": "A page of a list.",
            "properties": {"next": link, "previous": link, "results": schema},
        }
