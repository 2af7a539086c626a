"""`search=`: whole words in any of their forms, and parts of words, in Danish."""

from __future__ import annotations

from functools import reduce
from operator import and_, or_
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

_LANGUAGE = "danish"
_LONGEST = 200


class Search(BaseFilterBackend):
    """Keeps rows in whose texts the words stand, all of them.

    PostgreSQL's full-text search knows the forms of a word, quotation marks and the
    minus sign. Danish writes words together, so a part of one counts as well.
    """

    def filter_queryset(
        self, request: Request, queryset: QuerySet[Any], view: Any
    ) -> QuerySet[Any]:
        """Return the rows that fit. Raises ValidationError for a text too long."""
        text = request.query_params.get("search")
        fields: tuple[str, ...] = getattr(view, "search_fields", ())
        if text is None or not fields:
            return queryset
        if len(text) > _LONGEST or "\0" in text:
            raise ValidationError(
                {"search": [_("Give at most 200 characters.")]}, code="invalid"
            )
        query = SearchQuery(text, config=_LANGUAGE, search_type="websearch")
        words = text.split()
        parts = (
            reduce(or_, (Q(**{f"{field}__icontains": word}) for field in fields))
            for word in words
        )
        searched: QuerySet[Any] = queryset.annotate(
            _words=SearchVector(*fields, config=_LANGUAGE)
        )
        found = Q(_words=query) | reduce(and_, parts, Q(pk__isnull=not words))
        return searched.filter(found)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the parameter for lists that have it."""
        if not getattr(view, "search_fields", ()):
            return []
        return [
            {
                "name": "search",
                "in": "query",
                "required": False,
                "description": (
                    "Words that must stand in the row's texts, in any of their forms or"
                    ' as a part of a word; `"…"` for a phrase, `-` for a word that'
                    " must not stand there."
                ),
                "schema": {"type": "string", "minLength": 1, "maxLength": _LONGEST},
            }
        ]
