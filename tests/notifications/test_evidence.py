"""A file can come with “it is finished”: only some kinds, and only for some eyes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from config.uploads import LARGEST_UPLOAD
from notifications import evidence, links
from notifications.models import Answer
from rollout.models import Milestone, Role
from rollout.services import Invalid
from tests.factories import make_member, make_programme

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)
PDF = b"%PDF-1.7\n" + b"x" * 100


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def upload(content=PDF, name="Aftale med skolen.pdf", type_="application/pdf"):
    return SimpleUploadedFile(name, content, type_)


def answer(client, asked, to, **data):
    token = links.issue(asked, to=to, message=None, at=MORNING)
    opened = client.get(reverse("notifications:open_link", args=[token]))
    return client.post(opened.url, {"choice": "done"} | data, follow=True)


def fetch(client, user):
    client.force_login(user)
    return client.get(f"/answers/files/{Answer.objects.get().pk}/")


# --- it comes in ----------------------------------------------------------------------


def test_the_file_is_kept_under_a_name_of_our_own(client, milestone, contact, media):
    html = answer(client, milestone, contact, file=upload()).content.decode()

    given = Answer.objects.get()
    assert "Med filen “Aftale med skolen.pdf”." in html
    assert re.fullmatch(r"answers/[0-9a-f]{32}\.pdf", given.file.name)
    assert (media / given.file.name).read_bytes() == PDF


def test_the_milestone_points_to_it(client, milestone, contact):
    answer(client, milestone, contact, file=upload())

    milestone.refresh_from_db()
    assert milestone.state == "done"
    assert milestone.evidence_url.endswith(f"/answers/files/{Answer.objects.get().pk}/")


def test_a_link_that_is_there_stays(client, milestone, contact):
    Milestone.objects.filter(pk=milestone.pk).update(
        evidence_url="https://example.org/referat"
    )

    answer(client, milestone, contact, file=upload())

    milestone.refresh_from_db()
    assert milestone.evidence_url == "https://example.org/referat"


def test_undoing_takes_the_link_away(client, milestone, contact):
    page = answer(client, milestone, contact, file=upload())

    client.post(page.redirect_chain[-1][0], {"undo": "on"})

    milestone.refresh_from_db()
    assert (milestone.state, milestone.evidence_url) == ("open", "")


def test_a_file_with_another_answer_is_ignored(client, milestone, contact, media):
    answer(
        *(client, milestone, contact),
        choice="not_relevant",
        note="Aflyst",
        file=upload(),
    )

    assert Answer.objects.get().file.name == ""
    assert list(media.rglob("*.*")) == []


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("side.html", b"<script>alert(1)</script>", "Filer af den slags"),
        ("billede.svg", b"<svg onload=alert(1)>", "Filer af den slags"),
        ("program.exe", b"MZ", "Filer af den slags"),
        ("uden endelse", PDF, "Filer af den slags"),
        ("side.pdf", b"<html><script>", "Filen er ikke det"),
        ("arkiv.docx", PDF, "Filen er ikke det"),
        ("tom.pdf", b"", ""),
    ],
)
def test_what_may_not_come_in_changes_nothing(
    client,
    milestone,
    contact,
    media,
    name,
    content,
    why,
):
    html = answer(client, milestone, contact, file=upload(content, name))

    milestone.refresh_from_db()
    assert why in html.content.decode()
    assert milestone.state == "open"
    assert not Answer.objects.exists()
    assert list(media.rglob("*.*")) == []


def test_a_file_that_is_too_large_is_refused():
    with pytest.raises(Invalid, match="10 MB"):
        evidence.check(upload(PDF + b"x" * evidence.LARGEST))


def test_far_too_large_a_request_is_not_even_read(client, milestone, contact):
    response = answer(
        *(client, milestone, contact), file=upload(PDF + b"x" * LARGEST_UPLOAD)
    )

    assert response.status_code in {400, 413}
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\temp\\aftale.pdf", "aftale.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie: x.pdf"),
        ("\u202efdp.pdf", "fdp.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_name_is_kept_for_display_alone(given, kept):
    file = upload()
    file._name = given

    assert evidence.name_of(file) == kept
    assert re.fullmatch(r"[0-9a-f]{32}\.pdf", evidence.own_name(file))


# --- it goes out ----------------------------------------------------------------------


def test_who_may_see_the_activity_saves_it(client, milestone, contact):
    answer(client, milestone, contact, file=upload())

    response = fetch(client, make_member(milestone.programme))

    assert response.content == PDF
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"] == (
        'attachment; filename="Aftale med skolen.pdf"'
    )


def test_others_find_nothing(client, milestone, contact):
    answer(client, milestone, contact, file=upload())

    outsider = make_member(milestone.programme, Role.PARTNER)
    for user in (outsider, make_member(make_programme())):
        assert fetch(client, user).status_code == 404
    client.logout()
    assert client.get("/answers/files/1/").status_code == 302


def test_a_file_that_was_lost_is_not_found(client, milestone, contact, media):
    answer(client, milestone, contact, file=upload())
    Path(media / Answer.objects.get().file.name).unlink()

    assert fetch(client, make_member(milestone.programme)).status_code == 404


def test_an_answer_without_a_file_has_none(client, milestone, contact):
    answer(client, milestone, contact)

    assert fetch(client, make_member(milestone.programme)).status_code == 404
