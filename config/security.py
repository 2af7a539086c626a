"""What the site says of its own security: to browsers what they may do, the policy in
each answer, and to who has found a hole whom to tell.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from rollout.addresses import in_full


def policy(forms_lead_to: Iterable[str] = ()) -> str:
    """Return what browsers may do, with the origins to which our forms may lead."""
    return "; ".join(
        (
            "default-src 'self'",
            "img-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            " ".join(("form-action 'self'", *forms_lead_to)),
            "frame-ancestors 'none'",
        )
    )


class ContentSecurityPolicyMiddleware:
    """Adds the policy to every response that does not bring its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        # A form that leads to a login provider is followed there by the browser.
        self.policy = policy(
            origin
            for provider in settings.LOGIN_PROVIDERS
            for origin in provider.sends_browsers_to()
        )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the policy added."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        return response


#: For how long what `security.txt` says may be believed, from the day it was read.
GOOD_FOR = timedelta(days=180)


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Say whom to tell of a hole (RFC 9116). Raises Http404 where nobody is named."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    until = timezone.now().replace(microsecond=0) + GOOD_FOR
    lines = (
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {until.isoformat()}",
        "Preferred-Languages: da, en",
        f"Canonical: {in_full('/.well-known/security.txt')}",
    )
    text = "\n".join(lines) + "\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
