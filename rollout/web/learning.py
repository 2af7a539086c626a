"""What the rollout teaches, as the lists of one page."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from rollout.learning import Dwell, Holdup, Response
from rollout.web.sheets import Sheet


def sheet_of_holdups(holdups: Iterable[Holdup]) -> Sheet:
    """Return what launches waited for."""
    columns = [_("Requirement"), _("Days, median"), _("Launches"), _("Was the last")]
    sheet = Sheet(_("What launches waited for"), columns)
    for one in holdups:
        sheet.add(one.name, Decimal(one.days), one.count, one.last)
    return sheet


def sheet_of_dwells(dwells: Iterable[Dwell]) -> Sheet:
    """Return how long activities stay in each state, place by place."""
    columns = [_("Place"), _("State"), _("Days, median"), _("Stays"), _("Not ended")]
    sheet = Sheet(_("How long activities stay in each state"), columns)
    for one in dwells:
        state = str(one.state.label)
        sheet.add(one.place, state, Decimal(one.days), one.count, one.open)
    return sheet


def sheet_of_responses(responses: Iterable[Response]) -> Sheet:
    """Return how long partners take to answer."""
    columns = [_("Partner"), _("Working days, median"), _("Numbers"), _("Late")]
    sheet = Sheet(_("How long partners take to answer"), columns)
    for one in responses:
        sheet.add(one.partner, Decimal(one.days), one.count, one.late)
    return sheet
