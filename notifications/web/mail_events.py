"""Takes in what the mail provider reports: mails that came back, and complaints."""

from __future__ import annotations

from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseForbidden,
)
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from notifications import bounces, providers


@csrf_exempt
@require_POST
def mail_events(request: HttpRequest) -> HttpResponse:
    """Take in the events of the provider that the settings name.

    Whoever does not know the secret gets 403, and 404 where no provider is set. What
    cannot be understood gets 400; only a fault of ours is worth sending again.
    """
    provider = providers.chosen()
    if provider is None:
        raise Http404
    reader = provider.reader()
    try:
        reader.run_validators(request)
        events = reader.parse_events(request)
    except AnymailWebhookValidationFailure:
        return HttpResponseForbidden()
    except (AnymailError, ValueError, LookupError, TypeError, AttributeError):
        return HttpResponseBadRequest()
    now = timezone.now()
    for message, report in providers.reports(provider, events, now=now):
        bounces.take_in(report, message, now=now)
    return HttpResponse()
