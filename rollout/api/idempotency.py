"""`Idempotency-Key`: a request that is sent twice takes effect once.

Answer and change are written in one transaction, so there is never the one without
the other. Who sends the same key at the same time waits a moment for the first.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.core.exceptions import RequestDataTooBig
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request

from rollout.api.problems import TooLarge
from rollout.models import KeptAnswer, User
from rollout.services.waiting import Busy, busy_if_held

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"

_KEY = re.compile(r"[\x21-\x7e]{1,255}")
#: How long to wait for a request of the same key that is being answered.
_PATIENCE = "2s"
#: What had, or clearly had not, an effect; other refusals may be tried again.
_KEPT = {
    *range(200, 300),
    status.HTTP_409_CONFLICT,
    status.HTTP_412_PRECONDITION_FAILED,
}
_HEADERS = (
    *("Cache-Control", "Content-Type", "Content-Language"),
    *("ETag", "Location", "Vary"),
)


class InProgress(APIException):
    """The first request with this key has not been answered yet."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = _("The first request with this key is still being answered.")
    default_code = "in_progress"
    #: Seconds after which to ask again.
    wait = 1


class KeyReused(APIException):
    """The key was used for another request."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = _("This key was used for another request. Make up a new one.")
    default_code = "key_reused"


def answer_once(
    request: Request,
    user: User,
    *,
    at: datetime,
    answer: Callable[[], HttpResponse],
    keep: Callable[[bytes], bytes],
    recall: Callable[[bytes], bytes],
) -> HttpResponse:
    """Return the answer that the key got before, or answer and keep it.

    ``answer`` is called inside the transaction and returns a rendered response, of
    whose body ``keep`` gives what may be kept, and ``recall`` makes it of that again.
    Raises ValidationError for a key that is none, InProgress, and KeyReused.
    """
    key = request.headers[HEADER]
    if not _KEY.fullmatch(key):
        raise ValidationError(
            {HEADER: [_("Give 1 to 255 visible ASCII characters.")]}, code="invalid"
        )
    digest = _digest(request, user)
    with transaction.atomic():
        _wait_for_turn(f"idempotency:{user.pk}:{key}")
        own = KeptAnswer.objects.filter(user=user)
        kept = own.valid(at=at).filter(key=key).first()
        if kept is not None and kept.digest != digest:
            raise KeyReused
        if kept is not None:
            return _again(kept, recall(bytes(kept.body)))
        own.expired(at=at).delete()
        response = answer()
        if response.status_code in _KEPT:
            KeptAnswer.objects.create(
                user=user,
                key=key,
                digest=digest,
                status=response.status_code,
                headers={n: response[n] for n in _HEADERS if n in response},
                body=keep(response.content),
                created_at=at,
            )
        return response


def keep_body(request: HttpRequest) -> None:
    """Read the body before anything parses it, so that it can be compared.

    Checking who asks may parse it: a session's protection against forged requests
    looks for its token there. One that is too large is refused later.
    """
    with suppress(RequestDataTooBig):
        _ = request.body


def _digest(request: Request, user: User) -> str:
    # What one token may see of an answer, another of the same person may not.
    where = str(user.bound_to or "")
    said = [str(request.method), request.get_full_path(), where, ""]
    try:
        body = request._request.body  # noqa: SLF001
    except RequestDataTooBig:
        raise TooLarge from None
    whole = "\n".join(said).encode() + body
    return hashlib.sha256(whole).hexdigest()


def _wait_for_turn(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout')")
        before = cursor.fetchone()[0]
        try:
            with busy_if_held(), transaction.atomic():
                cursor.execute(
                    "SELECT set_config('lock_timeout', %s, true)", [_PATIENCE]
                )
                cursor.execute(
                    "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name]
                )
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [before])
        except Busy:
            raise InProgress from None


def _again(kept: KeptAnswer, body: bytes) -> HttpResponse:
    response = HttpResponse(body, status=kept.status)
    for name, value in kept.headers.items():
        response[name] = value
    response[REPLAYED] = "true"
    return response
