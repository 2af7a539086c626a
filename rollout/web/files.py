"""Files that people hand in, and how they are handed out again."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django import forms
from django.core.validators import FileExtensionValidator
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from rollout.services import DOCUMENT_TYPES


class DocumentField(forms.FileField):
    """A document, of the kinds that people here write."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            help_text=_("PDF, Word or OpenDocument, at most 10 MB."),
            validators=[FileExtensionValidator(DOCUMENT_TYPES)],
            widget=forms.FileInput(
                attrs={"accept": ",".join(f".{one}" for one in DOCUMENT_TYPES)}
            ),
            **kwargs,
        )


def hand_out(stored: FieldFile, name: str = "") -> HttpResponse:
    """Answer with a file, to be saved and never to be run. Raises Http404.

    ``name`` is what it is to be called, where that is not the name it is kept under.
    """
    try:
        with stored.open() as file:
            content = file.read()
    except (ValueError, FileNotFoundError) as error:
        raise Http404 from error
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=name or PurePath(str(stored)).name
    )
    return response
