"""Holds all mail and calls, says what waits, and lets it go."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications import hold
from notifications.models import (
    Delivery,
    DeliveryState,
    Message,
    MessageState,
    SendingHold,
)


class Command(BaseCommand):
    """`manage.py sending hold WHY`, `sending status`, `sending release`."""

    help = "Hold all mail and webhooks, show what waits, or let it go."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what can be done."""
        do = parser.add_subparsers(dest="do", required=True)
        stop = do.add_parser("hold", help="let nothing leave until release")
        stop.add_argument("why", help="shown to managers and in /readyz")
        do.add_parser("status", help="say whether it is held, and what waits")
        go = do.add_parser("release", help="let mail and webhooks leave again")
        go.add_argument(
            "--put-away",
            action="store_true",
            help="take out every mail and call that waits now: they left already",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what was asked and say how things stand."""
        if options["do"] == "hold":
            hold.hold(options["why"], at=timezone.now())
        elif options["do"] == "release":
            self._release(put_away=options["put_away"])
            return
        self._status()

    def _release(self, *, put_away: bool) -> None:
        if not SendingHold.objects.exists():
            raise CommandError(_("Nothing is held."))
        if put_away:
            said = _("%(count)s put away; what comes from now on leaves.")
            self.stdout.write(said % {"count": hold.put_away()})
        else:
            said = _("%(count)s mails and calls may leave.")
            self.stdout.write(said % {"count": hold.release()})

    def _status(self) -> None:
        held = SendingHold.objects.first()
        if held is None:
            self.stdout.write(_("Nothing is held."))
        else:
            self.stdout.write(
                _("Held since %(since)s: %(why)s.")
                % {"since": f"{timezone.localtime(held.since):%F %R}", "why": held.why}
            )
        waiting = Message.objects.filter(state=MessageState.PENDING)
        for mail in waiting.order_by("not_before", "pk"):
            due = f"{timezone.localtime(mail.not_before):%F %R}"
            self.stdout.write(f"  {due}  {mail.kind:12}  {mail.to_address}")
        self.stdout.write(_("%(count)s mails wait.") % {"count": waiting.count()})
        calls = Delivery.objects.filter(state=DeliveryState.PENDING)
        for call in calls.select_related("webhook").order_by("not_before", "pk"):
            due = f"{timezone.localtime(call.not_before):%F %R}"
            self.stdout.write(f"  {due}  {call.webhook}")
        self.stdout.write(_("%(count)s calls wait.") % {"count": calls.count()})
