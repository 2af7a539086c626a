"""Reads who may say who somebody is, and what that opens.

The settings OIDC_PROVIDERS and SAML_PROVIDERS are lists in JSON, described in
`docs/identity.md`. What is not known is refused by name, so that a misspelt rule does
not silently give nobody anything, or everybody too much.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from importlib.util import find_spec
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlsplit

from environs import ValidationError

from config.validation import LOCAL_HOSTS, PROGRAMME_ROLES


class NotUnderstood(ValueError):
    """The setting is wrong; the text says where and how."""


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


@dataclass(frozen=True, kw_only=True)
class LoginProvider:
    """One provider that people log in at."""

    #: What `allauth` calls its kind.
    protocol: ClassVar[str]
    #: The route of the way there.
    route: ClassVar[str]

    id: str
    name: str
    issuer: str
    #: Whose addresses it vouches for: they are those of the people who have them here.
    email_domains: tuple[str, ...] = ()
    #: Claims and values that say that it has asked for a second factor.
    second_factor: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    roles: tuple[RoleRule, ...] = ()
    #: Further origins to which a browser is sent.
    origins: tuple[str, ...] = ()

    def showed_second_factor(self, claims: Mapping[str, Any]) -> bool:
        """Say whether it has asked for a second factor, as the settings read it."""
        return any(
            has(claims, claim, value)
            for claim, values in self.second_factor.items()
            for value in values
        )

    @property
    def door(self) -> str:
        """Where it asks people who they are."""
        return self.issuer

    @property
    def knows_us_as(self) -> str:
        """What it calls us; by default what we call it."""
        return self.id

    def sends_browsers_to(self) -> tuple[str, ...]:
        """Return the origins that our forms may lead to."""
        parts = urlsplit(self.door)
        return (f"{parts.scheme}://{parts.netloc}", *self.origins)


@dataclass(frozen=True, kw_only=True)
class OpenIdProvider(LoginProvider):
    """A provider that speaks OpenID Connect."""

    protocol: ClassVar[str] = "openid_connect"
    route: ClassVar[str] = "openid_connect_login"

    client_id: str
    secret: str
    scope: tuple[str, ...] = ("openid", "profile", "email")

    @property
    def knows_us_as(self) -> str:
        """What it calls us."""
        return self.client_id


@dataclass(frozen=True, kw_only=True)
class SamlProvider(LoginProvider):
    """A provider that speaks SAML 2.0; its issuer is its entity's id."""

    protocol: ClassVar[str] = "saml"
    route: ClassVar[str] = "saml_login"

    #: Where browsers are sent with our question.
    sso_url: str
    #: That of the key with which it signs, in PEM or its inner part.
    certificate: str
    #: The attributes that hold somebody's address and name.
    email: str = "urn:oid:0.9.2342.19200300.100.1.3"
    person: str = "urn:oid:2.5.4.3"

    @property
    def door(self) -> str:
        """Where it asks people who they are."""
        return self.sso_url


Kind = TypeVar("Kind", bound=LoginProvider)


def of(
    kind: type[LoginProvider], *, besides: Iterable[LoginProvider] = ()
) -> Callable[[str], None]:
    """Return what refuses a setting that cannot be read as providers of a kind.

    Nor may one of them have the id of one ``besides``.
    """

    def refuse(value: str) -> None:
        try:
            read = read_providers(value, kind)
        except NotUnderstood as error:
            raise ValidationError(str(error)) from None
        if {one.id for one in read} & {one.id for one in besides}:
            raise ValidationError("two providers have the same id")

    return refuse


def has(claims: Mapping[str, Any], claim: str, value: str) -> bool:
    """Say whether a claim is this value, or a list with it."""
    said = claims.get(claim)
    return said == value or (isinstance(said, list) and value in said)


def read_providers(text: str, kind: type[Kind]) -> tuple[Kind, ...]:
    """Read a setting. Raises NotUnderstood where it is wrong."""
    try:
        rows = json.loads(text)
    except ValueError as error:
        raise NotUnderstood(f"must be a list in JSON: {error}") from None
    if not isinstance(rows, list):
        raise NotUnderstood("must be a list in JSON")
    providers = tuple(_provider(row, kind) for row in rows)
    for name in ("id", "issuer"):
        if len({getattr(one, name) for one in providers}) < len(providers):
            raise NotUnderstood(f"two providers have the same {name}")
    if providers and kind is SamlProvider and find_spec("onelogin") is None:
        raise NotUnderstood("needs what requirements/saml.txt installs")
    return providers


def _provider(row: Any, kind: type[Kind]) -> Kind:
    known = _known(row, kind, "a provider")
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
    provider = kind(**known, **lists, second_factor=factors, roles=roles)
    if not re.fullmatch(r"[a-z0-9-]{1,40}", provider.id):
        raise NotUnderstood("id must be of small letters, digits and dashes")
    parts = urlsplit(provider.door)
    if parts.scheme != "https" and parts.hostname not in LOCAL_HOSTS:
        where = "issuer" if provider.door == provider.issuer else "sso_url"
        raise NotUnderstood(f"{where} must begin with https://")
    return provider


def _rule(row: Any) -> RoleRule:
    known = _known(row, RoleRule, "a role")
    rule = RoleRule(**{name: str(value) for name, value in known.items()})
    if rule.role not in PROGRAMME_ROLES:
        raise NotUnderstood(f"role must be one of {', '.join(PROGRAMME_ROLES)}")
    if rule.role == "partner" and not rule.partner:
        raise NotUnderstood("a rule for the role partner must name the partner")
    return rule


def _known(row: Any, kind: Any, what: str) -> dict[str, Any]:
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
