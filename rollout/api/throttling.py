"""How often one client may ask.

The counters live in the process, so they work without Redis and cost no query; with
several web processes a client may be granted a multiple of its rate. An address is
the one that our own outermost proxy saw (`NUM_PROXIES`), never one that the client
wrote into a header itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil
from typing import TYPE_CHECKING, Any

from django.core.cache import caches
from rest_framework.throttling import SimpleRateThrottle

if TYPE_CHECKING:
    # DRF's views import this module.
    from rest_framework.request import Request
    from rest_framework.views import APIView


class TokenThrottle(SimpleRateThrottle):
    """Counts the requests of each token, or of each person on the docs page."""

    scope = "token"
    cache = caches["throttle"]

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        """Return what is counted together, or None where this does not apply."""
        if not request.user.is_authenticated:
            return None
        if request.auth is None:
            return self.cache_format % {"scope": "person", "ident": request.user.pk}
        return self.cache_format % {"scope": self.scope, "ident": request.auth.pk}


class AddressThrottle(SimpleRateThrottle):
    """Counts the requests of each address that come without a valid token."""

    scope = "address"
    cache = caches["throttle"]

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        """Return what is counted together, or None where this does not apply."""
        if request.user.is_authenticated:
            return None
        return self.cache_format % {
            "scope": self.scope,
            "ident": self.get_ident(request),
        }


def limits(throttles: Iterable[Any]) -> dict[str, str]:
    """Return the headers that say how often the client may ask, and how often still.

    They are those of the IETF's draft on `RateLimit` fields: a quota for a window of
    seconds, what remains of it, and in how many seconds there is more.
    """
    for throttle in throttles:
        if getattr(throttle, "key", None) is None:
            continue
        counted, window = throttle.history, throttle.duration
        quota = throttle.num_requests
        left = max(quota - len(counted), 0)
        wait = ceil(window - (throttle.now - counted[-1])) if counted else window
        return {
            "RateLimit-Policy": f'"{throttle.scope}";q={quota};w={window}',
            "RateLimit": f'"{throttle.scope}";r={left};t={wait}',
        }
    return {}
