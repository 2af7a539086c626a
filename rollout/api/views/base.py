"""What every address of the API does alike: who, how often, what exactly, and tags."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar, NoReturn, TypeVar, cast

from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotAuthenticated, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from rollout.api import deprecation, etags, idempotency, throttling
from rollout.api.deprecation import Deprecation
from rollout.models import TokenScope, User

H = TypeVar("H", bound=HttpResponseBase)

#: Methods that only read.
READS = ("GET", "HEAD")
#: Answers are for one person, and may be kept but not used unasked.
_CACHE_CONTROL = "private, no-cache"


class ApiView(APIView):
    """Base of all views of the API."""

    #: What has counted the present request.
    throttles: list[Any] = []
    #: Query parameters that this view reads itself, apart from filters and pages.
    query_parameters: ClassVar[tuple[str, ...]] = ()
    #: The same, of requests that change something.
    change_parameters: ClassVar[tuple[str, ...]] = ()
    #: The scope that a token needs, by action, or by method where there are no
    #: actions. What is not named here is refused.
    scopes: ClassVar[Mapping[str, TokenScope]] = {}
    #: What is to go away, by action.
    deprecated: ClassVar[Mapping[str, Deprecation]] = {}
    #: Whether an `Idempotency-Key` brings the same answer again; never a secret.
    keeps_answers: ClassVar[bool] = True
    #: Whether all that an answer is made of is in the record of changes.
    is_recorded: ClassVar[bool] = False
    #: The digest of the answer to a reading request, where it can be known ahead.
    digest: str | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer; a POST with a key of the client's own is answered once."""
        self.args, self.kwargs = args, kwargs
        self.request = asked = self.initialize_request(request, *args, **kwargs)
        self.headers = self.default_response_headers
        has_key = asked.method == "POST" and idempotency.HEADER in asked.headers
        try:
            if has_key:
                idempotency.keep_body(request)
            self.initial(asked, *args, **kwargs)
            handler = getattr(
                self, str(asked.method).lower(), self.http_method_not_allowed
            )
            if has_key and self.keeps_answers:
                once = idempotency.answer_once(
                    asked,
                    cast(User, asked.user),
                    at=timezone.now(),
                    answer=lambda: self._answer(handler, asked),
                    keep=self.keep,
                    recall=self.recall,
                )
                once.setdefault("Cache-Control", _CACHE_CONTROL)
                return self._with_limits(once)
            response = self._unchanged(asked) or handler(asked, *args, **kwargs)
        except Exception as error:  # noqa: BLE001  # turned into a problem, all of them
            response = self.handle_exception(error)
        self.response = self.finalize_response(asked, response, *args, **kwargs)
        return self.response

    def _unchanged(self, request: Request) -> HttpResponse | None:
        """Return 304 for who has the answer already, before anything is read for it."""
        if request.method not in READS or not self.is_recorded:
            return None
        self.digest = etags.digest_ahead(request)
        return etags.unchanged_since(self.digest, request)

    def _answer(self, handler: Any, request: Request) -> Any:
        """Return the rendered answer, or the problem; what failed left no trace."""
        try:
            with transaction.atomic():
                response = handler(request, *self.args, **self.kwargs)
        except Exception as error:  # noqa: BLE001  # as above
            response = self.handle_exception(error)
        done = self.finalize_response(request, response, *self.args, **self.kwargs)
        # A problem is rendered from the beginning.
        return done.render() if hasattr(done, "render") else done

    def keep(self, body: bytes) -> bytes:
        """Return what is kept of an answer, for a request that is sent twice."""
        return body

    def recall(self, kept: bytes) -> bytes:
        """Return the answer again, of what was kept of it."""
        return kept

    def _with_limits(self, response: H) -> H:
        """Say how often the client may ask, and for how long in this way."""
        deprecation.add_to(response, self)
        for name, value in throttling.limits(self.throttles).items():
            response[name] = value
        return response

    def get_throttles(self) -> list[Any]:
        """Return the throttles; the answer tells what they have left."""
        self.throttles = super().get_throttles()
        return self.throttles

    def initialize_request(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> Request:
        """Read the request as UTF-8, whatever its Content-Type claims."""
        request.encoding = "utf-8"
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check format, token, rate, scope, method and parameters, in this order.

        Unlike in DRF, the rate counts before permission, so that guessing tokens
        and asking without one are slowed down too.
        """
        self.format_kwarg = self.get_format_suffix(**kwargs)
        negotiated = self.perform_content_negotiation(request)
        request.accepted_renderer, request.accepted_media_type = negotiated
        request.version, request.versioning_scheme = None, None
        try:
            self.perform_authentication(request)
        finally:
            self.check_throttles(request)
        self.check_permissions(request)
        self.check_method(request)
        self.check_query_parameters(request)

    def permission_denied(
        self, request: Request, message: str | None = None, code: str | None = None
    ) -> NoReturn:
        """Refuse, and tell whom nobody knows how to say who they are."""
        if not request.successful_authenticator:
            raise NotAuthenticated(_("Send a token as “Authorization: Bearer …”."))
        super().permission_denied(request, message, code)

    def check_method(self, request: Request) -> None:
        """Refuse what cannot be done here, before what is wrong with how it is asked.

        Raises MethodNotAllowed.
        """
        if not hasattr(self, str(request.method).lower()):
            self.http_method_not_allowed(request)

    def check_query_parameters(self, request: Request) -> None:
        """Refuse parameters that would be ignored. Raises ValidationError."""
        given = request.query_params
        unknown = sorted(set(given) - self.known_query_parameters())
        if unknown:
            raise ValidationError(
                {name: [_("There is no such parameter.")] for name in unknown},
                code="unknown_parameter",
            )
        empty = [name for name in given if "" in given.getlist(name)]
        if empty:
            raise ValidationError(
                {name: [_("Give a value or leave it out.")] for name in empty},
                code="blank",
            )

    def known_query_parameters(self) -> set[str]:
        """Return the names of all parameters that the present method reads."""
        reads = self.request.method in READS
        return set(self.query_parameters if reads else self.change_parameters)

    @property
    def default_response_headers(self) -> dict[str, str]:
        """Say what all answers of an address have in common."""
        headers: dict[str, str] = super().default_response_headers
        return headers | {
            "Cache-Control": _CACHE_CONTROL,
            "Vary": "Accept, Authorization, Cookie",
        }

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        """Tag what was read; problems go out as they are."""
        done = super().finalize_response(request, response, *args, **kwargs)
        self._with_limits(done)
        is_read = request.method in READS and done.status_code == 200
        if is_read and isinstance(done, Response):
            done.add_post_render_callback(
                partial(etags.add_to, request=request, digest=self.digest)
            )
        return done

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """Name the methods; everything else is in the schema."""
        return Response(status=204)


def tagged(data: Any, obj: models.Model, **options: Any) -> Response:
    """Answer with a representation of the object; its version goes into the tag."""
    response = Response(data, **options)
    response.version = getattr(obj, "version", None)  # type: ignore[attr-defined]
    return response
