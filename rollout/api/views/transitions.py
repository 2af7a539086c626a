"""Transitions of activities: tried first, performed, and many of them together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import ngettext
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from rollout import services
from rollout.api import flags, problems
from rollout.api.schema import UNCONDITIONAL
from rollout.api.serializers import transitions as serializers
from rollout.api.serializers.effects import TransitionPreviewSerializer
from rollout.api.sparse import PLAIN
from rollout.api.views.base import ApiView, tagged
from rollout.api.views.shown import complete
from rollout.foretold import foretell
from rollout.models import Activity, Milestone, TokenScope, User
from rollout.services import Advance, Outcome, Step
from workflows.engine import options, perform

PARTIAL = flags.flag(
    "partial",
    "Perform what can be performed, and tell what became of each. Otherwise all are"
    " performed or none.",
)
DRY_RUN = flags.flag(
    "dry_run", "Tell what the transition would do, mails included, and do nothing."
)


def standing(
    request: Request, thing: Activity | Milestone, shown: type[Serializer[Any]]
) -> Response:
    """Tell where a thing stands, where it can go, and what stands in the way."""
    user = cast(User, request.user)
    # One query for the roles instead of one for each question about them.
    prefetch_related_objects([user], "memberships")
    stand = {
        str(thing._meta.model_name): thing.pk,
        "version": thing.version,
        "state": thing.state,
        "state_label": thing.get_state_display(),
        "transitions": options(thing, by=user, at=timezone.now()),
    }
    return tagged(shown(stand).data, thing)


def results_of(moved: Sequence[Activity], context: dict[str, Any]) -> dict[int, Any]:
    """Return each activity as it has become, with its line of history, by key."""
    complete(moved)
    shown = serializers.TransitionResultSerializer(context=context)
    return {
        one.pk: shown.to_representation({"activity": one, "record": one.just_recorded})
        for one in moved
    }


def preview_of(activity: Activity, values: dict[str, Any], *, by: User) -> Any:
    """Tell what a transition would do. Raises what performing it would raise."""
    now = timezone.now()
    tried = services.rehearse_change(
        *(activity.programme, {activity.pk: values["version"]}),
        Advance(values["transition"], values["reason"], override=values["override"]),
        by=by,
        at=now,
    )
    for refusal in tried.refusals:
        raise refusal.cause
    mails = foretell(
        lambda: perform(
            *(activity, values["transition"]),
            by=by,
            at=now,
            reason=values["reason"],
            override=values["override"],
        ),
        programme=activity.programme,
        now=now,
    )
    found = {
        "changed": tried.changed[0],
        "data_requests": tried.requests,
        "mails": mails,
    }
    return TransitionPreviewSerializer(found).data


class BulkTransitions(ApiView):
    """Transitions of many activities at once."""

    change_parameters: ClassVar = ("partial",)
    scopes: ClassVar = {"post": TokenScope.PERFORM}

    @extend_schema(
        operation_id="transitions_bulk",
        parameters=[PARTIAL],
        request=serializers.BulkTransitionSerializer,
        responses={200: serializers.BulkResultSerializer, 412: OpenApiResponse()},
        extensions=UNCONDITIONAL,
    )
    def post(self, request: Request) -> Response | HttpResponse:
        """Perform many transitions: all or none, or what can be done.

        Each names the version on which it is based, so there is no `If-Match`. Where
        one of them is refused nothing is changed: the answer is a problem with the
        code `refused` that lists all `results`. Its status is that of the refusals,
        or 409 where they differ.
        """
        asked = serializers.BulkTransitionSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        partial = flags.is_on(request, "partial")
        steps = [Step(**item) for item in asked.validated_data["items"]]
        user = cast(User, request.user)
        outcomes = services.perform_all(
            steps, by=user, at=timezone.now(), partial=partial
        )
        refused = [one for one in outcomes if one.refusal]
        if refused and not partial:
            return _refused(request, refused)
        return Response({"results": list(self._results(outcomes, by=user))})

    def _results(self, outcomes: list[Outcome], *, by: User) -> Any:
        context = {"asked": PLAIN, "user": by, "on": timezone.localdate()}
        moved = [one.moved for one in outcomes if one.moved]
        results = results_of(moved, context)
        for one in outcomes:
            if one.moved is None:
                yield _outcome(one)
            else:
                yield _outcome(one) | {"status": 200, "result": results[one.moved.pk]}


def _outcome(one: Outcome) -> dict[str, Any]:
    found: dict[str, Any] = {
        "activity": one.step.activity,
        "status": None,
        "result": None,
        "problem": None,
    }
    if one.refusal is not None:
        problem = _problem(one)
        found |= {"status": problem.status_code, "problem": problem.data}
    return found


def _problem(one: Outcome) -> problems.Problem:
    refusal: Any = one.refusal
    if isinstance(refusal, Activity.DoesNotExist):
        refusal = Http404()
    place = f"/api/v1/activities/{one.step.activity}/transitions/"
    problem = problems.known(refusal, place)
    if problem is None:
        raise refusal
    return problem


def _refused(request: Request, refused: list[Outcome]) -> HttpResponse:
    results = [_outcome(one) for one in refused]
    statuses = {one["status"] for one in results}
    text = ngettext(
        "%(count)s of them cannot be done.",
        "%(count)s of them cannot be done.",
        len(results),
    )
    return problems.Problem(
        "refused",
        status=statuses.pop() if len(statuses) == 1 else 409,
        detail=text % {"count": len(results)},
        instance=request.path,
        results=results,
    )
