"""Reports errors to Sentry, or what speaks like it, without a word about people.

What a request carried stays here: bodies, cookies, query strings, and secrets in paths.
"""

from __future__ import annotations

from typing import Any

from config.redaction import masked


def report_to(dsn: str, *, release: str) -> None:
    """Report every unhandled error, and every log line of level ERROR."""
    import sentry_sdk  # noqa: PLC0415 - heavy, and only for who asked for it

    sentry_sdk.init(
        dsn,
        release=f"rollout@{release}",
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        traces_sample_rate=0,
        before_send=scrub,
        before_breadcrumb=lambda crumb, hint: None,
    )


def scrub(event: Any, hint: Any) -> Any:
    """Take out of a report what could name somebody or open something."""
    request = event.get("request", {})
    for part in ("data", "cookies", "query_string", "headers", "env"):
        request.pop(part, None)
    if "url" in request:
        request["url"] = masked(request["url"])
    if "transaction" in event:
        event["transaction"] = masked(event["transaction"])
    for one in event.get("exception", {}).get("values", ()):
        # A database quotes the row, a mail server the address; type and place do.
        one["value"] = ""
    entry = event.get("logentry")
    if entry:
        # What is put into a line's places is what it is about.
        event["logentry"] = {"message": masked(entry.get("message") or "")}
    for part in ("user", "extra", "message", "breadcrumbs"):
        event.pop(part, None)
    return event
