"""Reports of the mail provider: only with the secret, once, and about its own mail."""

import base64
import json

import pytest
import time_machine

from notifications import outbox, providers, return_path
from notifications.models import Bounce, SuppressedAddress
from tests.factories import make_user
from tests.notifications.factories import at, make_message

SECRET = "rollout:0123456789abcdefghij"
NOW = at("2026-04-08", 9)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def choose(settings):
    def choose(provider):
        settings.MAIL_PROVIDER = provider
        settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}

    return choose


@pytest.fixture
def message(choose):
    choose("postmark")
    return make_message(to_address="borte@example.org")


def report(client, event, *, secret=SECRET):
    login = base64.b64encode(secret.encode()).decode()
    return client.post(
        "/mail-events/",
        data=event if isinstance(event, str) else json.dumps(event),
        content_type="application/json",
        headers={"Authorization": f"Basic {login}"},
    )


def postmark(message, **fields):
    return {
        "RecordType": "Bounce",
        "ID": 42,
        "Type": "HardBounce",
        "Email": message.to_address,
        "BouncedAt": "2026-04-08T06:00:00Z",
        "Details": "smtp;550 5.1.1 The email account does not exist.",
        "Metadata": {"rollout": return_path.mark_of(message)},
    } | fields


def brevo(message, **fields):
    return {
        "event": "hard_bounce",
        "email": message.to_address,
        "ts_epoch": 1775628000000,
        "reason": "550 5.1.1 unknown",
        "X-Mailin-custom": json.dumps({"rollout": return_path.mark_of(message)}),
    } | fields


def mailjet(message, **fields):
    return {
        "event": "bounce",
        "email": message.to_address,
        "time": 1775628000,
        "hard_bounce": True,
        "error": "user unknown",
        "Payload": json.dumps({"rollout": return_path.mark_of(message)}),
    } | fields


SAYS = {"postmark": postmark, "brevo": brevo, "mailjet": mailjet}


def silenced():
    return list(SuppressedAddress.objects.values_list("address", flat=True))


@pytest.mark.parametrize("provider", SAYS)
def test_a_hard_bounce_silences_the_address(client, choose, provider):
    choose(provider)
    message = make_message(to_address="borte@example.org")

    response = report(client, SAYS[provider](message))

    assert response.status_code == 200
    assert silenced() == ["borte@example.org"]
    assert Bounce.objects.get().at == at("2026-04-08", 8)


@pytest.mark.parametrize(
    ("provider", "fields"),
    [
        ("postmark", {"Type": "SoftBounce", "Details": "smtp;452 4.2.2 full"}),
        ("brevo", {"event": "soft_bounce", "reason": "452 4.2.2 full"}),
        ("mailjet", {"hard_bounce": False, "error": "quota exceeded"}),
    ],
)
def test_a_soft_bounce_is_only_counted(client, choose, provider, fields):
    choose(provider)
    message = make_message()

    report(client, SAYS[provider](message, **fields))

    assert Bounce.objects.get().kind == "soft"
    assert silenced() == []


def test_a_complaint_silences_the_address(client, message):
    report(
        client,
        postmark(message, RecordType="SpamComplaint", Type="SpamComplaint"),
    )

    assert Bounce.objects.get().kind == "complaint"
    assert silenced() == ["borte@example.org"]


@pytest.mark.parametrize("kind", ["Delivery", "Open", "Click"])
def test_what_did_not_come_back_does_nothing(client, message, kind):
    response = report(client, postmark(message, RecordType=kind))

    assert response.status_code == 200
    assert not Bounce.objects.exists()


def test_the_same_report_again_and_in_another_order_has_one_effect(client, message):
    events = [postmark(message), postmark(message, RecordType="Delivery", ID=41)]

    for event in [*events, *reversed(events)]:
        report(client, event)

    assert Bounce.objects.count() == 1
    assert silenced() == ["borte@example.org"]


@pytest.mark.parametrize(
    "secret", ["", "rollout:", "rollout:0123456789abcdefghik", "other:x"]
)
def test_without_the_secret_nothing_is_believed(client, message, secret):
    response = report(client, postmark(message), secret=secret)

    assert response.status_code == 403
    assert not Bounce.objects.exists()


def test_a_report_cannot_silence_an_address_that_the_mail_did_not_go_to(
    client, message
):
    victim = make_user(email="offer@example.org")

    response = report(client, postmark(message, Email=victim.email))

    assert response.status_code == 200
    assert silenced() == []


@pytest.mark.parametrize("mark", ["", "1.00000000000000000000", "x", None])
def test_a_report_without_a_mark_of_ours_is_none_of_ours(client, message, mark):
    report(client, postmark(message, Metadata={"rollout": mark}))

    assert silenced() == []


@pytest.mark.parametrize("body", ["", "[]", "null", '"text"', "{", '{"Metadata": 1}'])
def test_what_cannot_be_understood_is_refused_and_breaks_nothing(client, message, body):
    response = report(client, body)

    assert response.status_code in {200, 400}
    assert not Bounce.objects.exists()


def test_without_a_provider_there_is_no_such_address(client, settings):
    settings.MAIL_PROVIDER = ""

    assert client.post("/mail-events/").status_code == 404
    assert client.get("/mail-events/").status_code == 405


@pytest.mark.parametrize("provider", SAYS)
def test_a_mail_carries_its_mark_as_the_provider_wants_it(choose, provider):
    choose(provider)
    message = make_message()

    [(name, value)] = providers.headers(message).items()

    assert name == providers.PROVIDERS[provider].header
    assert return_path.mark_of(message) in value


@pytest.mark.django_db(transaction=True)
def test_the_mark_leaves_with_the_mail(choose, sink):
    choose("postmark")
    message = make_message(now=NOW)

    outbox.deliver(now=NOW)

    [mail] = sink.received
    assert mail.message["X-PM-Metadata-rollout"] == return_path.mark_of(message)
