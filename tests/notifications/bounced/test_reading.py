"""What mail servers write when a mail could not be delivered (RFC 3464)."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications import dsn
from tests.notifications.returned import exim_report, postfix_report


@pytest.mark.parametrize(
    ("words", "is_hard"),
    [
        ("550 5.1.1 User unknown in virtual mailbox table", True),
        ("552 5.2.2 Mailbox is full", False),
    ],
)
def test_a_report_that_says_why_only_in_words_is_read(words, is_hard):
    found = dsn.read(exim_report("bounce+1.abc@rollout.example.org", words=words))

    assert (found.text, found.is_hard) == (words, is_hard)


def test_a_postfix_report_is_read():
    found = dsn.read(postfix_report("bounce+1.abc@rollout.example.org"))

    assert found.addresses[0] == "bounce+1.abc@rollout.example.org"
    assert (found.status, found.is_hard) == ("5.1.1", True)
    assert found.text.startswith("550 5.1.1 <borte@example.org>")
    assert found.at.isoformat() == "2026-04-08T08:02:11+02:00"


@pytest.mark.parametrize(
    ("status", "diagnostic", "is_hard"),
    [
        ("5.1.10", "smtp; 550 5.1.10 RESOLVER.ADR.RecipientNotFound", True),
        ("5.0.0", "smtp; 550 user unknown", True),
        ("5.2.1", "smtp; 550 5.2.1 mailbox disabled", True),
        ("5.2.2", "smtp; 552 5.2.2 mailbox full", False),
        ("5.7.1", "smtp; 550 5.7.1 blocked by policy", False),
        ("4.4.7", "smtp; 550 4.4.7 QUEUE.Expired; message expired", False),
        ("5.4.4", "X-Postfix; Host not found", False),
        ("5.3.0", "smtp; 554 refused by 10.5.1.9", False),
    ],
)
def test_only_a_wrong_address_is_a_hard_reason(status, diagnostic, is_hard):
    mail = postfix_report("x@example.org", status=status, diagnostic=diagnostic)

    assert dsn.read(mail).is_hard is is_hard


@pytest.mark.parametrize(
    "mail",
    [
        b"",
        b"From: a@example.org\nAuto-Submitted: auto-replied\n\nI am away.\n",
        postfix_report("x@example.org", action="delayed", status="4.4.1"),
        b"Content-Type: message/delivery-status\n\nnot fields at all",
        b"Content-Type: multipart/report; boundary=\n\n--\n\xff\xfe",
    ],
)
def test_what_reports_no_failure_is_no_report(mail):
    assert dsn.read(mail) is None


@given(
    st.one_of(
        st.binary(max_size=2000),
        st.binary(max_size=60).map(
            lambda noise: postfix_report("x@example.org").replace(b"failed", noise, 1)
        ),
        st.binary(max_size=60).map(
            lambda noise: postfix_report("x@example.org").replace(b"550", noise, 1)
        ),
    )
)
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_mail_makes_reading_fail(mail):
    dsn.read(mail)
