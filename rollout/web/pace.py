"""How long a partner takes, in words, with what the figure rests on."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rollout.record import Pace, Record


def paces_of(record: Record) -> Iterator[tuple[str, str]]:
    """Yield each figure and its basis; nothing where nothing was delivered yet."""
    if record.answering:
        yield (
            _working_days(record.answering.days),
            ngettext(
                "Median from the day on which the round was agreed to the delivery of"
                " its number; %(count)d number.",
                "Median from the day on which the round was agreed to the delivery of"
                " its number; %(count)d numbers.",
                record.answering.count,
            )
            % {"count": record.answering.count},
        )
    if record.keeping:
        yield (
            _against_due(record.keeping),
            ngettext(
                "Median from due date to milestone reached or number delivered;"
                " %(count)d in all.",
                "Median from due date to milestone reached or number delivered;"
                " %(count)d in all.",
                record.keeping.count,
            )
            % {"count": record.keeping.count},
        )


def _against_due(pace: Pace) -> str:
    if pace.days > 0:
        return _("%(days)s late") % {"days": _working_days(pace.days)}
    if pace.days < 0:
        return _("%(days)s early") % {"days": _working_days(-pace.days)}
    return _("On the due date")


def _working_days(days: float) -> str:
    shown = number_format(days, 0 if days == int(days) else 1)
    # A median may lie between two days; one day alone is singular.
    plural = 1 if days == 1 else 2
    return ngettext("%(days)s working day", "%(days)s working days", plural) % {
        "days": shown
    }
