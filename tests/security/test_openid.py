"""Logging in at a provider: a real one in a process of its own, honest and not."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.mfa.totp.internal import auth as totp
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client
from django.urls import reverse

from config.openid.reading import NotUnderstood, OpenIdProvider, read_providers
from config.security import policy
from config.validation import ADMINISTRATOR
from rollout import services
from rollout.models import Change, Membership, Role, SettingChange, User
from tests.environment import ROOT
from tests.factories import NOON, make_member, make_partner, make_programme, make_user
from tests.rollout.test_web_overview import text_of

pytestmark = pytest.mark.django_db

SUBJECT = {"sub": "7f3e", "name": "Mette Eksempel", "email": "mette@example.org"}


@pytest.fixture(scope="module")
def address():
    """Run the provider, and return its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.openid_provider"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    process.kill()
    process.wait()
    process.stdout.close()


def openid_providers(rows):
    return read_providers(json.dumps(rows), OpenIdProvider)


class Employer:
    """The provider as the settings name it, and whoever sits at it."""

    def __init__(self, address, settings):
        self.address, self.settings = address, settings
        self.configure()

    def configure(self, **more):
        """Enter it in the settings."""
        text = {
            "id": "kommune",
            "name": "Eksempel Kommune",
            "issuer": self.address,
            "client_id": "rollout",
            "secret": "known to both",
            "email_domains": ["example.org"],
            **more,
        }
        self.settings.LOGIN_PROVIDERS = openid_providers([text])

    def answer(self, client, *, process="login", **answer):
        """Log in at it, and return what our site says to its answer."""
        requests.post(f"{self.address}/next", json=answer, timeout=9).close()
        start = client.post(
            reverse("openid_connect_login", args=["kommune"]), {"process": process}
        )
        if start.status_code != 302:
            return start
        return client.get(self.follow(start))

    def follow(self, start):
        """Let the browser go there, and return where it is sent back to."""
        with requests.get(
            start.headers["Location"], allow_redirects=False, timeout=9
        ) as there:
            assert there.status_code == 302, there.text
            back = urlsplit(there.headers["Location"])
        return f"{back.path}?{back.query}"


@pytest.fixture
def employer(address, settings):
    return Employer(address, settings)


def is_in(client):
    return client.get("/profile/").status_code == 200


def test_somebody_new_gets_in_and_may_do_nothing(client, employer):
    """Checklist 29: entered on the spot, known by (issuer, subject), no rights."""
    answer = employer.answer(client, claims=SUBJECT)

    assert answer.status_code == 302
    assert is_in(client)
    person = User.objects.get(email="mette@example.org")
    assert person.name == "Mette Eksempel"
    assert not person.has_usable_password()
    assert not person.memberships.exists()
    account = SocialAccount.objects.get(user=person)
    assert account.uid == f"{employer.address} 7f3e"
    assert account.extra_data == {}


def test_the_question_cannot_be_answered_twice_or_elsewhere(client, employer):
    """Checklist 29: state, nonce and PKCE of its own for each login."""
    login = reverse("openid_connect_login", args=["kommune"])
    start = client.post(f"{login}?scope=offline_access&auth_params=nonce%3Dknown")
    asked = parse_qs(urlsplit(start.headers["Location"]).query)
    back = employer.follow(start)

    assert Client().get(back).status_code == 401
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["nonce"][0]) >= 32
    assert "offline_access" not in asked["scope"][0]
    assert client.get(login).status_code == 200
    wrong = back.replace("state=", "state=x")
    assert client.get(wrong).status_code == 401
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "answer",
    [
        {"claims": {**SUBJECT, "nonce": "of another login"}},
        {"claims": {**SUBJECT, "nonce": None}},
        {"claims": {**SUBJECT, "iss": "https://elsewhere.example.org"}},
        {"claims": {**SUBJECT, "aud": "another"}},
        {"claims": {**SUBJECT, "aud": ["rollout", "another"], "azp": "another"}},
        {"claims": {**SUBJECT, "exp": 1}},
        {"claims": {**SUBJECT, "sub": ""}},
        {"claims": SUBJECT, "forged": True},
        {"claims": SUBJECT, "unsigned": True},
        {"claims": SUBJECT, "issuer": "https://elsewhere.example.org"},
    ],
    ids=lambda answer: str(answer)[-60:],
)
def test_what_cannot_be_trusted_lets_nobody_in(client, employer, answer):
    """Checklist 29: nonce, issuer, audience, time and signature are checked."""
    said = employer.answer(client, **answer)

    assert said.status_code == 401
    assert not is_in(client)
    assert not User.objects.exists()


def test_a_provider_that_does_not_answer_is_no_defect_of_ours(client, employer):
    employer.configure(issuer="http://127.0.0.1:9")

    answer = client.post(reverse("openid_connect_login", args=["kommune"]))

    assert answer.status_code == 401
    assert client.post("/accounts/oidc/other/login/").status_code == 404


@pytest.mark.parametrize("verified", [False, True])
def test_an_address_alone_opens_nobodys_account(client, employer, verified):
    """Checklist 29: whatever a provider says of an address it does not vouch for."""
    employer.configure(email_domains=[])
    make_user(email="Mette@example.org")

    answer = employer.answer(client, claims={**SUBJECT, "email_verified": verified})

    assert answer.status_code == 403
    assert not is_in(client)
    assert not SocialAccount.objects.exists()


def test_nobody_waits_under_an_address_for_the_roles_of_whom_it_belongs_to(
    client, employer
):
    """Checklist 29: nor learns from the refusal whether the address is known."""
    employer.configure(email_domains=["kommune.example.org"])
    claims = {**SUBJECT, "email_verified": True}

    unknown = employer.answer(client, claims=claims)
    assert not User.objects.exists()
    make_user(email=SUBJECT["email"])
    known = employer.answer(client, claims=claims)

    assert unknown.status_code == known.status_code == 403
    assert text_of(unknown) == text_of(known)
    assert not is_in(client)
    assert not SocialAccount.objects.exists()


def test_an_employer_vouches_for_its_own_domain_only(client, employer):
    """Checklist 29: then who was entered before is the same person."""
    employer.configure(email_domains=["example.org"])
    person = make_user(email="mette@example.org")
    make_user(email="other@elsewhere.example.net")

    foreign = employer.answer(
        client, claims={**SUBJECT, "sub": "8", "email": "other@elsewhere.example.net"}
    )
    employer.answer(client, claims=SUBJECT)

    assert foreign.status_code == 403
    assert is_in(client)
    assert SocialAccount.objects.get().user == person


def test_who_is_known_connects_and_then_logs_in_there_alone(client, employer):
    """Checklist 29: afterwards neither code nor password opens the account."""
    person = make_user(email="mette@example.org")
    person.set_password("a long and good password")
    person.save()
    sign_in = {"login": person.email, "password": "a long and good password"}
    client.post(reverse("account_login"), sign_in)

    employer.answer(client, process="connect", claims={**SUBJECT, "email": "x@y.dk"})

    assert b"Forbundet" in client.get(reverse("socialaccount_connections")).content
    assert SocialAccount.objects.get().user == person
    other = Client()
    refused = other.post(reverse("account_login"), sign_in)
    assert refused.status_code == 403
    other.post(reverse("account_request_login_code"), {"email": person.email})
    code = next(w for w in mail.outbox[-1].body.split() if w.isupper() and "-" in w)
    refused = other.post(reverse("account_confirm_login_code"), {"code": code})
    assert refused.status_code == 403
    assert not is_in(other)
    employer.answer(other, claims=SUBJECT)
    assert is_in(other)


def test_who_was_away_for_long_shows_again_who_it_is_before_connecting(
    client, employer
):
    """Checklist 29: a screen left open opens no new way into an account."""
    person = make_user(email="mette@example.org")
    person.set_password("a long and good password")
    person.save()
    sign_in = {"login": person.email, "password": "a long and good password"}
    client.post(reverse("account_login"), sign_in)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 24 * 3600
    session.save()

    answer = employer.answer(client, process="connect", claims=SUBJECT)

    assert answer.headers["Location"] == reverse("account_reauthenticate")
    assert not SocialAccount.objects.exists()
    client.post(reverse("account_reauthenticate"), {"password": sign_in["password"]})
    assert SocialAccount.objects.get().user == person


def test_a_changed_address_is_still_the_same_person(client, employer):
    """Checklist 29: and takes nobody else's address over."""
    employer.answer(client, claims=SUBJECT)
    make_user(email="boss@example.org")

    employer.answer(Client(), claims={**SUBJECT, "email": "boss@example.org"})

    assert User.objects.count() == 2
    assert SocialAccount.objects.get().user.email == "mette@example.org"


def test_roles_follow_the_claims_and_never_exceed_the_mapping(client, employer):
    """Checklist 29: given, changed and taken away; a manager's own word stays."""
    first, second = make_programme(code="first"), make_programme(code="second")
    school = make_partner(programme=first, code="school")
    employer.configure(
        roles=[
            rule("teachers", "first", "partner", partner="school"),
            rule("leaders", "first", "manager"),
            rule("leaders", "second", "observer"),
            rule("lost", "second", "partner", partner="nobody"),
        ]
    )

    def roles_with(*groups):
        other = Client()
        employer.answer(other, claims={**SUBJECT, "groups": list(groups)})
        assert is_in(other)
        held = Membership.objects.filter(user__email="mette@example.org")
        return {(one.programme.code, one.role) for one in held}

    assert roles_with("teachers", "manager", "first") == {("first", "partner")}
    assert Membership.objects.get().partner == school
    assert roles_with("leaders") == {("first", "manager"), ("second", "observer")}
    assert roles_with("lost") == set()
    person = User.objects.get()
    Membership.objects.create(user=person, programme=second, role=Role.COORDINATOR)
    assert roles_with("leaders") == {("first", "manager"), ("second", "coordinator")}
    assert roles_with() == {("second", "coordinator")}
    assert SettingChange.objects.filter(name="Mette Eksempel").count() == 7
    given = Change.objects.filter(kind="membership", row__from_provider="kommune")
    assert set(given.values_list("by", flat=True)) == {person.pk}


def rule(value, programme, role, **more):
    return {
        "claim": "groups",
        "value": value,
        "programme": programme,
        "role": role,
        **more,
    }


def test_a_providers_second_factor_counts_where_the_settings_say_so(client, employer):
    """Checklist 29 and 35: `amr` is believed of whom we name, and of nobody else."""
    employer.settings.SECOND_FACTOR_FOR = ["manager", ADMINISTRATOR]
    make_programme(code="first")
    leads = {"roles": [rule("leaders", "first", "manager")]}
    claims = {**SUBJECT, "groups": ["leaders"], "amr": ["pwd", "mfa"]}

    employer.configure(**leads)
    employer.answer(client, claims=claims)
    assert client.get("/profile/").headers["Location"] == reverse("mfa_index")

    employer.configure(**leads, second_factor={"amr": ["mfa"]})
    weak, strong = Client(), Client()
    employer.answer(weak, claims={**claims, "amr": ["pwd"]})
    employer.answer(strong, claims=claims)
    assert not is_in(weak)
    assert is_in(strong)


def test_who_has_left_does_not_get_in_and_is_not_entered_anew(client, employer):
    """Checklist 29 and 30: a closed account stays closed, and gets no role."""
    make_programme(code="first")
    employer.configure(roles=[rule("leaders", "first", "manager")])
    employer.answer(client, claims=SUBJECT)
    services.close_account(User.objects.get(), at=NOON)

    employer.answer(client, claims={**SUBJECT, "groups": ["leaders"]})

    assert not is_in(client)
    assert User.objects.count() == 1
    assert not Membership.objects.exists()


def test_logging_out_here_logs_out_there(client, employer):
    """Checklist 30: where the provider says how."""
    employer.answer(client, claims=SUBJECT)

    answer = client.post(reverse("account_logout"))

    assert answer.headers["Location"].startswith(f"{employer.address}/end?client_id=")
    assert not is_in(client)


def test_it_does_so_when_our_own_factor_stood_between(client, employer):
    """Checklist 29 and 30: also where several providers know us by one name."""
    other = {**GOOD, "client_id": "rollout"}
    employer.settings.LOGIN_PROVIDERS += openid_providers([other])
    employer.answer(client, claims=SUBJECT)
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(User.objects.get(), secret)
    code = totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))
    again = Client()

    asked = employer.answer(again, claims=SUBJECT)
    again.post(asked.headers["Location"], {"code": code})

    assert asked.headers["Location"] == reverse("mfa_authenticate")
    assert is_in(again)
    answer = again.post(reverse("account_logout"))
    assert answer.headers["Location"].startswith(f"{employer.address}/end?client_id=")


def test_a_name_from_elsewhere_hides_nothing(client, employer):
    """Checklist 40: marks that nobody sees are left out."""
    employer.answer(
        client, claims={**SUBJECT, "name": "Met\u202ete\u200b\x00 Ek\u0301s"}
    )

    assert User.objects.get().name == "Mette E\u1e31s"


def test_the_mapping_is_shown_to_whom_it_concerns(client, employer):
    """Checklist 29: administrators see all of it, managers their own programme's."""
    employer.configure(
        roles=[rule("leaders", "first", "manager"), rule("all", "second", "observer")]
    )
    seen = []
    for person in (
        make_user(is_staff=True),
        make_member(make_programme(code="first")),
        make_user(),
    ):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(reverse("login_providers"))
        text = page.content.decode()
        seen.append((page.status_code, "= leaders" in text, "= all" in text))

    assert seen == [(200, True, True), (200, True, False), (404, False, False)]
    assert "login.example.org" in policy(["https://login.example.org"])


GOOD = {
    "id": "a",
    "name": "A",
    "issuer": "https://a.example.org",
    "client_id": "c",
    "secret": "s",
}


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ({}, "a list in JSON"),
        ([{"id": "a"}], "not complete"),
        ([{"isuer": "a"}], "no 'isuer'"),
        ([{**GOOD, "issuer": "http://a.example.org"}], "https://"),
        ([GOOD, {**GOOD, "issuer": "https://b.example.org"}], "the same id"),
        ([{**GOOD, "secret": 5}], "must be a text"),
        ([{**GOOD, "roles": [rule("v", "p", "owner")]}], "role must be one of"),
        ([{**GOOD, "roles": [rule("v", "p", "partner")]}], "must name the partner"),
    ],
)
def test_a_setting_that_is_wrong_is_refused(rows, complaint):
    """Checklist 33: a misspelt rule must not give nobody anything, or too much."""
    with pytest.raises(NotUnderstood, match=complaint):
        openid_providers(rows)
