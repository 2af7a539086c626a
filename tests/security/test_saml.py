"""Logging in by SAML, at a provider of our own: honest, mistaken and forged answers."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from config.openid.reading import NotUnderstood, SamlProvider, read_providers
from rollout import services
from rollout.models import Membership, User
from tests.factories import NOON, make_programme, make_user

pytest.importorskip("onelogin.saml2", reason="requirements/saml.txt is not installed")
from tests.saml_provider import (
    DOOR,
    EMAIL,
    ISSUER,
    KEY,
    NAME,
    OTHER_KEY,
    Answer,
    answer_to,
    question_of,
)

pytestmark = pytest.mark.django_db

GOOD = {
    "id": "kombit",
    "name": "KOMBIT",
    "issuer": ISSUER,
    "sso_url": DOOR,
    "certificate": KEY.certificate,
    "email_domains": ["example.org"],
}
METTE = {EMAIL: "mette@example.org", NAME: "Mette Eksempel"}


def providers(*rows):
    return read_providers(json.dumps(rows), SamlProvider)


@pytest.fixture(autouse=True)
def context_handler(settings):
    """Enter it in the settings."""
    settings.LOGIN_PROVIDERS = providers(GOOD)
    settings.BASE_URL = "http://testserver"
    return settings


def ask(client, process="login"):
    """Go there, and return what is asked."""
    start = client.post(reverse("saml_login", args=["kombit"]), {"process": process})
    assert start.headers["Location"].startswith(f"{DOOR}?SAMLRequest=")
    return question_of(start.headers["Location"])


def bring(client, question, answer):
    """Bring the answer back as a browser does, and return what our site says."""
    # From elsewhere: without the cookies of the login.
    said = answer_to(question, answer)
    outside = Client()
    post = outside.post(reverse("saml_acs", args=["kombit"]), {"SAMLResponse": said})
    client.cookies.update(outside.cookies)
    return client.get(post.headers["Location"])


def log_in(client, **answer):
    return bring(client, ask(client), Answer(**{"attributes": METTE, **answer}))


def is_in(client):
    return client.get("/profile/").status_code == 200


def test_somebody_new_gets_in_and_may_do_nothing(client):
    """Checklist 29: entered on the spot, known by (issuer, subject), no rights."""
    answer = log_in(client)

    assert answer.status_code == 302, answer.content
    assert is_in(client)
    person = User.objects.get()
    assert (person.email, person.name) == ("mette@example.org", "Mette Eksempel")
    assert not person.memberships.exists()
    account = SocialAccount.objects.get(user=person)
    assert account.uid == f"{ISSUER} 7f3e"
    assert account.extra_data == {}


def move_signature(text):
    """Let a forged assertion stand first, and the signed one where nobody looks."""
    start, end = text.index("<saml:Assertion"), text.index("</samlp:Response>")
    signed = text[start:end]
    forged = signed.replace("7f3e", "boss").replace(' ID="_', ' ID="_x', 1)
    before, after = forged.index("<ds:Signature"), forged.index("</ds:Signature>")
    forged = forged[:before] + forged[after + len("</ds:Signature>") :]
    return text[:start] + forged + signed + text[end:]


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"key": None}, id="no key"),
        pytest.param({"key": OTHER_KEY}, id="another key"),
        pytest.param({"signs_envelope": True}, id="only the envelope signed"),
        pytest.param(
            {"forge": lambda text: text.replace("7f3e", "boss")}, id="another subject"
        ),
        pytest.param(
            {"forge": lambda text: text.replace("mette@", "boss@")},
            id="another address",
        ),
        pytest.param({"forge": move_signature}, id="signature moved"),
        pytest.param(
            {"forge": lambda text: text.replace("7f3e", "bo<!-- -->ss")},
            id="comment in the subject",
        ),
        pytest.param({"issuer": "https://elsewhere.example.org"}, id="another issuer"),
        pytest.param(
            {"audience": "https://elsewhere.example.org"}, id="another audience"
        ),
        pytest.param({"late": timedelta(hours=-2)}, id="too late"),
        pytest.param({"late": timedelta(hours=2)}, id="too early"),
        pytest.param({"to": ""}, id="asked by nobody"),
        pytest.param({"to": "of-another-login"}, id="of another login"),
        pytest.param({"subject": ""}, id="no subject"),
        pytest.param(
            {"name_format": "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"},
            id="transient name",
        ),
        pytest.param(
            {"name_format": "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"},
            id="address for a name",
        ),
        pytest.param(
            {"forge": lambda text: "<!DOCTYPE x [<!ENTITY e 'x'>]>" + text},
            id="document type",
        ),
        pytest.param({"forge": lambda _text: "no XML"}, id="no XML"),
    ],
)
def test_what_cannot_be_trusted_lets_nobody_in(client, wrong):
    """Checklist 29: the assertion is signed, for us, now, and was asked for."""
    answer = log_in(client, **wrong)

    assert answer.status_code in {401, 403}
    assert not is_in(client)
    assert not User.objects.exists()


def test_an_answer_is_good_once_and_in_the_browser_that_asked(client):
    """Checklist 29: nor does one come in that nobody asked for."""
    question, answer = ask(client), Answer(attributes=METTE)
    stranger = Client()

    assert bring(stranger, question, answer).status_code == 403
    assert bring(client, question, answer).status_code == 302
    client.post(reverse("account_logout"))
    assert bring(client, question, answer).status_code == 403
    assert not is_in(client)
    assert not is_in(stranger)


def test_an_address_alone_opens_nobodys_account(client, context_handler):
    """Checklist 29: whatever a provider says of an address it does not vouch for."""
    context_handler.LOGIN_PROVIDERS = providers({**GOOD, "email_domains": []})
    make_user(email="mette@example.org")

    answer = log_in(client)

    assert answer.status_code == 403
    assert not is_in(client)
    assert not SocialAccount.objects.exists()


def test_who_is_known_connects_and_then_logs_in_there(client):
    """Checklist 29: by the subject, whatever address is told."""
    person = make_user(email="somebody@elsewhere.example.net")
    person.set_password("a long and good password")
    person.save()
    sign_in = {"login": person.email, "password": "a long and good password"}
    client.post(reverse("account_login"), sign_in)

    bring(client, ask(client, "connect"), Answer(attributes=METTE))

    assert SocialAccount.objects.get().user == person
    other = Client()
    assert other.post(reverse("account_login"), sign_in).status_code == 403
    log_in(other, attributes={**METTE, EMAIL: "other@example.org"})
    assert is_in(other)
    assert User.objects.count() == 1


def test_roles_follow_the_attributes_and_end_with_them(client, context_handler):
    """Checklist 29: and a closed account gets none."""
    make_programme(code="first")
    rule = {"claim": "role", "value": "leder", "programme": "first", "role": "observer"}
    context_handler.LOGIN_PROVIDERS = providers({**GOOD, "roles": [rule]})

    def roles_with(*values):
        log_in(Client(), attributes={**METTE, "role": list(values)})
        return list(Membership.objects.values_list("role", flat=True))

    assert roles_with("leder", "andet") == ["observer"]
    assert roles_with("andet") == []
    services.close_account(User.objects.get(), at=NOON)
    assert roles_with("leder") == []


def test_the_provider_is_told_who_we_are_and_strangers_nothing(client):
    """Checklist 29: what it needs stands at one address; a logout is not offered."""
    told = client.get(reverse("saml_metadata", args=["kombit"]))

    assert b'WantAssertionsSigned="true"' in told.content
    assert b"http://testserver/accounts/saml/kombit/acs/" in told.content
    assert b"SingleLogoutService" not in told.content
    assert b"validUntil" not in told.content
    assert client.get("/accounts/saml/kombit/sls/").status_code == 404
    for path in ("login/", "metadata/", "acs/finish/"):
        assert client.get(f"/accounts/saml/nobody/{path}").status_code == 404
    assert client.post("/accounts/saml/nobody/acs/").status_code == 404
    much = {"SAMLResponse": "x" * 300_000}
    assert client.post("/accounts/saml/kombit/acs/", much).status_code == 413
    assert b"Log ind med KOMBIT" in client.get(reverse("account_login")).content


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (
            {**GOOD, "sso_url": "http://idp.example.org"},
            "sso_url must begin with https",
        ),
        ({**GOOD, "secret": "x"}, "no 'secret'"),
        ({"id": "a", "name": "A", "issuer": ISSUER}, "not complete"),
    ],
)
def test_a_setting_that_is_wrong_is_refused(row, complaint):
    """Checklist 33: by name."""
    with pytest.raises(NotUnderstood, match=complaint):
        providers(row)
