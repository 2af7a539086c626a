"""`GET /api/v1/events/`: the feed of changes as it happens, as server-sent events.

An ASGI application of its own, so that a thousand listeners hold a thousand sockets and
not a thousand threads. One look at the record a second serves them all; only whom
something concerns reads on, in a few threads with a connection each. A listener that
lost its connection goes on from the `id` that it saw last.
"""

from rollout.api.events.server import Events

__all__ = ["Events"]
