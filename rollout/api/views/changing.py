"""Changes to one thing: of the version that was seen, and only of what may change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from rollout.api import etags
from rollout.api.problems import Conflict
from rollout.api.views.resource import Resource
from rollout.models import User
from rollout.services import Invalid


def changed(
    view: Resource[Any],
    request: Request,
    asked: Any,
    change: Callable[[Any, dict[str, Any], User, int], object],
    *,
    refusal: type[ValidationError | Conflict] = ValidationError,
) -> Response:
    """Make a change through a service, and return how the thing is shown now.

    ``change`` takes the thing, the values, the person and the version that was seen.
    Raises ``refusal`` for what makes no sense: is that the request, or the moment?
    """
    found = view.get_object()
    asked.is_valid(raise_exception=True)
    version = etags.expected_version(request, current=found.version)
    user = cast(User, request.user)
    with refusing(refusal):
        change(found, dict(asked.validated_data), user, version)
    fresh = view.get_queryset().get(pk=found.pk)
    return Response(
        view.get_serializer(fresh).data, headers={"ETag": f'"{fresh.version}"'}
    )


@contextmanager
def refusing(refusal: type[ValidationError | Conflict]) -> Iterator[None]:
    """Raise a problem for what a service finds to make no sense."""
    try:
        yield
    except Invalid as invalid:
        if refusal is Conflict:
            raise Conflict(str(invalid)) from invalid
        raise ValidationError([str(invalid)], code="invalid") from invalid


def referred_to(rows: Any, name: str, values: dict[str, Any]) -> None:
    """Put the row in the place of its key. Raises ValidationError where there is none.

    ``rows`` are those that may be meant, as far as the person may see them.
    """
    if values.get(name) is None:
        return
    row = rows.filter(pk=values[name]).first()
    if row is None:
        raise ValidationError(
            {name: [_("There is no such thing in the programme.")]}, code="unknown"
        )
    values[name] = row
