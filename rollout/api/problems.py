"""Every error as a problem document (RFC 9457), in the reader's language.

A problem has `type`, `title`, `status`, `detail`, `instance` and a stable `code`;
one with the request itself lists `errors` by field, a blocked transition lists its
`reasons`, and one that came too late names the `current_version` and where it is read.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.utils.encoders import JSONEncoder

from rollout.addresses import in_full
from rollout.services.waiting import Busy
from workflows.engine import Blocked, NotAllowed, Refused, Stale
from workflows.guards import Reason

MEDIA_TYPE = "application/problem+json"

_log = logging.getLogger(__name__)

#: What is raised where the database went away. What a cursor says while it is closed
#: comes as the driver says it.
DATABASE_AWAY = (
    OperationalError,
    InterfaceError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
)
#: Seconds after which a client may try again when the database does not answer.
_RETRY_AFTER = 5
#: The same when somebody else is changing what was to be tried.
_RETRY_AFTER_SOMEBODY = 1

_TITLES: dict[str, str | Promise] = {
    "invalid": _("The request is not valid"),
    "parse_error": _("The request cannot be read"),
    "not_authenticated": _("A token is needed"),
    "authentication_failed": _("The token does not work"),
    "permission_denied": _("This is not allowed for you"),
    "insufficient_scope": _("The token is not good for this"),
    "not_found": _("Not found"),
    "method_not_allowed": _("The method is not allowed"),
    "not_acceptable": _("No such format is offered"),
    "blocked": _("Something is missing"),
    "conflict": _("This is not possible as things stand"),
    "refused": _("Nothing was changed"),
    "stale": _("Somebody was faster"),
    "gone": _("The cursor is no longer good"),
    "in_progress": _("The first request is still being answered"),
    "key_reused": _("The key stands for another request"),
    "too_large": _("The request is too large"),
    "unsupported_media_type": _("The format cannot be read"),
    "precondition_required": _("The version that you saw is needed"),
    "throttled": _("Too many requests"),
    "error": _("Something went wrong here"),
    "unavailable": _("The service is not available just now"),
}


#: Of a path such as `/api/v1/activities/21/transitions/`, up to the key.
_PARTS_OF_A_THING = 5


class PreconditionRequired(exceptions.APIException):
    """A change was asked for without saying which version it is based on."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = _(
        "Send the version that you saw in If-Match, as the ETag header gave it."
    )
    default_code = "precondition_required"


class Conflict(exceptions.APIException):
    """What is asked for does not fit how things stand; the detail says why."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = _("This is not possible as things stand.")
    default_code = "conflict"


class Gone(exceptions.APIException):
    """Whoever goes on from here could miss something; the detail says why."""

    status_code = status.HTTP_410_GONE
    default_detail = _("Begin again: ask without a cursor, then read everything.")
    default_code = "gone"

    def __init__(self, why: Any) -> None:
        super().__init__(f"{why} {self.default_detail}")


class TooLarge(exceptions.APIException):
    """The body is longer than any body that makes sense here."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("The body is too long.")
    default_code = "too_large"


class Problem(HttpResponse):
    """An answer that says what is wrong, whatever format the client asked for."""

    def __init__(self, code: str, *, status: int, detail: str, **members: Any) -> None:
        self.data = {
            "type": f"urn:problem-type:rollout:{code}",
            "title": str(_TITLES.get(code, _TITLES["invalid"])),
            "status": status,
            "detail": detail,
            "code": code,
        } | members
        text = json.dumps(self.data, cls=JSONEncoder, ensure_ascii=False)
        # What a client sent may hold half a character, which JSON can only escape.
        content = text.encode("utf-8", "backslashreplace")
        super().__init__(content, status=status, content_type=MEDIA_TYPE)


def answer(exc: Exception, context: dict[str, Any]) -> Problem | None:
    """Turn an exception into a problem, as DRF's exception handler."""
    instance = context["request"].path
    return known(exc, instance) or _unexpected(exc, context, instance)


def known(exc: Exception, instance: str) -> Problem | None:
    """Return the problem that a refusal stands for; None for what nobody foresaw."""
    if isinstance(exc, Refused):
        return _refused(exc, instance)
    if isinstance(exc, Busy):
        return unavailable(instance, after=_RETRY_AFTER_SOMEBODY)
    if isinstance(exc, Http404):
        exc = exceptions.NotFound()
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    if isinstance(exc, exceptions.APIException):
        return _of_api(exc, instance)
    return None


def _refused(exc: Refused, instance: str) -> Problem:
    if isinstance(exc, Stale):
        return Problem(
            "stale",
            status=status.HTTP_412_PRECONDITION_FAILED,
            detail=str(exc),
            instance=instance,
            current_version=exc.current_version,
            current=_current(instance),
        )
    if isinstance(exc, Blocked):
        return Problem(
            "blocked",
            status=status.HTTP_409_CONFLICT,
            detail=str(exc),
            instance=instance,
            reasons=[represent_reason(reason) for reason in exc.reasons],
        )
    if not isinstance(exc, NotAllowed):
        raise exc
    return Problem(
        "permission_denied",
        status=status.HTTP_403_FORBIDDEN,
        detail=str(exc),
        instance=instance,
    )


def _current(instance: str) -> str:
    """Return where the thing can be read as it is now, that a request was about."""
    thing = "/".join(instance.split("/")[:_PARTS_OF_A_THING])
    return in_full(f"{thing}/")


def represent_reason(reason: Reason) -> dict[str, Any]:
    """Return one reason as the API shows it, its link as a full address."""
    return {
        "code": reason.code,
        "text": str(reason.text),
        "who": str(reason.who),
        "link": in_full(reason.link) if reason.link else "",
        "overridable": reason.overridable,
    }


def unavailable(instance: str, *, after: int) -> Problem:
    """Return the answer for what will work again in so many seconds."""
    problem = Problem(
        "unavailable",
        status=status.HTTP_503_SERVICE_UNAVAILABLE,
        detail=str(_("Please try again in a moment.")),
        instance=instance,
    )
    problem["Retry-After"] = str(after)
    return problem


def _of_api(exc: exceptions.APIException, instance: str) -> Problem:
    members: dict[str, Any] = {"instance": instance}
    if isinstance(exc, exceptions.ValidationError):
        code = "invalid"
        errors = members["errors"] = list(_errors(exc.get_full_details()))
        detail = " ".join(f"{e['field']}: {e['detail']}".lstrip(": ") for e in errors)
    else:
        code, detail = exc.default_code, str(exc.detail)
    problem = Problem(code, status=exc.status_code, detail=detail, **members)
    if challenge := getattr(exc, "auth_header", None):
        problem["WWW-Authenticate"] = challenge
    wait = getattr(exc, "wait", None)
    if wait is not None:
        problem["Retry-After"] = str(wait)
    return problem


def _errors(details: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Flatten DRF's nested details into one entry for each thing that is wrong."""
    if isinstance(details, Mapping) and {"message", "code"} == set(details):
        field = path.removesuffix("non_field_errors").rstrip(".")
        yield {
            "field": field,
            "code": str(details["code"]),
            "detail": str(details["message"]),
        }
    elif isinstance(details, Mapping):
        for name, inner in details.items():
            yield from _errors(inner, f"{path}.{name}" if path else str(name))
    else:
        for inner in details:
            yield from _errors(inner, path)


def _unexpected(
    exc: Exception, context: dict[str, Any], instance: str
) -> Problem | None:
    if isinstance(exc, DATABASE_AWAY):
        _log.error("database not available", exc_info=exc)
        return unavailable(instance, after=_RETRY_AFTER)
    if settings.DEBUG:
        return None  # Django's own page with the traceback
    request = getattr(context["request"], "_request", context["request"])
    got_request_exception.send(sender=type(context["view"]), request=request)
    _log.error("unexpected error in the API", exc_info=exc)
    return Problem(
        "error",
        status=status.HTTP_500_INTERNAL_SERVER_ERROR,
        detail=str(_("The error has been logged. Quote the X-Request-ID header.")),
        instance=instance,
    )
