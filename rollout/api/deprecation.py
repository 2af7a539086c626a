"""What is to go away: declared by its view, told by headers and by the schema."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.http import http_date

from rollout.addresses import in_full


@dataclass(frozen=True)
class Deprecation:
    """From when on an operation should not be used any more, and how long it works."""

    since: date
    #: The first day on which it may be gone; at least a year after ``since``.
    sunset: date
    #: What to use in its place, in English as the rest of the schema.
    instead: str


def add_to(response: HttpResponseBase, view: Any) -> None:
    """Say of the operation that was asked for that it is to go away, if it is."""
    one = view.deprecated.get(getattr(view, "action", None))
    if one is None:
        return
    # RFC 9745 and RFC 8594, which write the same kind of moment in two ways.
    response["Deprecation"] = f"@{_moment(one.since)}"
    response["Sunset"] = http_date(_moment(one.sunset))
    docs = in_full(reverse("api:docs"))
    response["Link"] = f'<{docs}>; rel="deprecation"; type="text/html"'


def describe(operation: dict[str, Any], one: Deprecation) -> dict[str, Any]:
    """Return the description of an operation with the words that it is to go away."""
    note = f"Deprecated, and gone after {one.sunset}. {one.instead}"
    text = f"{operation.get('description', '')}\n\n{note}".strip()
    return operation | {"deprecated": True, "description": text}


def _moment(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
