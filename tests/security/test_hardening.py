"""Small doors of which each was left open somewhere else once."""

import ast
import inspect
import re
from re import _constants, _parser

import pytest
from celery import current_app
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from config import uploads
from tests.environment import ROOT
from tests.factories import make_member, make_programme

PASSWORD = "a long and good password"  # of people made up here
FOREIGN = (
    *("//evil.example.com", "/\\evil.example.com", "https:evil.example.com"),
    *("https://evil.example.com/", "/%0d%0aLocation: //evil", "javascript:alert(1)"),
)


@pytest.mark.django_db
def test_nobody_is_sent_to_another_site(client):
    """Checklist 12: after login, after logout and after choosing a language."""
    person = make_member(make_programme(), password=PASSWORD)
    said = []

    for address in FOREIGN:
        form = {"login": person.email, "password": PASSWORD, "next": address}
        said.append(Client().post(reverse("account_login"), form)["Location"])
        client.force_login(person)
        said.append(
            client.post("/language/", {"language": "en", "next": address})["Location"]
        )
        said.append(client.post("/accounts/logout/", {"next": address})["Location"])

    for one in said:
        assert re.match(r"/(?![/\\])", one), one
        assert "\n" not in one, one


@pytest.mark.django_db
def test_guessing_one_password_locks_out_nobody_else():
    """Checklist 28: a whole town hall behind one address goes on working."""
    victim = make_member(make_programme(), password=PASSWORD)
    neighbour = make_member(make_programme(), password=PASSWORD)
    form = {"login": victim.email, "password": "wrong"}

    for _ in range(7):
        Client().post(reverse("account_login"), form)
    locked = Client().post(reverse("account_login"), form | {"password": PASSWORD})
    other = Client().post(
        reverse("account_login"), {"login": neighbour.email, "password": PASSWORD}
    )

    assert locked.status_code == 200
    assert other.status_code == 302


@pytest.mark.django_db
def test_a_static_file_says_what_a_browser_may_do_with_it(client):
    """Checklist 32: not only pages carry the headers."""
    answer = client.get("/static/css/rollout.css")
    answer.getvalue()
    answer.close()

    headers = answer.headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
def test_an_upload_that_is_too_large_is_refused_before_it_is_read(client, monkeypatch):
    """Checklist 20: the size is looked at before the content."""
    monkeypatch.setattr(uploads, "LARGEST_UPLOAD", 1000)
    programme = make_programme()
    client.force_login(make_member(programme))
    file = SimpleUploadedFile("plan.yaml", b"x" * 2000)

    answer = client.post(f"/plan/file/{programme.pk}/upload/", {"file": file})

    assert answer.status_code in {400, 413}
    assert "må den højst fylde 10 MB" in answer.content.decode()
    assert "nothing was saved" in answer.content.decode()


@pytest.mark.django_db
def test_who_finds_a_hole_finds_whom_to_tell(client, settings):
    """RFC 9116, where the installation names somebody."""
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.SECURITY_CONTACT = "mailto:sikkerhed@example.org"

    text = client.get("/.well-known/security.txt").content.decode()

    assert "Contact: mailto:sikkerhed@example.org" in text
    assert "Expires: 20" in text


def test_no_task_takes_orders_from_a_message():
    """Checklist 42: a forged message can only make us look again."""
    current_app.loader.import_default_modules()
    own = {
        name: task
        for name, task in current_app.tasks.items()
        if not name.startswith("celery.")
    }

    assert current_app.conf.accept_content == ["json"]
    assert {name.split(".")[0] for name in own} == {
        "config",
        "notifications",
        "rollout",
    }
    for name, task in own.items():
        assert not inspect.signature(task.run).parameters, name


@pytest.mark.django_db
def test_a_login_that_fails_is_in_the_log_and_nothing_that_was_typed(caplog):
    """Checklist 43: password, code and second step; one that succeeds is not."""
    person = make_member(make_programme(), password=PASSWORD)
    form = {"login": person.email, "password": "Never to be logged"}
    client = Client()

    client.post(reverse("account_login"), form)
    client.post(reverse("account_request_login_code"), {"email": person.email})
    client.post(reverse("account_confirm_login_code"), {"code": "NEVER-LOGGED"})
    client.post(reverse("account_login"), form | {"password": PASSWORD})

    refused = [one.msg for one in caplog.records if "login refused" in str(one.msg)]
    assert [one["door"] for one in refused] == [
        "account_login",
        "account_confirm_login_code",
    ]
    assert not re.search("never|@", caplog.text, re.IGNORECASE)


@pytest.mark.django_db
@pytest.mark.parametrize("is_known", [True, False])
def test_the_last_of_too_many_codes_is_in_the_log_as_well(caplog, is_known):
    """Checklist 43: it is answered with the way back, and not with the form."""
    person = make_member(make_programme(), password=PASSWORD)
    address = person.email if is_known else "nobody@example.org"
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": address})

    answers = [
        client.post(reverse("account_confirm_login_code"), {"code": "WRONG"})
        for _attempt in range(3)
    ]

    refused = [one.msg for one in caplog.records if "login refused" in str(one.msg)]
    assert [one.status_code for one in answers] == [200, 200, 302]
    assert len(refused) == len(answers)


def unbounded(parsed, within=0):
    """Return how deep repetitions without an end stand in one another."""
    deepest = within
    for operation, argument in parsed:
        is_endless = operation in REPEATS and argument[1] == _constants.MAXREPEAT
        for part in parts_of(argument):
            deepest = max(deepest, unbounded(part, within + is_endless))
    return deepest


def parts_of(argument):
    """Yield the expressions within the argument of an operation, however deep."""
    if isinstance(argument, _parser.SubPattern):
        yield argument
    elif isinstance(argument, tuple | list):
        for one in argument:
            yield from parts_of(one)


REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT)


def expressions():
    """Yield each regular expression that our code holds as a text, by its place."""
    for package in ("config", "workflows", "rollout", "notifications"):
        for file in sorted((ROOT / package).rglob("*.py")):
            for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if not isinstance(call, ast.Call) or not call.args:
                    continue
                pattern, asked = call.args[0], ast.unparse(call.func)
                is_text = isinstance(pattern, ast.Constant)
                if is_text and re.match(r"re\.|RegexValidator|re_path", asked):
                    yield f"{file.relative_to(ROOT)}:{call.lineno}", pattern.value


def test_no_expression_of_ours_takes_long_on_any_text():
    """Checklist 38: no repetition without an end stands within another."""
    found = dict(expressions())

    assert len(found) > 30
    assert unbounded(_parser.parse("(a+)+")) == 2
    assert {
        place: pattern
        for place, pattern in found.items()
        if unbounded(_parser.parse(pattern)) > 1
    } == {}
