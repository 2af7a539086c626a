"""The plan file's page: errors by line, a review like code's, and applied as seen."""

from textwrap import dedent

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from rollout.models import (
    FocusArea,
    Membership,
    PlanUpload,
    Programme,
    Role,
    SettingChange,
    User,
)
from rollout.plans.reader import MAX_BYTES
from tests.factories import NOON, make_focus_area, make_member, make_programme
from tests.rollout.test_web_overview import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def programme():
    return make_programme(code="planen", name="Planen")


@pytest.fixture
def manager(programme):
    return make_member(programme, name="Eksempel Leder", email="leder@example.org")


def plan_text(more="", **changes):
    head = {
        "code": "planen",
        "name": "Planen",
        "municipality": "Ishøj Kommune",
        "starts_on": "2025-11-01",
        "ends_on": "2029-10-31",
    }
    lines = [f"  {name}: {value}" for name, value in (head | changes).items()]
    return "format: 1\nprogramme:\n" + "\n".join(lines) + "\n" + dedent(more)


AREAS = """
    focus_areas:
      - code: job
        name: Beskæftigelse
"""


def upload(client, programme, text, name="plan.yaml"):
    content = text if isinstance(text, bytes) else text.encode()
    file = SimpleUploadedFile(name, content)
    path = f"/plan/file/{programme.pk}/upload/"
    return client.post(path, {"file": file}, follow=True)


def apply(client, programme, seen):
    path = f"/plan/file/{programme.pk}/apply/"
    return client.post(path, {"seen": seen}, follow=True)


def digest_of(response):
    return response.context["review"].digest


def test_uploading_shows_what_would_change_and_changes_nothing(
    client, programme, manager
):
    client.force_login(manager)

    seen = text_of(upload(client, programme, plan_text(AREAS, name="Nyt navn")))

    assert "Indlæsning ville tilføje 1 og ændre 1 poster." in seen
    assert "Tilføjes: indsatsområde job: Beskæftigelse" in seen
    assert "name: Planen → Nyt navn" in seen
    assert not FocusArea.objects.exists()
    assert "Nyt navn" in text_of(client.get("/plan/file/")), "it survives a reload"


def test_a_reviewed_file_is_applied_and_noted(client, programme, manager):
    client.force_login(manager)
    digest = digest_of(upload(client, programme, plan_text(AREAS, name="Nyt navn")))

    seen = text_of(apply(client, programme, digest))

    assert "1 tilføjet, 1 ændret" in seen
    assert Programme.objects.get().name == "Nyt navn"
    assert FocusArea.objects.get().name == "Beskæftigelse"
    assert not PlanUpload.objects.exists()
    change = SettingChange.objects.get(area="plan")
    assert (change.name, change.by, change.at) == ("plan.yaml", manager, NOON)
    assert "Eksempel Leder ændrede “plan.yaml”" in seen


def test_what_was_not_seen_is_not_applied(client, programme, manager):
    client.force_login(manager)
    digest = digest_of(upload(client, programme, plan_text(AREAS)))
    make_focus_area(programme=programme, code="job", name="Job")

    seen = text_of(apply(client, programme, digest))

    assert "Noget er ændret imens. Se forskellene igennem igen." in seen
    assert FocusArea.objects.get().name == "Job"
    assert PlanUpload.objects.exists()


def test_faults_are_told_by_line_with_the_line(client, programme, manager):
    client.force_login(manager)
    text = plan_text(
        """
        focus_areas:
          - code: job
            nme: Beskæftigelse
        """
    )

    response = upload(client, programme, text)

    seen = text_of(response)
    line = 1 + text.splitlines().index("    nme: Beskæftigelse")
    assert f"Linje {line} focus_areas[job].nme nme: Beskæftigelse" in seen
    assert "Indlæs" not in seen
    refused = text_of(apply(client, programme, ""))
    assert "Filen kan ikke indlæses, som tingene står nu." in refused
    assert not FocusArea.objects.exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"x" * (MAX_BYTES + 1), "en plan må højst fylde 1 MB"),
        (b"\xff\xfe\x00", "Filen"),
        (b"a: &a [*a]", "fejl"),
        (b"- " * 100_000, "fejl"),
    ],
)
def test_what_could_hurt_is_refused(client, programme, manager, content, says):
    client.force_login(manager)

    response = upload(client, programme, content)

    assert response.status_code == 200
    assert says in text_of(response)
    assert response.context["problems"]


def test_an_empty_file_is_no_plan(client, programme, manager):
    client.force_login(manager)

    assert "Vælg en fil, der ikke er tom." in text_of(upload(client, programme, b""))


def test_only_the_programme_that_one_manages_is_changed(client, programme, manager):
    make_programme(code="andre", name="De andres")
    client.force_login(manager)

    seen = text_of(upload(client, programme, plan_text(code="andre", name="Kapret")))
    apply(client, programme, "")

    assert "Filen handler om “andre”. Her kan kun “planen” ændres." in seen
    assert Programme.objects.get(code="andre").name == "De andres"


def test_people_of_other_programmes_are_left_alone(client, programme, manager):
    both = make_member(programme, Role.COORDINATOR, email="begge@example.org", name="A")
    Membership.objects.create(user=both, programme=make_programme(), role=Role.OBSERVER)
    client.force_login(manager)
    people = """
        people:
          - email: begge@example.org
            name: Omdøbt
            role: coordinator
            active: false
    """

    response = upload(client, programme, plan_text(people))
    apply(client, programme, digest_of(response))

    seen = text_of(response)
    assert "Personen deltager også i en anden helhedsplan." in seen
    both.refresh_from_db()
    assert (both.name, both.is_active) == ("A", True)


def test_the_last_manager_stays(client, programme, manager):
    client.force_login(manager)
    people = """
        people:
          - {email: leder@example.org, name: Eksempel Leder, role: observer}
    """
    digest = digest_of(upload(client, programme, plan_text(people)))

    seen = text_of(apply(client, programme, digest))

    assert "Så ville helhedsplanen ikke have nogen leder." in seen
    assert manager.memberships.get().role == "manager"


def test_a_file_is_thrown_away(client, programme, manager):
    client.force_login(manager)
    upload(client, programme, plan_text(AREAS))

    path = f"/plan/file/{programme.pk}/discard/"
    seen = text_of(client.post(path, follow=True))

    assert "Filen er smidt væk." in seen
    assert not PlanUpload.objects.exists()
    assert client.post(path).status_code == 404
    assert apply(client, programme, "").status_code == 404


def test_a_long_review_has_pages_and_is_narrowed(client, programme, manager):
    client.force_login(manager)
    areas = "focus_areas:\n" + "".join(
        f"  - {{code: omraade-{n}, name: Område {n}}}\n" for n in range(130)
    )
    upload(client, programme, plan_text(areas, name="Nyt navn"))

    first = text_of(client.get("/plan/file/"))
    second = text_of(client.get("/plan/file/?page=2"))
    changed = text_of(client.get("/plan/file/?sign=~"))

    assert "Tilføjes (130) Ændres (1)" in first
    assert "Side 1 af 2" in first
    assert "Område 129" in second
    assert "Område" not in changed


def test_another_persons_upload_is_not_seen(client, programme, manager):
    client.force_login(manager)
    upload(client, programme, plan_text(AREAS), name="hemmelig.yaml")

    client.force_login(make_member(programme))

    assert "hemmelig" not in text_of(client.get("/plan/file/"))


def test_the_plan_is_downloaded_and_its_people_only_by_a_manager(
    client, programme, manager
):
    path = f"/plan/file/{programme.pk}/export/"
    client.force_login(manager)
    plain, full = client.get(path), client.get(f"{path}?people=1")
    client.force_login(make_member(programme, Role.OBSERVER))

    assert "leder@example.org" not in plain.content.decode()
    assert "leder@example.org" in full.content.decode()
    assert 'filename="planen.yaml"' in plain["Content-Disposition"]
    assert client.get(path).content == plain.content
    assert client.get(f"{path}?people=1").status_code == 403


@pytest.mark.parametrize(
    ("role", "shown"),
    [(Role.COORDINATOR, 200), (Role.OBSERVER, 200), (Role.PARTNER, 403)],
)
def test_only_a_manager_uploads_and_applies(client, programme, manager, role, shown):
    client.force_login(manager)
    upload(client, programme, plan_text(AREAS))
    client.force_login(make_member(programme, role))

    assert client.get("/plan/file/").status_code == shown
    assert upload(client, programme, plan_text()).status_code == 403
    for what in ("apply", "discard"):
        path = f"/plan/file/{programme.pk}/{what}/"
        assert client.post(path).status_code == 403
    assert PlanUpload.objects.get().by == manager


def test_another_programmes_plan_is_not_there(client, programme, manager):
    client.force_login(make_member(make_programme()))

    assert client.get("/plan/file/?programme=planen").status_code == 404
    assert client.get(f"/plan/file/{programme.pk}/export/").status_code == 404
    assert upload(client, programme, plan_text()).status_code == 404


def test_nothing_is_done_by_looking(client, programme, manager):
    client.force_login(manager)
    upload(client, programme, plan_text(AREAS))

    for what in ("upload", "apply", "discard"):
        path = f"/plan/file/{programme.pk}/{what}/"
        assert client.get(path).status_code == 405
    assert PlanUpload.objects.count() == 1
    assert User.objects.count() == 1
