"""What the doctor asks about mail: does the server take ours, and will others?

The sender's domain should name who may send for it (SPF, RFC 7208) and what to do with
what is forged (DMARC, RFC 7489). DKIM (RFC 6376) is the mail server's own matter: its
keys stand under a name that only it knows.
"""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from datetime import datetime
from email.utils import parseaddr

import dns.exception
import dns.resolver
from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.utils.translation import gettext as _

from config.doctor.finding import Finding

#: Seconds that a name server may take.
PATIENCE = 5.0


def server(now: datetime) -> Iterator[Finding]:
    """Connect and log in as a sender does; hand nothing over."""
    name = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    relay = EmailBackend(fail_silently=False, timeout=10)
    try:
        relay.open()
    except (OSError, smtplib.SMTPException) as error:
        yield Finding.ill(
            _("%(server)s does not take our mail: %(error)s")
            % {"server": name, "error": error},
            _("Look at EMAIL_URL, and at the way to that port."),
        )
        return
    relay.close()
    yield Finding.well(_("%s lets us in.") % name)
    if not settings.BOUNCE_ADDRESS and not settings.MAIL_PROVIDER:
        yield Finding.doubtful(
            _("Nobody notices mails that come back."),
            _("Set BOUNCE_ADDRESS or MAIL_PROVIDER (docs/bounces.md)."),
        )


def sender_policy(now: datetime) -> Iterator[Finding]:
    """Look up what the sender's domain says about who may send for it."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    try:
        policy = _text(domain, "v=spf1")
        forged = _text(f"_dmarc.{domain}", "v=DMARC1")
    except (dns.exception.Timeout, dns.resolver.NoNameservers, OSError):
        yield Finding.doubtful(
            _("No name server answers about %s.") % domain,
            _("Look at SPF and DMARC from elsewhere."),
        )
        return
    if policy:
        yield Finding.well(f"SPF {domain}: {policy}")
    else:
        yield Finding.doubtful(
            _("%s does not say who may send for it.") % domain,
            _("Add a TXT record with SPF that names the mail server: v=spf1 … -all"),
        )
    if forged:
        yield Finding.well(f"DMARC {domain}: {forged}")
    else:
        yield Finding.doubtful(
            _("%s does not say what to do with forged mail.") % domain,
            _("Add a TXT record at _dmarc: v=DMARC1; p=quarantine; rua=mailto:…"),
        )


def _text(name: str, beginning: str) -> str:
    """Return the TXT record that begins so; empty if there is none."""
    try:
        found = dns.resolver.resolve(name, "TXT", lifetime=PATIENCE)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return ""
    texts = (b"".join(one.strings).decode(errors="replace") for one in found)
    return next((text for text in texts if text.startswith(beginning)), "")
