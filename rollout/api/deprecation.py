"""What is to go away: declared by its view, told by headers and by the schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.http import http_date

#: Begin the keys of parameters and of fields; a key without one names an action.
PARAMETER, FIELD = "?", "."


@dataclass(frozen=True)
class Deprecation:
    """From when on something should not be used any more, and how long it works."""

    since: date
    #: The first day on which it may be gone; at least a year after ``since``.
    sunset: date
    #: What to use in its place, in English as the rest of the schema.
    instead: str

    @property
    def note(self) -> str:
        """What the schema says of it."""
        return f"Deprecated, and gone after {self.sunset}. {self.instead}"


def add_to(response: HttpResponseBase, view: Any) -> None:
    """Say of what the request used that it is to go away; the first end counts."""
    used = sorted(_used(view), key=lambda one: one.sunset)
    if not used:
        return
    docs = settings.BASE_URL.rstrip("/") + reverse("api:docs")
    # RFC 9745 and RFC 8594, which write the same kind of moment in two ways.
    response["Deprecation"] = f"@{_moment(used[0].since)}"
    response["Sunset"] = http_date(_moment(used[0].sunset))
    response["Link"] = f'<{docs}>; rel="deprecation"; type="text/html"'


def _used(view: Any) -> Iterator[Deprecation]:
    action = getattr(view, "action", None) or view.request.method.lower()
    for key, one in view.deprecated.items():
        if key.startswith(PARAMETER):
            is_used = key[1:] in view.request.GET
        elif key.startswith(FIELD):
            is_used = action in ("list", "retrieve") and _is_shown(key[1:], view)
        else:
            is_used = key == action
        if is_used:
            yield one


def _is_shown(field: str, view: Any) -> bool:
    asked = view.request.GET.get("fields")
    return asked is None or field in asked.split(",")


def describe(
    operation: dict[str, Any], deprecated: Mapping[str, Deprecation], action: str
) -> None:
    """Say so in the description of an operation and of its parameters."""
    if action in deprecated:
        operation["deprecated"] = True
        text = f"{operation.get('description', '')}\n\n{deprecated[action].note}"
        operation["description"] = text.strip()
    for parameter in operation.get("parameters", ()):
        one = deprecated.get(f"{PARAMETER}{parameter.get('name')}")
        if one is not None:
            parameter |= {"deprecated": True, "description": one.note}


def fields_of(deprecated: Mapping[str, Deprecation]) -> dict[str, str]:
    """Return what the schema says of deprecated fields, by their names."""
    return {
        key[1:]: one.note for key, one in deprecated.items() if key.startswith(FIELD)
    }


def _moment(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
