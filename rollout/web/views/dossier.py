"""Everything that is kept about oneself, as a file."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from rollout.dossier import dossier_of
from rollout.replica import heavy_reading
from rollout.web.access import PersonRequest, page


@require_safe
@page
@never_cache
@heavy_reading
def dossier(request: PersonRequest) -> HttpResponse:
    """Hand out what is kept about the person who asks, and about nobody else."""
    response = JsonResponse(
        dossier_of(request.user), json_dumps_params={"indent": 1, "ensure_ascii": False}
    )
    response["Content-Disposition"] = 'attachment; filename="rollout.json"'
    return response
