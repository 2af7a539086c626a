"""What somebody sent when their login had expired, kept until they are back.

It waits in the session of that browser and never enters an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

_KEY = "unsent"
#: Field that says: show me what I wrote, do nothing yet.
RESUMED = "resumed"
#: How long it waits; later somebody else may sit at the machine.
WAITS = timedelta(hours=1)
#: Strangers can fill sessions, too; a form of ours holds far less than so many letters.
_LONGEST = 50_000


@dataclass(frozen=True)
class Unsent:
    """A form that was posted to an address, with every value of every field."""

    address: str
    fields: dict[str, list[str]]


def keep_unsent(request: HttpRequest, *, at: datetime) -> bool:
    """Keep what was posted; say whether there was anything worth it."""
    fields: dict[str, Any] = {
        name: values
        for name, values in request.POST.lists()
        if name not in {"csrfmiddlewaretoken", RESUMED}
    }
    length = sum(len(text) for values in fields.values() for text in values)
    written = any(
        any(values) for name, values in fields.items() if not name.endswith("version")
    )
    if not written or length > _LONGEST:
        return False
    request.session[_KEY] = {
        "address": request.get_full_path(),
        "fields": fields,
        "at": at.timestamp(),
    }
    return True


def unsent_of(request: HttpRequest, *, at: datetime) -> Unsent | None:
    """Return what waits in this browser's session, unless it has waited too long."""
    kept = request.session.get(_KEY)
    if kept is None or at.timestamp() - kept["at"] > WAITS.total_seconds():
        return None
    return Unsent(kept["address"], kept["fields"])


def forget_unsent(request: HttpRequest) -> bool:
    """Drop what waits, if anything does: it has come back to its form."""
    return request.session.pop(_KEY, None) is not None


def is_resumed(request: HttpRequest) -> bool:
    """Say whether a form only comes back after a login: nothing is done with it yet."""
    return RESUMED in request.POST


def say_nothing_is_saved(request: HttpRequest) -> None:
    """Tell somebody who is back at their form what became of it: nothing so far."""
    text = _(
        "Nothing has been saved yet. What you wrote is still in the form: send it"
        " again."
    )
    messages.warning(request, text)
