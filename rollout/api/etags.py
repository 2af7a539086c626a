"""Entity tags: what a client saw, to spare a transfer or to guard a change.

A tag is strong. It begins with the version of the object, where there is one, and
goes on with a digest: `"7-0f343b0931126a20"`. Where the record of changes holds
everything that an answer is made of, it is the digest of where the record stands and
of what else an answer depends on, so that a client that has everything already costs
one small query. Elsewhere it is the digest of the bytes that were sent.

`If-None-Match` compares whole tags. `If-Match` asks which version a change is based
on, so there the version alone (`"7"`) is enough; weak tags never match, as RFC 9110
has it.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone, translation
from django.utils.http import parse_etags
from rest_framework.request import Request
from rest_framework.response import Response

from rollout import changes
from rollout.api.problems import PreconditionRequired
from rollout.models import User
from workflows.engine import Stale

_VERSION = re.compile(r'"(\d{1,10})(?:-[0-9a-f]{1,64})?"', re.ASCII)
_DIGEST = re.compile(r'"(?:\d{1,10}-)?([0-9a-f]{16})"', re.ASCII)
_KEPT = (
    *("ETag", "Vary", "Cache-Control", "Content-Language"),
    *("RateLimit", "RateLimit-Policy"),
)
#: What answers are made by.
_SOURCES = ("config", "locale", "notifications", "requirements", "rollout", "workflows")
_KINDS = {".py", ".mo", ".txt"}


def digest_ahead(request: Request) -> str:
    """Return the digest of the answer to come, from all that it depends on.

    Ask before anything of it is read: what changes meanwhile then gives another digest
    the next time. Only for answers made from what the record of changes holds.
    """
    seen = changes.sighting_of(cast(User, request.user))
    depends_on = (
        *(seen, getattr(request.auth, "pk", None), timezone.localdate()),
        *(request.build_absolute_uri(), request.accepted_media_type),
        *(translation.get_language(), settings.BASE_URL, _release()),
    )
    return hashlib.sha256(repr(depends_on).encode()).hexdigest()[:16]


def unchanged_since(digest: str, request: Request) -> HttpResponse | None:
    """Return 304 for a client that has the answer with this digest, else None."""
    for tag in parse_etags(request.headers.get("If-None-Match", "")):
        strong = tag.removeprefix("W/")
        found = _DIGEST.fullmatch(strong)
        if found and found[1] == digest:
            return HttpResponseNotModified(headers={"ETag": strong})
    return None


@cache
def _release() -> str:
    """Return a name for the code and texts that are running."""
    found = hashlib.sha256()
    for source in _SOURCES:
        for file in sorted((settings.BASE_DIR / source).rglob("*")):
            if file.suffix in _KINDS:
                found.update(file.read_bytes())
    return found.hexdigest()


def add_to(
    response: Response, request: HttpRequest | Request, *, digest: str | None
) -> HttpResponse:
    """Tag a rendered answer, or shorten it to 304 for who has it already.

    ``digest`` is the one that was found ahead; None takes that of the bytes. A view
    gives the object's version as the attribute `version` of its answer.
    """
    version = getattr(response, "version", None)
    if digest is None:
        digest = hashlib.sha256(response.content).hexdigest()[:16]
    tag = f'"{digest}"' if version is None else f'"{version}-{digest}"'
    response["ETag"] = tag
    if not _has_already(tag, request.headers.get("If-None-Match", "")):
        return response
    unchanged = HttpResponseNotModified()
    for name in _KEPT:
        if name in response:
            unchanged[name] = response[name]
    return unchanged


def _has_already(tag: str, header: str) -> bool:
    known = parse_etags(header)
    return "*" in known or tag in {one.removeprefix("W/") for one in known}


def expected_version(request: HttpRequest | Request, *, current: int) -> int:
    """Return the version on which the request is based, by its `If-Match`.

    ``current`` is the version as it was just read; the engine compares again under
    lock. Raises PreconditionRequired (428) without the header, and Stale (412) when
    no tag in it is of the current version. `*` stands for whatever there is.
    """
    header = request.headers.get("If-Match", "")
    if not header.strip():
        raise PreconditionRequired
    tags = parse_etags(header)
    seen = {int(found[1]) for tag in tags if (found := _VERSION.fullmatch(tag))}
    if current not in seen and "*" not in tags:
        raise Stale(current)
    return current
