"""When reminders may leave: in office hours, on days when people are reminded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from notifications import calendar

#: Local time from which and until which reminders leave. Far from the hour that the
#: change of the clock skips or repeats.
OPENS = time(7)
CLOSES = time(17)


#: Whether a programme's reminders may leave: SQL over :attr:`Window.parameters`.
LETS = "({programme} = ANY(%(others)s::bigint[]) <> %(is_open)s)"
#: Whether any programme's may. Those of several programmes then do.
LETS_ANY = f"""EXISTS (SELECT FROM rollout_programme p
                   WHERE {LETS.format(programme="p.id")})"""


@dataclass(frozen=True)
class Window:
    """For which programmes reminders may leave at one moment.

    Nearly all follow the national calendar, so that it says less to name the others.
    """

    #: Whether those of programmes that follow the national calendar may leave.
    is_open: bool = False
    #: Keys of the programmes for which it is the other way round.
    others: tuple[int, ...] = ()
    #: True: whatever the hour and the day, because somebody said so.
    is_ignored: bool = False

    @property
    def parameters(self) -> dict[str, Any]:
        """What statements take."""
        return {
            "is_open": self.is_open,
            "others": list(self.others),
            "any_time": self.is_ignored,
        }

    def lets(self, programme: str = "programme") -> Q:
        """Return rows whose programme, a field, may have its reminders leave."""
        others = Q((f"{programme}__in", self.others))
        is_named = Q((f"{programme}__isnull", False))
        return ~others & is_named if self.is_open else others


def at(now: datetime, *, any_time: bool = False) -> Window:
    """Return the window as it is at ``now``; ``any_time`` opens it for everybody.

    So does the setting ``SENDING_WINDOW_IGNORED``, for tests of real processes.
    """
    any_time = any_time or getattr(settings, "SENDING_WINDOW_IGNORED", False)
    local = timezone.localtime(now)
    if not OPENS <= local.time() < CLOSES:
        return Window(is_ignored=any_time)
    days = calendar.sending_days(on=local.date())
    is_open = days[None]
    others = tuple(key for key, sends in days.items() if key and sends != is_open)
    return Window(is_open=is_open, others=others, is_ignored=any_time)
