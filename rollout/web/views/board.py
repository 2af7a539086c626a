"""The board, and what moving a card does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from rollout import services
from rollout.models import Activity, ActivityState, Programme
from rollout.status import programme_status
from rollout.web.access import PersonRequest, action, programme_page
from rollout.web.answers import attempt, find_activity
from rollout.web.board import (
    BoardForm,
    MoveForm,
    columns_of_board,
    rule_between,
)
from rollout.web.export import download
from rollout.web.listing import table_of
from rollout.web.live import live_of
from rollout.web.narrowing import narrowing_of
from rollout.web.refusals import Trouble
from rollout.web.wording import title_of
from workflows.engine import perform


@programme_page
def board(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Show the activities by state, or the part of them that the address chooses."""
    return _show(request, programme, request.GET, at=timezone.now())


@action
def move(request: PersonRequest, pk: int) -> HttpResponse:
    """Move a card to another column; a refusal is told on the board."""
    found = find_activity(request, pk)
    at = timezone.now()
    back = QueryDict(request.POST.get("back", ""))
    key = f"card-{pk}"
    form = MoveForm(request.POST, prefix=key)

    def go(values: dict[str, Any]) -> str:
        fresh = perform(
            found,
            _transition(found, values["to"]),
            by=request.user,
            at=at,
            reason=values["reason"],
            expected_version=values["version"],
            override=values["override"],
        )
        words = {"title": title_of(found), "state": fresh.get_state_display()}
        return _("“%(title)s” is now %(state)s.") % words

    def show(trouble: Trouble, status: int) -> HttpResponse:
        return _show(
            *(request, found.programme, back),
            at=at,
            refused=found,
            trouble=trouble,
            status=status,
        )

    return attempt(
        *(request, key, form, go),
        show=show,
        back_to=_address(back),
        subject=found,
    )


def _transition(activity: Activity, target: str) -> str:
    """Return the name of the transition. Raises Invalid where none leads there."""
    rule = rule_between(activity.state, target)
    if rule is None:
        words = {
            "state": activity.get_state_display(),
            "target": ActivityState(target).label,
        }
        raise services.Invalid(
            _("An activity that is %(state)s cannot become %(target)s at once.") % words
        )
    return rule.name


def _show(
    request: PersonRequest,
    programme: Programme,
    query: QueryDict,
    *,
    at: datetime,
    refused: Activity | None = None,
    trouble: Trouble | None = None,
    status: int = 200,
) -> HttpResponse:
    narrowing = narrowing_of(query, programme, BoardForm)
    live = live_of(programme, on=timezone.localdate(at))
    shown = programme_status(
        programme,
        on=timezone.localdate(at),
        user=request.user,
        scope=narrowing.scope,
    )
    if form := query.get("format"):
        return download(table_of(shown, _("Board")), str(form))
    *life, discontinued = columns_of_board(
        shown,
        order=narrowing.form.cleaned_data.get("order", ""),
        unfolded=refused.pk if refused else None,
    )
    context = {
        "nav": "board",
        "programme": programme,
        "narrowing": narrowing,
        "status": shown,
        "columns": life,
        "discontinued": discontinued,
        "may_advance": request.user.has_perm("rollout.advance_activity", programme),
        "live": live,
        "trouble": trouble,
        "refusal": (
            _refusal(request, refused, trouble) if refused and trouble else None
        ),
        "back": query.urlencode(),
        "page_url": _address(query),
    }
    return render(request, "rollout/board.html", context, status=status)


def _refusal(
    request: PersonRequest, activity: Activity, trouble: Trouble
) -> dict[str, Any]:
    """Return what the board says about a card that stayed where it was.

    Where only a reason is missing it asks for one; where all that is missing may be
    overridden by this person, it offers that.
    """
    now = Activity.objects.select_related("initiative", "place").get(pk=activity.pk)
    key = trouble.form
    posted = trouble.data.copy()
    posted[f"{key}-version"] = str(now.version)
    target = str(posted.get(f"{key}-to", ""))
    missing = [one for one in trouble.reasons if one.code != "reason_missing"]
    rule = rule_between(now.state, target)
    may_override = request.user.has_perm("workflows.override_guard", now)
    overridable = bool(missing) and all(one.overridable for one in missing)
    return {
        "activity": now,
        "title": title_of(now),
        "rule": rule,
        "target": target,
        "missing": missing,
        "asks": rule is not None
        and not missing
        and trouble.kind in {"blocked", "resumed"},
        "override": overridable and may_override and rule is not None,
        "form": MoveForm(posted, prefix=key),
    }


def _address(query: QueryDict) -> str:
    address = reverse("rollout:board")
    return f"{address}?{query.urlencode()}" if query else address
