"""What an edit would set off outside the domain, as whoever reacts to it foretells.

The domain does not know who is told of what happens in it. `FORETELLER` in the settings
names the function that does; where there is none, nothing is set off.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.module_loading import import_string

from rollout.models import Programme, User


@dataclass(frozen=True)
class MovedReminder:
    """One reminder that the edit moves, adds or takes away."""

    title: str
    recipient: User | None
    #: The local day on which it goes out without the edit; None: it would not.
    before: date | None
    #: The same with the edit; None: it does not go out any more.
    after: date | None


@dataclass(frozen=True)
class Foretold:
    """The mails that an edit sets off."""

    #: Who gets a mail about it at once.
    told: Sequence[User] = ()
    reminders: Sequence[MovedReminder] = ()


def foretell(
    edit: Callable[[], object], *, programme: Programme, now: datetime
) -> Foretold:
    """Return what ``edit`` would set off if it were made now; nothing of it remains.

    What it raises is raised here.
    """
    if not settings.FORETELLER:
        return Foretold()
    found: Foretold = import_string(settings.FORETELLER)(
        edit, programme=programme, now=now
    )
    return found
