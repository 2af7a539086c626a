"""The schema, the page that shows it, and the answer to every wrong address."""

from __future__ import annotations

from typing import Any, NoReturn

from django.urls import is_valid_path
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from rollout.api import schema  # noqa: F401  # registers the description of tokens
from rollout.api.views.base import ApiView


class Schema(SpectacularAPIView):
    """The OpenAPI schema; it holds no data, so everybody may read it."""

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the schema in English, whoever asks: it is written for programmers."""
        with translation.override("en"):
            answer: Response = super().get(  # type: ignore[no-untyped-call]
                request, *args, **kwargs
            )
            return answer


class Docs(SpectacularSwaggerSplitView):
    """A page on which the API can be read and tried."""

    url_name = "api:schema"
    template_name = "api/docs.html"


@extend_schema(exclude=True)
class Nowhere(ApiView):
    """Answers addresses that do not exist, with a problem like any other error."""

    permission_classes = [AllowAny]

    def check_method(self, request: Request) -> None:
        """Leave it at the wrong address."""

    def check_query_parameters(self, request: Request) -> None:
        """Leave it at the wrong address."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        """Say that there is nothing here. Raises NotFound."""
        super().initial(request, *args, **kwargs)
        if not request.path.endswith("/") and _exists(f"{request.path}/"):
            raise NotFound(_("Addresses of the API end with a slash."))
        raise NotFound


def _exists(path: str) -> bool:
    found = is_valid_path(path)
    return found is not False and getattr(found.func, "cls", None) is not Nowhere
