"""What files people may hand in, whatever for."""

from __future__ import annotations

from django.core.files.base import File
from django.utils.translation import gettext as _

from rollout.services.ground import Invalid

#: What a document may be, by the ending of its name.
DOCUMENT_TYPES = ("pdf", "docx", "doc", "odt")
DOCUMENT_BYTES = 10_000_000


def check_document(document: File[bytes]) -> None:
    """Raise Invalid for a document that is too large."""
    if (document.size or 0) > DOCUMENT_BYTES:
        raise Invalid(_("The document is larger than 10 MB."))
