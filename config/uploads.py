"""Refuses an upload that is too large before any of it is read."""

from __future__ import annotations

from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

#: The largest document that may come in, and a form around it, in bytes.
LARGEST_UPLOAD = 11_000_000


class LimitedUpload(FileUploadHandler):
    """Comes first of the upload handlers and keeps nothing itself."""

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],  # noqa: N803 (Django's name)
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Raise RequestDataTooBig for a body that is longer than any form may be."""
        if content_length > LARGEST_UPLOAD:
            raise RequestDataTooBig(f"{content_length} bytes are too many")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the data on to the next handler."""
        return raw_data

    def file_complete(self, file_size: int) -> Any:
        """Leave the file to the next handler."""
        return None
