"""Sends pages compressed, so that a large table is quick on a slow line.

Static files are compressed beforehand by WhiteNoise. The API is left as it is: its
strong ETags name the very bytes. Against guessing a page's secrets by its compressed
length (BREACH), Django adds a random length to every page, masks the CSRF token anew
each time, and cookies go to this site only.
"""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class PageCompressionMiddleware(GZipMiddleware):
    """Compresses HTML and nothing else."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Compress a page for a browser that says it can read that."""
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)
