"""Signatures that a receiver who uses somebody else's library can verify."""

from __future__ import annotations

import time

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from notifications import signing

BODY = '{"type":"activities.updated","text":"æøå"}'


def signed(*salts, body=BODY):
    return signing.headers(
        "evt_1", body.encode(), salts=salts, timestamp=int(time.time())
    )


def test_the_schemes_own_library_accepts_a_signature():
    salt = signing.new_salt()

    told = Webhook(signing.secret_of(salt)).verify(BODY, signed(salt))

    assert told["text"] == "æøå"


def test_both_keys_fit_while_one_is_exchanged():
    old, new = signing.new_salt(), signing.new_salt()

    for salt in (old, new):
        Webhook(signing.secret_of(salt)).verify(BODY, signed(new, old))


def test_another_key_or_another_body_does_not_fit():
    salt, other = signing.new_salt(), signing.new_salt()

    with pytest.raises(WebhookVerificationError):
        Webhook(signing.secret_of(other)).verify(BODY, signed(salt))
    with pytest.raises(WebhookVerificationError):
        Webhook(signing.secret_of(salt)).verify(BODY + " ", signed(salt))


def test_a_key_follows_from_the_installations_secret_and_the_salt(settings):
    salt = signing.new_salt()
    before = signing.secret_of(salt)

    settings.SECRET_KEY = "another" * 10

    assert signing.secret_of(salt) != before
    assert salt not in before
