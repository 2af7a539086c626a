"""When reminders may leave: in office hours, on days when people are reminded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from django.conf import settings
from django.utils import timezone

from notifications import calendar

#: Local time from which and until which reminders leave. Far from the hour that the
#: change of the clock skips or repeats.
OPENS = time(7)
CLOSES = time(17)


@dataclass(frozen=True)
class Window:
    """For which programmes reminders may leave at one moment."""

    #: Keys of the programmes; empty outside office hours.
    programmes: list[int]
    #: True: whatever the hour and the day, because somebody said so.
    is_ignored: bool = False


def at(now: datetime, *, any_time: bool = False) -> Window:
    """Return the window as it is at ``now``; ``any_time`` opens it for everybody.

    So does the setting ``SENDING_WINDOW_IGNORED``, for tests of real processes.
    """
    any_time = any_time or getattr(settings, "SENDING_WINDOW_IGNORED", False)
    local = timezone.localtime(now)
    is_office_hour = OPENS <= local.time() < CLOSES
    programmes = calendar.sending_programmes(on=local.date()) if is_office_hour else []
    return Window(programmes, is_ignored=any_time)
