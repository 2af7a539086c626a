"""Entity tags: what a client saw, to spare a transfer or to guard a change.

A tag is strong. It begins with the version of the object, where there is one, and
goes on with a digest of the bytes that were sent, which differ by language and by
what lies around the object: `"7-0f343b0931126a20"`. `If-None-Match` compares whole
tags. `If-Match` asks which version a change is based on, so there the version alone
(`"7"`) is enough; weak tags never match, as RFC 9110 has it.
"""

from __future__ import annotations

import hashlib
import re

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags
from rest_framework.request import Request
from rest_framework.response import Response

from rollout.api.problems import PreconditionRequired
from workflows.engine import Stale

_VERSION = re.compile(r'"(\d{1,10})(?:-[0-9a-f]{1,64})?"', re.ASCII)
_KEPT = (
    *("ETag", "Vary", "Cache-Control", "Content-Language"),
    *("RateLimit", "RateLimit-Policy"),
)


def add_to(response: Response, request: HttpRequest | Request) -> HttpResponse:
    """Tag a rendered answer, or shorten it to 304 for who has it already.

    A view gives the object's version as the attribute `version` of its answer.
    """
    version = getattr(response, "version", None)
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
