"""Reports of undelivered mail as mail servers write them."""

from __future__ import annotations

_REPORT = """\
Return-Path: <>
Delivered-To: {to}
Received: from mx.example.org; Wed, 8 Apr 2026 08:02:12 +0200
Date: Wed, 8 Apr 2026 08:02:11 +0200 (CEST)
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"
Message-ID: <20260408060211.1@mx.example.org>

This is a MIME-encapsulated message.

--B
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
X-Postfix-Sender: rfc822; {to}
Arrival-Date: Wed,  8 Apr 2026 08:02:10 +0200 (CEST)

Final-Recipient: rfc822; borte@example.org
Original-Recipient: rfc822;borte@example.org
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.org
Diagnostic-Code: {diagnostic}

--B
Content-Description: Undelivered Message
Content-Type: message/rfc822

Subject: Aftale
To: borte@example.org

Hej

--B--
"""


def postfix_report(
    to: str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    diagnostic: str = (
        "smtp; 550 5.1.1 <borte@example.org>: Recipient address rejected:\n"
        "    User unknown in local recipient table"
    ),
) -> bytes:
    """Return a report as Postfix writes it (RFC 3464)."""
    return _REPORT.format(
        to=to, action=action, status=status, diagnostic=diagnostic
    ).encode()


_EXIM = """\
Return-path: <>
Envelope-to: {to}
Received: from Debian-exim by mx.example.org with local (Exim 4.96)
\tid 1xWP40-0006Mr-0P for {to}; Thu, 26 Nov 2026 02:18:20 +0000
X-Failed-Recipients: borte@example.org
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@example.org>
To: {to}
Content-Type: multipart/report; report-type=delivery-status; boundary=B
MIME-Version: 1.0
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1xWP40-0006Mr-0P@mx.example.org>
Date: Thu, 26 Nov 2026 02:18:20 +0000

--B
Content-type: text/plain; charset=us-ascii

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  borte@example.org
    {words}

--B
Content-type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Action: failed
Final-Recipient: rfc822;borte@example.org
Status: 5.0.0

--B--
"""


def exim_report(to: str, *, words: str) -> bytes:
    """Return a report as Exim 4.96 writes it: the reason stands in the text alone."""
    return _EXIM.format(to=to, words=words).encode()
