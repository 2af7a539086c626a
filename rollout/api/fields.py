"""Input that means exactly one thing: no guessed types and no ignored names."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from rollout.api.examples.parts import NOTHING

#: The largest that a column for keys, and one for versions, can hold.
LARGEST_KEY = 2**63 - 1
LARGEST_VERSION = 2**31 - 1


class StrictBooleanField(serializers.BooleanField):
    """Takes true and false, and neither "yes" nor 1."""

    def to_internal_value(self, data: Any) -> bool:
        """Return the value. Raises ValidationError for anything else."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class StrictCharField(serializers.CharField):
    """Takes text, and not a number that looks like it."""

    def to_internal_value(self, data: Any) -> str:
        """Return the text. Raises ValidationError for anything else."""
        if not isinstance(data, str):
            self.fail("invalid")
        # As it was sent, because so the schema counts: not without its outer spaces.
        if self.max_length is not None and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        text: str = super().to_internal_value(data)
        return text


class StrictIntegerField(serializers.IntegerField):
    """Takes a whole number, and neither text that looks like one nor true."""

    def to_internal_value(self, data: Any) -> int:
        """Return the number. Raises ValidationError for anything else."""
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        number: int = super().to_internal_value(data)
        return number


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses names that it does not know, so that a typing error is no silence."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the values by field. Raises ValidationError."""
        values = super().to_internal_value(data)
        unknown = sorted(set(data) - set(self.fields))
        if unknown:
            raise serializers.ValidationError(
                {name: [_("There is no such field.")] for name in unknown},
                code="unknown_field",
            )
        return values


@extend_schema_serializer(examples=[NOTHING])
class NothingSerializer(StrictSerializer):
    """A request that needs no words."""


def reason_field() -> StrictCharField:
    """Return a field for why somebody does something.

    The engine trims it; the limit counts what was sent.
    """
    return StrictCharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=4000,
        trim_whitespace=False,
    )
