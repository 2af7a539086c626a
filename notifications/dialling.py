"""Connects to the mail server of the settings and logs in, within a time by the clock.

A socket's own timeout counts anew with every byte, so that a server that dribbles its
greeting would hold a sender for as long as it likes.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
import time
from typing import Any

from django.conf import settings

from notifications.watchdog import cut_off


def dial(*, connect: float, command: float, limit: float) -> smtplib.SMTP:
    """Return a connection that is ready for mail; over TLS the name is verified.

    In seconds: ``connect`` for each address to take the connection and for each piece
    of the greeting, ``command`` for each answer after it, and ``limit`` for
    everything. Raises OSError and smtplib.SMTPException.
    """
    until = time.monotonic() + limit
    smtp = _greeted(connect, limit)
    try:
        if smtp.sock is not None:
            smtp.sock.settimeout(command)
            # The dot leaves at once, not with the acknowledgement of the mail.
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with cut_off(smtp, max(1.0, until - time.monotonic())):
            smtp.ehlo_or_helo_if_needed()
            if settings.EMAIL_USE_TLS:
                smtp.starttls(context=ssl.create_default_context())
                smtp.ehlo()
            if settings.EMAIL_HOST_USER:
                smtp.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _greeted(connect: float, limit: float) -> smtplib.SMTP:
    host, port = settings.EMAIL_HOST or "", settings.EMAIL_PORT
    if settings.EMAIL_USE_SSL:
        context = ssl.create_default_context()
        return _GreetedOverTls(
            host, port, limit=limit, timeout=connect, context=context
        )
    return _Greeted(host, port, limit=limit, timeout=connect)


class _Greeted(smtplib.SMTP):
    """Connects and reads the greeting within ``limit`` seconds.

    It does both while it is made, before anybody else could watch over it.
    """

    def __init__(self, host: str, port: int, *, limit: float, **options: Any) -> None:
        self._limit = limit
        super().__init__(host, port, **options)

    def connect(
        self, host: str = "localhost", port: int = 0, source_address: Any = None
    ) -> tuple[int, bytes]:
        with cut_off(self, self._limit):
            return super().connect(host, port, source_address)


class _GreetedOverTls(_Greeted, smtplib.SMTP_SSL):
    """The same over TLS, whose handshake has only the timeout of each read."""
