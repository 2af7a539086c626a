"""In which format the caller wants the answer: by `format=`, or by `Accept`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request


class Negotiation(DefaultContentNegotiation):
    """Chooses among what the view offers; a name in the address comes first."""

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> Any:
        """Return the renderer and its media type.

        Raises NotAcceptable for an `Accept` that fits nothing, and ValidationError
        for a `format=` that is not offered.
        """
        offered = list(renderers)
        name = request.query_params.get("format")
        if name is None:
            return super().select_renderer(request, offered, format_suffix)
        for renderer in offered:
            if renderer.format == name:
                return renderer, renderer.media_type
        raise ValidationError(
            {
                "format": [
                    _("Give one of: %(formats)s.")
                    % {"formats": ", ".join(one.format for one in offered)}
                ]
            },
            code="unknown_format",
        )
