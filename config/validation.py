"""What a setting must be like. Each check explains, to the operator, what to do."""

import re
from collections.abc import Callable
from email.utils import parseaddr
from urllib.parse import urlsplit

import dj_database_url
from environs import ValidationError

from config.broker import SCHEMES, broker

# What EMAIL_URL may begin with, and the port where it names none.
SMTP_PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}
#: Characters of a password that only programs use.
SHORTEST_PASSWORD = 20
#: Who looks after people and settings; no role in a programme.
ADMINISTRATOR = "administrator"
PROGRAMME_ROLES = ("manager", "coordinator", "partner", "observer")
ROLES = (*PROGRAMME_ROLES, ADMINISTRATOR)


def long_and_random(*, debug: bool) -> Callable[[str], None]:
    """Refuse, outside DEBUG, a secret that somebody could guess or look up."""

    def check(value: str) -> None:
        varied = len(value) >= 50 and len(set(value)) >= 5
        if not debug and (not varied or "insecure" in value):
            raise ValidationError(
                "must be at least 50 random characters; make one with "
                "`python -c 'import secrets; print(secrets.token_urlsafe(50))'`."
            )

    return check


def hosts(*, debug: bool) -> Callable[[list[str]], None]:
    """Refuse, outside DEBUG, to answer to no name or to every name."""

    def check(value: list[str]) -> None:
        if not debug and (not value or "*" in value or "" in value):
            raise ValidationError(
                "must list the host names this site answers to; '*' is refused."
            )

    return check


def an_address(*, debug: bool) -> Callable[[str], None]:
    """Demand https, except on a developer's machine or for this machine alone."""

    def check(value: str) -> None:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValidationError(
                "must be the site's public address, such as https://rollout.example.org"
            )
        if parts.path or parts.query:
            raise ValidationError(
                "must end with the host name or port, without a path."
            )
        if parts.scheme == "http" and parts.hostname not in LOCAL_HOSTS and not debug:
            raise ValidationError("must begin with https:// outside this machine.")

    return check


def postgresql(value: str) -> None:
    """Accept PostgreSQL only: triggers, SKIP LOCKED and views depend on it."""
    known = value.startswith(("postgres://", "postgresql://"))
    try:
        name = dj_database_url.parse(value)["NAME"] if known else ""
    except (KeyError, ValueError):
        name = ""
    if not name:
        raise ValidationError(
            "must name a PostgreSQL database, such as postgres://user:secret@host/name"
        )


def postgresql_if_any(value: str) -> None:
    """Accept a PostgreSQL database, or none."""
    if value:
        postgresql(value)


def mail_server(value: str) -> None:
    """Accept SMTP only: delivery needs the server's own answer to each mail."""
    parts = urlsplit(value)
    try:
        known = parts.scheme in SMTP_PORTS and parts.hostname and parts.port != 0
    except ValueError:
        known = False
    if not known:
        raise ValidationError(
            "must name an SMTP server, such as smtp+tls://user:secret@host:587"
        )


def redis_address(value: str) -> None:
    """Accept the ways of naming a Redis server, or Sentinels who know one."""
    if not value.startswith(SCHEMES):
        raise ValidationError(f"must begin with {', '.join(SCHEMES)}")
    try:
        broker(value)
    except ValueError:
        raise ValidationError(
            "must name Sentinels and their master, such as "
            "sentinel://:secret@host1:26379,host2:26379/0?master=rollout"
        ) from None


def sender(value: str) -> None:
    """Accept `Name <address>` or an address alone."""
    address = parseaddr(value)[1]
    if "@" not in address or any(sign in value for sign in "\r\n"):
        raise ValidationError(
            "must be an address, such as Rollout <no-reply@example.org>"
        )


def mailbox(value: str) -> None:
    """Accept a plain address short enough to carry a mark, or nothing."""
    local, at, domain = value.rpartition("@")
    is_plain = re.fullmatch(r"[A-Za-z0-9._-]{1,24}", local) and re.fullmatch(
        r"[A-Za-z0-9.-]+", domain
    )
    if value and not (at and is_plain):
        raise ValidationError(
            "must be an address, such as bounce@example.org, with at most 24 letters,"
            " digits, dots or dashes before the @"
        )


def a_collector(value: str) -> None:
    """Require an address that begins with http:// or https://, or none."""
    if value and not value.startswith(("http://", "https://")):
        raise ValidationError("must begin with http:// or https://.")


def a_long_token(value: str) -> None:
    """Accept nothing, or what nobody could guess."""
    if value and len(value) < SHORTEST_PASSWORD:
        raise ValidationError(f"must have at least {SHORTEST_PASSWORD} characters")


def a_login(value: str) -> None:
    """Demand a name and a long password with a colon between them."""
    name, _colon, password = value.partition(":")
    if not name or len(password) < SHORTEST_PASSWORD:
        raise ValidationError(
            "must be a name, a colon and a password of at least"
            f" {SHORTEST_PASSWORD} characters"
        )


def roles(value: list[str]) -> None:
    """Accept roles that there are, and the administrators of the installation."""
    if unknown := sorted(set(value) - set(ROLES)):
        raise ValidationError(
            f"must list some of {', '.join(ROLES)}, not {', '.join(unknown)}"
        )
