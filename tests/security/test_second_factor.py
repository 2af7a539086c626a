"""Whose role asks for two steps at login reaches nothing by one of them."""

import importlib
import re
import time
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import clear_url_caches, reverse

import config.urls
from config.validation import ADMINISTRATOR, ROLES
from rollout.models import Role
from tests.api.conftest import Caller
from tests.factories import NOON, make_member, make_programme, make_user

pytestmark = pytest.mark.django_db

PASSWORD = "a long and good password"  # of people made up here
ENROL, SHOW = reverse("mfa_index"), reverse("mfa_reauthenticate")


@pytest.fixture(autouse=True)
def clock(settings):
    settings.SECOND_FACTOR_FOR = ["manager", ADMINISTRATOR]
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def code_of(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def log_in(client, person, way="password"):
    """Log in by the first step, and return where that leads."""
    if way == "code":
        client.post(reverse("account_request_login_code"), {"email": person.email})
        code = re.search(r"^[A-Z0-9-]{6,}$", mail.outbox[-1].body, re.MULTILINE)[0]
        answer = client.post(reverse("account_confirm_login_code"), {"code": code})
    else:
        answer = client.post(
            reverse("account_login"), {"login": person.email, "password": PASSWORD}
        )
    return answer.headers.get("Location")


@pytest.fixture
def enrol(transactional_db):
    """Set the app up, as a person whose mailbox opened the door does."""

    def set_up(client):
        page = client.get(reverse("mfa_activate_totp"))
        secret = page.context["form"].secret
        client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
        return secret

    return set_up


@pytest.mark.parametrize("way", ["password", "code"])
def test_who_needs_a_second_factor_and_has_none_reaches_nothing_else(client, way):
    """Checklist 35: whatever the first step was, pages and admin stay shut."""
    person = make_member(make_programme(), is_staff=True, is_superuser=True)
    if way == "password":
        person.set_password(PASSWORD)
        person.save()
    log_in(client, person, way)

    for path in ("/", "/profile/", "/settings/members/", "/admin/", "/api/v1/docs/"):
        assert client.get(path).headers["Location"] == ENROL
    assert client.post("/profile/", {"language": "en"}).headers["Location"] == ENROL
    part = client.get(reverse("notifications:engine"), headers={"HX-Request": "true"})
    assert part.headers["HX-Redirect"] == ENROL
    page = client.get(ENROL)
    assert page.status_code == 200
    assert b'id="site-menu"' not in page.content


def test_one_that_is_set_up_is_asked_for_at_the_next_login(client, clock, enrol):
    """Checklist 35: an app with codes; a code works once."""
    person = make_member(make_programme())
    log_in(client, person, "code")

    secret = enrol(client)

    assert client.get("/profile/").status_code == 200
    again = Client()
    assert log_in(again, person, "code") == reverse("mfa_authenticate")
    assert again.get("/profile/").status_code == 302
    again.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert again.get("/profile/").status_code == 302
    clock.shift(timedelta(minutes=2))
    code = code_of(secret)
    again.post(reverse("mfa_authenticate"), {"code": code})
    assert again.get("/profile/").status_code == 200
    replay = Client()
    log_in(replay, person, "code")
    replay.post(reverse("mfa_authenticate"), {"code": code})
    assert replay.get("/profile/").status_code == 302


def test_an_emergency_code_opens_once(client, enrol):
    """Checklist 35: who has lost the telephone gets in."""
    person = make_member(make_programme())
    log_in(client, person, "code")
    enrol(client)
    page = client.get(reverse("mfa_view_recovery_codes"))
    code = page.context["unused_codes"][0]

    opened = []
    for _ in range(2):
        other = Client()
        log_in(other, person, "code")
        other.post(reverse("mfa_authenticate"), {"code": code})
        opened.append(other.get("/profile/").status_code)

    assert opened == [200, 302]


def test_a_login_that_never_showed_the_factor_shows_it_first(client, clock, enrol):
    """Checklist 35: no way in goes round it, whichever it was."""
    person = make_member(make_programme())
    log_in(client, person, "code")
    secret = enrol(client)
    clock.shift(timedelta(minutes=2))
    other = Client()
    other.force_login(person, backend="django.contrib.auth.backends.ModelBackend")

    assert other.get("/profile/").headers["Location"] == f"{SHOW}?next=%2Fprofile%2F"
    answer = other.post(SHOW, {"code": code_of(secret), "next": "/profile/"})

    assert answer.headers["Location"] == "/profile/"
    assert other.get("/profile/").status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "mfa_deactivate_totp",
        "mfa_index",
        "mfa_add_webauthn",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
    ],
)
def test_who_never_showed_the_factor_can_neither_remove_nor_replace_it(
    client, enrol, name
):
    """Checklist 35: a mailbox alone does not take the second step away."""
    person = make_member(make_programme())
    log_in(client, person, "code")
    enrol(client)
    other = Client()
    other.force_login(person, backend="django.contrib.auth.backends.ModelBackend")

    removed = other.post(reverse(name))
    looked_at = other.get(reverse(name))

    assert removed.headers["Location"] == SHOW
    assert looked_at.headers["Location"].startswith(SHOW)
    kinds = set(Authenticator.objects.values_list("type", flat=True))
    assert kinds == {"totp", "recovery_codes"}


def test_who_removes_the_last_factor_must_set_one_up_again(client, clock, enrol):
    """Checklist 35: emergency codes alone are no second factor."""
    person = make_member(make_programme())
    log_in(client, person, "code")
    secret = enrol(client)
    clock.shift(timedelta(minutes=2))
    client.post(SHOW, {"code": code_of(secret), "next": "/"})

    client.post(reverse("mfa_deactivate_totp"))

    assert not Authenticator.objects.filter(type="totp").exists()
    assert client.get("/profile/").headers["Location"] == ENROL


def test_others_and_programs_are_not_asked():
    """Checklist 35: the policy is by role; tokens are a matter of their own."""
    programme = make_programme()
    helper, manager = make_member(programme, Role.OBSERVER), make_member(programme)
    client = Client()
    client.force_login(helper, backend="django.contrib.auth.backends.ModelBackend")

    assert client.get("/profile/").status_code == 200
    assert Caller(manager).ask("status/").status_code == 200


def test_the_database_holds_no_secret_in_the_clear(client, enrol, settings):
    """Checklist 34 and 35: and a lost key opens nothing."""
    person = make_member(make_programme())
    log_in(client, person, "code")

    secret = enrol(client)

    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    factor = Authenticator.objects.get(type="totp").wrap()
    assert factor.validate_code(code_of(secret))
    dump = client.get(reverse("rollout:dossier"))
    assert dump.status_code == 200
    assert b"gAAAA" not in dump.content
    settings.SECRET_KEY = "another key " * 5
    assert not factor.validate_code(code_of(secret))


def test_the_admin_asks_for_more_than_a_password(client):
    """Checklist 35: its own login would take a password alone."""
    staff = make_user(is_staff=True, is_superuser=True)
    staff.set_password(PASSWORD)
    staff.save()

    answer = client.post(
        "/admin/login/", {"username": staff.email, "password": PASSWORD}
    )

    assert answer.headers["Location"].startswith(reverse("account_login"))
    assert "_auth_user_id" not in client.session


def test_a_setting_turns_the_admin_off(client, settings):
    """Checklist 35: then the address does not exist."""
    settings.ADMIN_ENABLED = False
    importlib.reload(config.urls)
    clear_url_caches()
    try:
        answer = client.get("/admin/")
    finally:
        settings.ADMIN_ENABLED = True
        importlib.reload(config.urls)
        clear_url_caches()

    assert answer.status_code == 404


def test_the_policy_knows_every_role():
    assert set(ROLES) == {*Role.values, ADMINISTRATOR}


def test_an_administrator_removes_a_lost_factor_unseen(client, enrol, settings):
    """Checklist 35: who lost everything sets it up anew."""
    settings.SECOND_FACTOR_FOR = []
    person = make_member(make_programme())
    log_in(client, person, "code")
    enrol(client)
    factor = Authenticator.objects.get(type="totp")
    staff = make_user(is_staff=True, is_superuser=True)
    desk = Client()
    desk.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")

    page = desk.get(f"/admin/mfa/authenticator/{factor.pk}/change/")
    desk.post(f"/admin/mfa/authenticator/{factor.pk}/delete/", {"post": "yes"})

    assert page.status_code == 200
    assert factor.data["secret"].encode() not in page.content
    assert not Authenticator.objects.filter(pk=factor.pk).exists()


def test_a_command_removes_it_where_no_administrator_can(client, enrol):
    """Checklist 35: the way out when the only administrator lost everything."""
    person = make_member(make_programme())
    log_in(client, person, "code")
    enrol(client)

    call_command("second_factor", "remove", person.email.upper(), stdout=StringIO())

    assert not Authenticator.objects.exists()
    with pytest.raises(CommandError, match="Nobody has"):
        call_command("second_factor", "remove", "nobody@example.org")
