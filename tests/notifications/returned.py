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
