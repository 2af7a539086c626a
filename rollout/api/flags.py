"""Query parameters that are switched on or off, such as `dry_run=true`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

_VALUES = {"true": True, "false": False}


def flag(name: str, description: str) -> OpenApiParameter:
    """Return how the schema describes a switch that is off unless switched on."""
    return OpenApiParameter(
        name, {"type": "boolean", "default": False}, description=description
    )


def is_on(request: Request, name: str) -> bool:
    """Say whether the request switches it on. Raises ValidationError."""
    text = request.query_params.get(name, "false")
    if text not in _VALUES:
        raise ValidationError({name: [_("Give true or false.")]}, code="invalid")
    return _VALUES[text]
