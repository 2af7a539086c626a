"""The door for web servers."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.wsgi import get_wsgi_application

from config import embedded

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

embedded.start_for_settings()
_django = get_wsgi_application()

_CHARSET = re.compile(r";\s*charset\s*=[^;]*", re.IGNORECASE)


def application(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    """Answer a request, whose text is UTF-8 whatever charset it claims.

    Django would try any of Python's codecs that a client names, and fail with a
    server error on those that are not for text (`charset=rot13`), before any
    middleware is asked.
    """
    if "CONTENT_TYPE" in environ:
        environ["CONTENT_TYPE"] = _CHARSET.sub("", environ["CONTENT_TYPE"])
    return _django(environ, start_response)
