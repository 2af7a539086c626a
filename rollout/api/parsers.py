"""Reads JSON bodies strictly: one meaning, of a size that makes sense, or a 400."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import IO, Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import BaseParser

from rollout.api.problems import TooLarge
from rollout.cpr import refuse_cpr

#: Longest body, in bytes.
MAX_BYTES = 1_000_000


class StrictJSONParser(BaseParser):
    """UTF-8 JSON in which no name is given twice and every number is finite.

    Raises ParseError (400) or TooLarge (413).
    """

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return what the body says."""
        body = stream.read(MAX_BYTES + 1)
        if len(body) > MAX_BYTES:
            raise TooLarge
        try:
            return json.loads(
                body.decode("utf-8"),
                object_pairs_hook=_without_doubles,
                parse_constant=_refuse_constant,
                parse_float=_finite,
            )
        except RecursionError:
            raise ParseError(_("The JSON is nested too deeply.")) from None
        except ValueError as error:
            raise ParseError(
                _("This is not valid JSON: %(error)s") % {"error": error}
            ) from None


#: Endings of the names of texts with a form of their own.
_FORMED = ("url", "email", "cursor", "token")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    for name, value in pairs:
        _refuse_cpr(name, value)
    if len(found) < len(pairs):
        raise ValueError(_("a name is given twice"))
    return found


def _refuse_cpr(name: str, value: Any) -> None:
    """Raise ValidationError (400) for a text that looks like the number of a person."""
    if name.endswith(_FORMED):
        return
    for one in value if isinstance(value, list) else [value]:
        try:
            refuse_cpr(one)
        except DjangoValidationError as error:
            raise ValidationError({name: error.messages}) from None


def _refuse_constant(name: str) -> None:
    raise ValueError(_("%(name)s is not a number") % {"name": name})


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(_("a number is too large"))
    return number
