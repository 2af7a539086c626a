"""Who is known here is nobody else's business: the doors answer everybody alike."""

import re

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.signals import request_finished
from django.db import close_old_connections, connection
from django.test import Client, RequestFactory
from django.test.client import ClientHandler
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import make_user

pytestmark = pytest.mark.django_db

PEOPLE = ("by-password@example.org", "by-code@example.org", "nobody@example.org")


class CountingHasher(MD5PasswordHasher):
    """Counts how often the costly work of hashing is done."""

    algorithm = "counted"
    done = 0

    def encode(self, password, salt):
        """Count, and do it."""
        type(self).done += 1
        return super().encode(password, salt)


@pytest.fixture(autouse=True)
def _people(settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.{CountingHasher.__name__}"]
    by_password, by_code, _nobody = PEOPLE
    person = make_user(email=by_password)
    person.set_password("a long and good password")
    person.save()
    make_user(email=by_code)


def answer_to(view, form, email):
    """Return what the door says, without what differs in every answer, and its work."""
    CountingHasher.done = 0
    answer = Client().post(reverse(view), form)
    text = re.sub(
        r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode()
    )
    return (
        answer.status_code,
        answer.headers.get("Location"),
        text.replace(email, ""),
        CountingHasher.done,
    )


@pytest.mark.parametrize(
    ("view", "field", "more"),
    [
        ("account_login", "login", {"password": "a wrong and long password"}),
        ("account_request_login_code", "email", {}),
        ("account_reset_password", "email", {}),
    ],
)
def test_a_door_says_and_does_the_same_for_known_and_unknown(view, field, more):
    """Checklist 26: status, way on, text, and how often a password is hashed."""
    answers = [answer_to(view, {field: email, **more}, email) for email in PEOPLE]

    assert answers[0] == answers[1] == answers[2]


def close(answer):
    """End a request as the server does once the answer has gone out.

    But for the connection, which a test keeps, as Django's own client does it.
    """
    request_finished.disconnect(close_old_connections)
    answer.close()
    request_finished.connect(close_old_connections)


@pytest.mark.parametrize(
    "view", ["account_request_login_code", "account_reset_password"]
)
def test_no_mail_holds_up_the_answer(view):
    """Checklist 26: a slow mail server would tell by the time who is known."""
    handler = ClientHandler(enforce_csrf_checks=False)
    handler.load_middleware()
    before, sent, asked = [], [], []
    for email in PEOPLE:
        with CaptureQueriesContext(connection) as queries:
            request = RequestFactory().post(reverse(view), {"email": email})
            request._dont_enforce_csrf_checks = True
            answer = handler.get_response(request)
        before.append(len(mail.outbox))
        asked.append(len(queries))
        close(answer)
        sent.append(len(mail.outbox))
        mail.outbox = []

    assert (before, sent) == ([0, 0, 0], [1, 1, 0])
    assert asked == [asked[0]] * 3
