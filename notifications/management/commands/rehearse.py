"""Shows who will get which mail on which day, before anything is sent."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from notifications import forecast
from notifications.rehearsal import rehearse
from rollout.models import Programme
from rollout.plans.document import parse_file
from rollout.plans.problems import BadPlan

#: Days ahead, unless `--until` says otherwise.
AHEAD_DAYS = 30
#: Exit status for dates, a programme or a plan file that cannot be used.
BAD_INPUT = 2


class Command(BaseCommand):
    """`manage.py rehearse [--from DAY] [--until DAY] [--programme CODE] …`."""

    help = (
        "Show who will get which mail on which day if nobody does anything until "
        "then. Nothing is sent and nothing is written."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the command's options."""
        parser.add_argument(
            "--from",
            dest="first",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="first day, default: today; an earlier one begins without a ledger",
        )
        parser.add_argument(
            "--until",
            dest="last",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help=f"last day, default: {AHEAD_DAYS} days after the first",
        )
        parser.add_argument("--programme", metavar="CODE", help="only this programme")
        parser.add_argument(
            "--plan", metavar="FILE", help="as if this plan file had been applied"
        )
        parser.add_argument(
            "--format", choices=["table", "json", "csv"], default="table", dest="form"
        )
        parser.add_argument("--language", choices=dict(settings.LANGUAGES))

    def handle(self, *args: Any, **options: Any) -> None:
        """Rehearse, and print what was found."""
        with translation.override(options["language"] or settings.LANGUAGE_CODE):
            self._rehearse(**options)

    def _rehearse(
        self,
        *,
        first: date | None,
        last: date | None,
        programme: str | None,
        plan: str | None,
        form: str,
        **options: Any,
    ) -> None:
        now = timezone.now()
        first = first or timezone.localdate(now)
        last = last or first + timedelta(days=AHEAD_DAYS)
        if last < first:
            raise CommandError(
                _("The last day lies before the first."), returncode=BAD_INPUT
            )
        try:
            rehearsal = rehearse(
                now=now,
                first=first,
                last=last,
                programme=_find(programme),
                plan=parse_file(plan) if plan else None,
            )
        except BadPlan as bad:
            raise CommandError("\n".join(bad.lines()), returncode=BAD_INPUT) from bad
        if form == "json":
            self.stdout.write(forecast.as_json(rehearsal))
        elif form == "csv":
            self.stdout.write(forecast.as_csv(rehearsal), ending="")
        else:
            self.stdout.write("\n".join(forecast.as_lines(rehearsal)))


def _find(code: str | None) -> Programme | None:
    if code is None:
        return None
    programme = Programme.objects.filter(code=code).first()
    if programme is None:
        raise CommandError(
            _("There is no programme “%(code)s”.") % {"code": code},
            returncode=BAD_INPUT,
        )
    return programme
