"""`docs/mails/` shows every mail as it reads today; `make mails` writes it anew."""

import os

import pytest

from notifications.models import MessageKind
from tests.notifications.mails import FOLDER, every_mail

pytestmark = pytest.mark.django_db


def test_every_kind_of_mail_is_documented_as_it_goes_out(settings):
    settings.BASE_URL = "https://rollout.example.org"
    settings.DEFAULT_FROM_EMAIL = "helhedsplan@example.org"
    mails = list(every_mail())
    files = {path: text for mail in mails for path, text in mail.files().items()}
    if os.environ.get("REWRITE_MAILS"):
        FOLDER.mkdir(parents=True, exist_ok=True)
        for path, text in files.items():
            path.write_text(text, encoding="utf-8")

    stale = [
        path.name
        for path, text in files.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    there = {path for path in FOLDER.glob("*.*") if path.suffix in {".txt", ".html"}}
    shown = {(mail.name, mail.language) for mail in mails}

    assert not stale, f"run `make mails`: {stale}"
    assert there == set(files)
    kinds = [*MessageKind.values, "login_code", "new_password"]
    assert shown >= {(kind, language) for kind in kinds for language in ("da", "en")}
