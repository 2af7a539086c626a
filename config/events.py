"""`python -m config.events`: serves those who listen at `/api/v1/events/`.

A process beside the web server, at HOST and PORT; a proxy sends that one path here and
passes on at once what comes back.
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

import uvicorn

DEFAULT_PORT = 8001
#: Seconds that listeners have to go away when the server ends; they come back by
#: themselves.
GOODBYE_SECONDS = 3


def main() -> None:
    """Serve until somebody says stop."""
    # The server hands the signal on when it has ended in good order.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)
    uvicorn.run(
        "config.asgi:application",
        host=os.environ.get("HOST", "127.0.0.1"),
        port=int(os.environ.get("PORT", DEFAULT_PORT)),
        # The settings say how to log; who listens is nobody's business.
        log_config=None,
        access_log=False,
        server_header=False,
        # The address of a client is what our own proxies say, not what it says itself.
        proxy_headers=False,
        timeout_graceful_shutdown=GOODBYE_SECONDS,
    )


def leave(number: int, frame: FrameType | None) -> None:
    """End well."""
    sys.exit(0)


if __name__ == "__main__":
    main()
