"""`fields=` and `expand=`: less of each row, or what hangs on it as well."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from rollout.api.writing import Written
from rollout.models import User

M = TypeVar("M", bound=models.Model)

#: In a representation whatever is asked for.
ALWAYS = ("id", "key")


#: Adds to rows what is to be read besides, as far as a person may see it.
Expansion = Callable[[Any, User], Any]


@dataclass(frozen=True)
class Asked:
    """What of a row a request asks for."""

    #: Names of fields; None asks for all that are not expanded.
    fields: frozenset[str] | None = None
    expand: frozenset[str] = field(default_factory=frozenset)


#: What is shown where nothing else is asked for.
PLAIN = Asked()


class ResourceSerializer(Written[M], serializers.ModelSerializer[M]):
    """A row of a list, of which a request may ask for a part or for more.

    The context gives ``asked``. Without it, as for the schema, there is everything.
    """

    #: Fields that are left out unless asked for: each costs queries of its own. Each
    #: names what is to be read for it, as far as a person may see it.
    expandable: ClassVar[dict[str, Expansion]] = {}
    #: Names of the components in the schema whose fields may be missing.
    components: ClassVar[set[str]] = set()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        ResourceSerializer.components.add(cls.__name__.removesuffix("Serializer"))

    def get_fields(self) -> dict[str, Any]:
        """Return the fields that are asked for."""
        found = super().get_fields()
        asked: Asked | None = self.context.get("asked")
        if asked is None:
            return found
        if not self._is_outermost():
            asked = PLAIN
        wanted = asked.fields if asked.fields is not None else frozenset(found)
        return {
            name: one
            for name, one in found.items()
            if name in asked.expand
            or name in ALWAYS
            or (name in wanted and name not in self.expandable)
        }

    def _is_outermost(self) -> bool:
        parent = self.parent
        if isinstance(parent, serializers.ListSerializer):
            parent = parent.parent
        return parent is None

    @classmethod
    def names(cls) -> list[str]:
        """Return the names that `fields=` may hold."""
        meta: Any = getattr(cls, "Meta")  # noqa: B009  # serializers have one
        return [name for name in meta.fields if name not in cls.expandable]

    @classmethod
    def read(cls, params: Any) -> Asked:
        """Return what a request's parameters ask for. Raises ValidationError."""
        fields = _named(params, "fields", cls.names())
        expand = _named(params, "expand", cls.expandable)
        return Asked(fields, expand or frozenset())

    @classmethod
    def prefetched(cls, rows: Any, asked: Asked, user: User) -> Any:
        """Return the rows with what is to be expanded, as this person may see it."""
        for name in sorted(asked.expand):
            rows = cls.expandable[name](rows, user)
        return rows


def expansion(name: str, rows: Any, *related: str) -> Expansion:
    """Return how to read what hangs on rows under ``name``, with what it refers to.

    Each of these knows the row on which it hangs. They are found as a plain list under
    ``expanded_…``: to keep them as the relation itself, Django makes a manager and a
    query set for each row.
    """

    def expand(of: Any, user: User) -> Any:
        seen = rows.visible_to(user).select_related(*related)
        return of.prefetch_related(
            models.Prefetch(name, seen, to_attr=f"expanded_{name}")
        )

    return expand


def joined(name: str, *related: str) -> Expansion:
    """Return how to read the one thing that everybody sees who sees the row."""

    def expand(of: Any, user: User) -> Any:
        return of.select_related(*(f"{name}__{other}" for other in related))

    return expand


def _named(params: Any, parameter: str, known: Iterable[str]) -> frozenset[str] | None:
    text = params.get(parameter)
    if text is None:
        return None
    names = frozenset(text.split(","))
    unknown = sorted(names - set(known))
    if unknown:
        raise ValidationError(
            {
                parameter: [
                    _("“%(name)s” is not one of: %(known)s.")
                    % {"name": name, "known": ", ".join(known)}
                    for name in unknown
                ]
            },
            code="unknown_name",
        )
    return names
