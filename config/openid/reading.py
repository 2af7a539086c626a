"""Reads the setting OIDC_PROVIDERS: who may say who somebody is, and what that opens.

A list in JSON, described in `docs/identity.md`. What is not known is refused by name,
so that a misspelt rule does not silently give nobody anything, or everybody too much.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any
from urllib.parse import urlsplit

from environs import ValidationError

from config.validation import LOCAL_HOSTS, PROGRAMME_ROLES


class NotUnderstood(ValueError):
    """The setting is wrong; the text says where and how."""


def login_providers(value: str) -> None:
    """Refuse what cannot be read as providers."""
    try:
        read_providers(value)
    except NotUnderstood as error:
        raise ValidationError(str(error)) from None


@dataclass(frozen=True)
class RoleRule:
    """Who has this value in this claim has this role in that programme."""

    claim: str
    value: str
    programme: str
    role: str
    partner: str = ""

    def fits(self, claims: Mapping[str, Any]) -> bool:
        """Say whether the provider says of somebody what the rule asks for."""
        return has(claims, self.claim, self.value)


@dataclass(frozen=True)
class LoginProvider:
    """One provider that people log in at."""

    id: str
    name: str
    issuer: str
    client_id: str
    secret: str
    #: Whose addresses it vouches for: they are those of the people who have them here.
    email_domains: tuple[str, ...] = ()
    #: Claims and values that say that it has asked for a second factor.
    second_factor: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    roles: tuple[RoleRule, ...] = ()
    scope: tuple[str, ...] = ("openid", "profile", "email")
    #: Further origins to which a browser is sent, beyond that of the issuer.
    origins: tuple[str, ...] = ()

    def showed_second_factor(self, claims: Mapping[str, Any]) -> bool:
        """Say whether it has asked for a second factor, as the settings read it."""
        return any(
            has(claims, claim, value)
            for claim, values in self.second_factor.items()
            for value in values
        )

    def sends_browsers_to(self) -> tuple[str, ...]:
        """Return the origins that our forms may lead to."""
        parts = urlsplit(self.issuer)
        return (f"{parts.scheme}://{parts.netloc}", *self.origins)


def has(claims: Mapping[str, Any], claim: str, value: str) -> bool:
    """Say whether a claim is this value, or a list with it."""
    said = claims.get(claim)
    return said == value or (isinstance(said, list) and value in said)


def read_providers(text: str) -> tuple[LoginProvider, ...]:
    """Read the setting. Raises NotUnderstood where it is wrong."""
    try:
        rows = json.loads(text)
    except ValueError as error:
        raise NotUnderstood(f"must be a list in JSON: {error}") from None
    if not isinstance(rows, list):
        raise NotUnderstood("must be a list in JSON")
    providers = tuple(_provider(row) for row in rows)
    for name in ("id", "issuer"):
        if len({getattr(one, name) for one in providers}) < len(providers):
            raise NotUnderstood(f"two providers have the same {name}")
    return providers


def _provider(row: Any) -> LoginProvider:
    known = _known(row, LoginProvider, "a provider")
    roles = tuple(_rule(one) for one in known.pop("roles", []))
    second = known.pop("second_factor", {})
    if not isinstance(second, dict):
        raise NotUnderstood("second_factor must name claims and their values")
    factors = {claim: tuple(_texts(values, claim)) for claim, values in second.items()}
    lists: dict[str, Any] = {
        name: tuple(_texts(known.pop(name), name))
        for name in ("email_domains", "scope", "origins")
        if name in known
    }
    if wrong := [name for name, value in known.items() if not isinstance(value, str)]:
        raise NotUnderstood(f"{wrong[0]} must be a text")
    provider = LoginProvider(**known, **lists, second_factor=factors, roles=roles)
    if not re.fullmatch(r"[a-z0-9-]{1,40}", provider.id):
        raise NotUnderstood("id must be of small letters, digits and dashes")
    parts = urlsplit(provider.issuer)
    if parts.scheme != "https" and parts.hostname not in LOCAL_HOSTS:
        raise NotUnderstood("issuer must begin with https://")
    return provider


def _rule(row: Any) -> RoleRule:
    known = _known(row, RoleRule, "a role")
    rule = RoleRule(**{name: str(value) for name, value in known.items()})
    if rule.role not in PROGRAMME_ROLES:
        raise NotUnderstood(f"role must be one of {', '.join(PROGRAMME_ROLES)}")
    if rule.role == "partner" and not rule.partner:
        raise NotUnderstood("a rule for the role partner must name the partner")
    return rule


def _known(row: Any, kind: type[LoginProvider | RoleRule], what: str) -> dict[str, Any]:
    """Return the row, with nothing missing in it and nothing unknown."""
    if not isinstance(row, dict):
        raise NotUnderstood(f"{what} must be an object")
    names = {one.name for one in fields(kind)}
    if unknown := sorted(set(row) - names):
        raise NotUnderstood(f"{what} has no {unknown[0]!r}")
    try:
        kind(**row)
    except TypeError as error:
        raise NotUnderstood(f"{what} is not complete: {error}") from None
    return dict(row)


def _texts(values: Any, name: str) -> list[str]:
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise NotUnderstood(f"{name} must be a list of texts")
    return values
