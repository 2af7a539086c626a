"""What the doctor asks about mail: does the server take ours, and will others?

The sender's domain should name who may send for it (SPF, RFC 7208), what to do with
what is forged (DMARC, RFC 7489), and keys of who signs for it (DKIM, RFC 6376). Only
the mail server knows under which names those stand; that there are any can be seen.
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
        yield from (_spf(domain), _dmarc(domain), _dkim(domain))
    except (dns.exception.Timeout, dns.resolver.NoNameservers, OSError):
        yield Finding.doubtful(
            _("No name server answers about %s.") % domain,
            _("Look at SPF, DKIM and DMARC from elsewhere."),
        )


def _spf(domain: str) -> Finding:
    if policy := _text(domain, "v=spf1"):
        return Finding.well(f"SPF {domain}: {policy}")
    return Finding.doubtful(
        _("%s does not say who may send for it.") % domain,
        _("Add a TXT record with SPF that names the mail server: v=spf1 … -all"),
    )


def _dmarc(domain: str) -> Finding:
    if policy := _text(f"_dmarc.{domain}", "v=DMARC1"):
        return Finding.well(f"DMARC {domain}: {policy}")
    return Finding.doubtful(
        _("%s does not say what to do with forged mail.") % domain,
        _("Add a TXT record at _dmarc: v=DMARC1; p=quarantine; rua=mailto:…"),
    )


def _dkim(domain: str) -> Finding:
    """See whether anything stands under ``_domainkey``: then that is a name, too."""
    keys = f"_domainkey.{domain}"
    try:
        dns.resolver.resolve(keys, "TXT", lifetime=PATIENCE, raise_on_no_answer=False)
    except dns.resolver.NXDOMAIN:
        return Finding.doubtful(
            _("%s has no key by which others know that its mail is signed.") % domain,
            _("Let the mail server sign (DKIM), and add the TXT record it names."),
        )
    return Finding.well(f"DKIM {domain}: {keys}")


def _text(name: str, beginning: str) -> str:
    """Return the TXT record that begins so; empty if there is none."""
    try:
        found = dns.resolver.resolve(name, "TXT", lifetime=PATIENCE)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return ""
    texts = (b"".join(one.strings).decode(errors="replace") for one in found)
    return next((text for text in texts if text.startswith(beginning)), "")
