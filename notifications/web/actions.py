"""The pages behind action links: looking changes nothing, only a filled-in form acts.

The token leaves the address at once: its digest goes into the session, under a
reference that says nothing, so that two mails open in two tabs stay apart.
"""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from notifications import answer_letters, answering, deciding, links, wording
from notifications.links import Opened, Standing
from notifications.models import Purpose
from notifications.web.forms import AnswerForm, DecisionForm, UndoForm
from rollout import answers
from rollout.acting import acting
from rollout.models import DataRequest
from rollout.services import Invalid
from workflows.engine import Refused

#: Where the session keeps the digests of opened links.
SESSION_KEY = "action_links"
#: How many opened links one session keeps.
KEPT = 20


@require_safe
@never_cache
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address. Every token is treated alike."""
    digest = links.digest_of(token)
    reference = sha256(f"reference:{digest}".encode()).hexdigest()[:16]
    kept = dict(request.session.get(SESSION_KEY, {}))
    kept.pop(reference, None)
    kept[reference] = digest
    request.session[SESSION_KEY] = dict(list(kept.items())[-KEPT:])
    response = redirect("notifications:action", reference=reference)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def action(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what is asked and what can be answered; act on a filled-in form alone."""
    now = timezone.now()
    digest = request.session.get(SESSION_KEY, {}).get(reference, "")
    opened = links.find(digest, at=now)
    if opened is None:
        return _page(request, {"opened": None})
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(opened.recipient.language)
        request.LANGUAGE_CODE = translation.get_language()
    if request.method == "GET":
        links.note_opening(opened.link, at=now)
    is_post = request.method == "POST"
    data, files = (request.POST, request.FILES) if is_post else (None, None)
    forms = _forms(opened, data, files, at=now)
    refusal: list[str] = []
    if is_post:
        try:
            with acting(opened.recipient.pk):
                is_done = _act(opened, forms, at=now)
            if is_done:
                return redirect("notifications:action", reference=reference)
        except (Refused, Invalid) as refused:
            refusal = _why_not(refused)
    return _page(request, _context(opened, at=now) | forms | {"refusal": refusal})


def _forms(opened: Opened, data: Any, files: Any, *, at: datetime) -> dict[str, Any]:
    """Return the one form that this link still offers; none where there is none."""
    is_live = opened.standing is Standing.LIVE
    given = opened.link.answer
    if answering.can_undo(opened, at=at):
        return {"undo_form": UndoForm(data)}
    if is_live and opened.link.purpose == Purpose.ANSWER:
        return {"answer_form": AnswerForm(data, files, opened=opened)}
    if (
        is_live
        and opened.link.purpose == Purpose.DECIDE
        and given is not None
        and given.can_be_decided
    ):
        return {"decision_form": DecisionForm(data, answer=given)}
    return {}


def _act(opened: Opened, forms: dict[str, Any], *, at: datetime) -> bool:
    """Do what a valid form says; False where it must be shown again."""
    digest = opened.link.digest
    for name, form in forms.items():
        if not form.is_valid():
            return False
        if name == "answer_form":
            answering.answer(digest, form.said(), at=at)
        elif name == "undo_form":
            answering.undo(digest, at=at)
        else:
            note = form.cleaned_data["note"]
            deciding.decide_by_link(digest, accept=form.is_accepted, note=note, at=at)
    return True


def _why_not(refused: Refused | Invalid) -> list[str]:
    reasons = getattr(refused, "reasons", None)
    return [str(r.text) for r in reasons] if reasons else [str(refused)]


def _context(opened: Opened, *, at: datetime) -> dict[str, Any]:
    asked, today = opened.asked, timezone.localdate(at)
    given = opened.link.answer
    due_on = asked.due_on if asked else None
    return {
        "opened": opened,
        "asked": asked,
        "answer": given,
        "standing": opened.standing.value,
        "person": opened.recipient,
        "place": answer_letters.place_of(asked),
        "due": wording.day_and_week(due_on, on=today) if due_on else "",
        "new_day": (
            wording.day_and_week(given.new_due_on, on=today)
            if given and given.new_due_on
            else ""
        ),
        "number": _number(opened, today),
        "asker": opened.link.programme.name,
        "is_example": bool(asked and asked.is_example),
    }


def _number(opened: Opened, on: date) -> dict[str, str]:
    """Return of which days a number is asked, and what it was the last time."""
    asked = opened.asked
    if not isinstance(asked, DataRequest):
        return {}
    last = answers.last_text(asked, to=opened.recipient, on=on)
    return {"period": str(asked.period), "last": last}


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    response = render(request, "notifications/actions/page.html", context)
    # The address holds no secret any more, and with "no-referrer" browsers send no
    # origin either, without which Django refuses the form as forged.
    response.headers["Referrer-Policy"] = "same-origin"
    return response
