"""A small SAML provider, which answers what it is asked and can be made to lie."""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4
from xml.sax.saxutils import quoteattr

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree

ISSUER = "https://idp.example.org/entity"
DOOR = "https://idp.example.org/sso"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
EMAIL, NAME = "urn:oid:0.9.2342.19200300.100.1.3", "urn:oid:2.5.4.3"
_NAMESPACES = (
    'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"'
    ' xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"'
)


class Key:
    """A key and the certificate that belongs to it, in PEM."""

    def __init__(self) -> None:
        key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "example")])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(datetime(2025, 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(2035, 1, 1, tzinfo=UTC))
            .sign(key, hashes.SHA256())
        )
        self.private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()
        self.certificate = certificate.public_bytes(serialization.Encoding.PEM).decode()


KEY, OTHER_KEY = Key(), Key()


@dataclass
class Answer:
    """What it says of somebody, and what shall be wrong with it."""

    subject: str = "7f3e"
    attributes: dict[str, Any] = field(default_factory=dict)
    name_format: str = PERSISTENT
    issuer: str = ISSUER
    audience: str = ""
    #: By how much its clock is wrong.
    late: timedelta = timedelta()
    key: Key | None = field(default_factory=lambda: KEY)
    #: Whether it signs the envelope and not what is in it.
    signs_envelope: bool = False
    #: To which question it is an answer, where it is not the one that was asked.
    to: str | None = None
    #: What somebody on the way makes of it.
    forge: Any = None


def question_of(location: str) -> dict[str, str]:
    """Return what the address that a browser is sent to asks."""
    packed = parse_qs(urlsplit(location).query)["SAMLRequest"][0]
    asked = etree.fromstring(zlib.decompress(base64.b64decode(packed), -15))
    issuer = asked.find("{urn:oasis:names:tc:SAML:2.0:assertion}Issuer")
    return {
        "id": asked.get("ID"),
        "acs": asked.get("AssertionConsumerServiceURL"),
        "audience": issuer.text,
    }


def answer_to(question: dict[str, str], answer: Answer) -> str:
    """Return what the browser brings back as `SAMLResponse`."""
    from onelogin.saml2.constants import OneLogin_Saml2_Constants as Names
    from onelogin.saml2.utils import OneLogin_Saml2_Utils as Tools

    def signed(text: str) -> str:
        if answer.key is None:
            return text
        done = Tools.add_sign(
            text,
            answer.key.private,
            answer.key.certificate,
            sign_algorithm=Names.RSA_SHA256,
            digest_algorithm=Names.SHA256,
        )
        return done.decode() if isinstance(done, bytes) else str(done)

    inner = _assertion(question, answer)
    if not answer.signs_envelope:
        inner = signed(inner)
    outer = _response(question, answer, inner)
    if answer.signs_envelope:
        outer = signed(outer)
    if answer.forge:
        outer = answer.forge(outer)
    return base64.b64encode(outer.encode()).decode()


def _when(answer: Answer, seconds: int) -> str:
    at = datetime.now(UTC) + answer.late + timedelta(seconds=seconds)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _to(question: dict[str, str], answer: Answer) -> str:
    to = question["id"] if answer.to is None else answer.to
    return f"InResponseTo={quoteattr(to)}" if to else ""


def _response(question: dict[str, str], answer: Answer, inner: str) -> str:
    return (
        f'<samlp:Response {_NAMESPACES} ID="_{uuid4()}" Version="2.0"'
        f' IssueInstant="{_when(answer, 0)}" Destination="{question["acs"]}"'
        f" {_to(question, answer)}>"
        f"<saml:Issuer>{answer.issuer}</saml:Issuer>"
        "<samlp:Status><samlp:StatusCode"
        ' Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>'
        f"{inner}</samlp:Response>"
    )


def _assertion(question: dict[str, str], answer: Answer) -> str:
    attributes = "".join(
        f'<saml:Attribute Name="{name}">'
        + "".join(
            f"<saml:AttributeValue>{value}</saml:AttributeValue>"
            for value in (values if isinstance(values, list) else [values])
        )
        + "</saml:Attribute>"
        for name, values in answer.attributes.items()
    )
    statement = f"<saml:AttributeStatement>{attributes}</saml:AttributeStatement>"
    return (
        f'<saml:Assertion {_NAMESPACES} ID="_{uuid4()}" Version="2.0"'
        f' IssueInstant="{_when(answer, 0)}">'
        f"<saml:Issuer>{answer.issuer}</saml:Issuer><saml:Subject>"
        f'<saml:NameID Format="{answer.name_format}">{answer.subject}</saml:NameID>'
        '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">'
        f"<saml:SubjectConfirmationData {_to(question, answer)}"
        f' Recipient="{question["acs"]}" NotOnOrAfter="{_when(answer, 300)}"/>'
        "</saml:SubjectConfirmation></saml:Subject>"
        f'<saml:Conditions NotBefore="{_when(answer, -60)}"'
        f' NotOnOrAfter="{_when(answer, 300)}"><saml:AudienceRestriction>'
        f"<saml:Audience>{answer.audience or question['audience']}</saml:Audience>"
        "</saml:AudienceRestriction></saml:Conditions>"
        f'<saml:AuthnStatement AuthnInstant="{_when(answer, 0)}"'
        f' SessionNotOnOrAfter="{_when(answer, 3600)}"><saml:AuthnContext>'
        "<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password"
        "</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>"
        f"{statement if attributes else ''}</saml:Assertion>"
    )
