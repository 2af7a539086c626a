"""Who is erased is named nowhere any more; what they did stays, and proves itself."""

import os
import re
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from rollout import services
from rollout.models import ActivityTransition, ApiToken, User
from rollout.scrubbing import (
    columns,
    pattern_of,
    replace_everywhere,
    rewrite_files,
)
from tests.api.everything import make_everything
from tests.factories import (
    NOON,
    make_activity,
    make_member,
    make_milestone,
    make_partner,
    make_programme,
    make_user,
)
from tests.security.world import make_world
from tests.workflows.test_history import tamper
from workflows.engine import NotAllowed, perform
from workflows.history import verify

pytestmark = pytest.mark.django_db

NAME, ADDRESS = "Mette Sørensen-Lund", "mette.lund@example.org"
TRACE = re.compile(r"s(ø|\\u00f8|%C3%B8)rensen-lund|mette\.lund", re.IGNORECASE)
#: Chains and states are tampered with elsewhere; people have names of their own.
LEFT_ALONE = ("transition", "rollout_user", "rollout_history")
#: Whoever has a name that stands in these is not erased before one of them has another.
NAMED_IN_PLANS = [
    f"rollout_{kind}"
    for kind in ("programme", "partner", "place", "phase", "focusarea", "initiative")
]


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def administrator():
    return make_user(is_staff=True, is_superuser=True)


def name_them_everywhere():
    """Write name and address into every text that takes them, of every table."""
    words = f" {NAME.upper()} <{ADDRESS}>"
    values = {
        "jsonb": f"jsonb_build_object('x', '{words}'::text)",
        "bytea": f"convert_to('{words}', 'UTF8')",
        "_text": f"ARRAY['{words}']",
        "_varchar": f"ARRAY['{NAME}']",
    }
    named = 0
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for one in columns():
            if any(part in one.table for part in LEFT_ALONE):
                continue
            if one.name == "name" and one.table in NAMED_IN_PLANS:
                continue
            if one.length and one.length < 100:
                continue
            value = values.get(one.type, f"{one.quoted} || '{words}'")
            try:
                with transaction.atomic():
                    cursor.execute(f'UPDATE "{one.table}" SET {one.quoted} = {value}')
                    named += cursor.rowcount
            except DatabaseError:
                continue
        cursor.execute("SET LOCAL session_replication_role = origin")
    return named


def traces():
    """Return the columns of the database in which name or address still stand."""
    found = []
    with connection.cursor() as cursor:
        for one in columns():
            value = f"{one.quoted}::text"
            if one.type == "bytea":
                value = f"encode({one.quoted}, 'escape')"
            cursor.execute(f'SELECT {value} FROM "{one.table}"')
            if any(TRACE.search(row[0] or "") for row in cursor.fetchall()):
                found.append(f"{one.table}.{one.name}")
    return found


def test_no_trace_of_who_is_erased_is_left_and_the_history_holds(
    administrator, client, caplog, tmp_path, django_capture_on_commit_callbacks
):
    """Checklist 45: no table, no log, no mail, no file and no export names them."""
    made = make_everything()
    manager = make_member(made["programmes"])
    make_world(manager, made)
    person = make_member(made["programmes"], name=NAME, email=ADDRESS)
    activity = make_activity(programme=made["programmes"], state="in_clarification")
    perform(activity, "launch", by=person, at=NOON, reason=f"{NAME} har lokalerne")
    ApiToken.objects.issue(person, f"{NAME}s Power BI", at=NOON)
    client.force_login(person)
    client.get("/profile/")
    assert name_them_everywhere() > 100
    assert len(traces()) > 50
    (tmp_path / "liste.csv").write_text(f"navn;{NAME}\n")
    (tmp_path / "brev.bin").write_bytes(b"\xff\xfe" + ADDRESS.encode())

    with caplog.at_level("DEBUG"), django_capture_on_commit_callbacks(execute=True):
        done = services.erase(person, by=administrator, at=NOON)

    assert traces() == []
    assert not TRACE.search(caplog.text)
    assert not TRACE.search((tmp_path / "liste.csv").read_text())
    assert done.files == ["brev.bin"]
    assert done.redacted == 1
    assert list(verify(ActivityTransition)) == []
    record = ActivityTransition.objects.get(by=person)
    assert record.reason == f"{done.name} har lokalerne"
    assert record.redacted_at == NOON
    assert client.get("/profile/").status_code == 302
    client.force_login(manager)
    exported = client.get("/settings/members/?format=csv")
    assert not TRACE.search(exported.content.decode())


@pytest.mark.parametrize("way", ["read_bytes", "write_bytes"])
def test_a_file_that_cannot_be_rewritten_is_logged_and_the_others_are(
    tmp_path, monkeypatch, caplog, way
):
    """Checklist 45: and one that is not changed is not written."""
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(NAME)
    packed = tmp_path / "c.bin"
    packed.write_bytes(b"\xff\xfe" + NAME.encode())
    os.utime(packed, (0, 0))
    whole = getattr(Path, way)

    def refuse(path, *content):
        if path.name == "a.txt":
            raise PermissionError(13, "Permission denied")
        return whole(path, *content)

    monkeypatch.setattr(Path, way, refuse)
    rewrite_files({NAME: "Tidligere medlem 1"})
    monkeypatch.undo()

    assert (tmp_path / "a.txt").read_text() == NAME
    assert (tmp_path / "b.txt").read_text() == "Tidligere medlem 1"
    assert packed.stat().st_mtime == 0
    assert caplog.text.count("Permission denied") == 1


def test_no_time_limit_stops_it_on_much_data():
    """Checklist 45: limits are for pages; this reads all that is kept."""
    limits = ("statement_timeout", "idle_in_transaction_session_timeout")
    with connection.cursor() as cursor:
        for limit in limits:
            cursor.execute(f"SET LOCAL {limit} = '60s'")

        replace_everywhere({NAME: "Tidligere medlem 1"})

        for limit in limits:
            cursor.execute(f"SHOW {limit}")
            assert cursor.fetchone() == ("0",)


def test_a_reason_that_is_changed_without_erasing_is_found():
    """Checklist 45: taking a name out is no way to change what was said."""
    activity = make_activity(state="in_clarification")
    manager = make_member(activity.programme)
    perform(activity, "launch", by=manager, at=NOON, reason="Lokaler")

    tamper(
        "UPDATE rollout_activitytransition SET reason = 'Andet' WHERE activity_id = %s",
        activity.pk,
    )

    assert {fault.code for fault in verify(ActivityTransition)} == {"reason"}


def test_erasing_somebody_makes_no_altered_reason_true(administrator):
    """Checklist 45: what was changed before is still found at its row."""
    activity = make_activity(state="in_clarification")
    manager = make_member(activity.programme)
    make_member(activity.programme)
    person = make_member(activity.programme, "coordinator", name=NAME, email=ADDRESS)
    perform(activity, "launch", by=person, at=NOON, reason=f"{NAME} har lokalerne")
    perform(activity, "adjust", by=person, at=NOON, reason=f"{NAME} vil mere")
    tamper(
        f"UPDATE rollout_activitytransition SET reason = '{NAME} ved det'"
        " WHERE activity_id = %s AND transition = 'launch'",
        activity.pk,
    )

    done = services.erase(person, by=administrator, at=NOON)

    altered = ActivityTransition.objects.get(transition="launch")
    assert done.redacted == 1
    assert altered.redacted_at is None
    assert [fault.record for fault in verify(ActivityTransition)] == [altered.pk]
    assert manager.is_active


def test_a_mailbox_that_is_called_after_a_partner_takes_no_name_from_the_plan(
    administrator,
):
    """Checklist 45: neither by its name, nor a program by the name of its account."""
    partner = make_partner(name="Ungdommens Hus Vejleåparken")
    mailbox = make_user(name="ungdommens hus")
    program = make_user(name="Hus Vejleåparken", is_service=True)

    with pytest.raises(services.Invalid, match="samarbejdspart"):
        services.erase(mailbox, by=administrator, at=NOON)
    services.erase(program, by=administrator, at=NOON)
    User.objects.filter(pk=mailbox.pk).update(name="Postkasse")
    done = services.erase(mailbox, by=administrator, at=NOON)

    partner.refresh_from_db()
    assert partner.name == "Ungdommens Hus Vejleåparken"
    assert str(User.objects.get(pk=mailbox.pk)) == done.name


def test_who_may_not_be_erased_stays(administrator):
    translation.activate("en")
    milestone = make_milestone()
    make_member(milestone.programme)
    busy = make_member(milestone.programme, "coordinator", name="Ida Holm")
    milestone.responsible = busy
    milestone.save()
    namesake = make_user(name="Ida Holm Bak")
    alone = make_member(make_programme(), name="Bo Eg")

    for person, by, why in (
        (busy, administrator, "Ida Holm"),
        (alone, administrator, "manager"),
        (administrator, administrator, "themselves"),
        (namesake, alone, "may not"),
    ):
        with pytest.raises((services.Invalid, NotAllowed), match=why):
            services.erase(person, by=by, at=NOON)
    milestone.responsible = None
    milestone.save()
    with pytest.raises(services.Invalid):
        services.erase(busy, by=administrator, at=NOON)
    services.erase(namesake, by=administrator, at=NOON)
    done = services.erase(busy, by=administrator, at=NOON + timedelta(days=1))
    with pytest.raises(services.Invalid):
        services.erase(User.objects.get(pk=busy.pk), by=administrator, at=NOON)

    assert str(User.objects.get(pk=busy.pk)) == done.name


@pytest.mark.parametrize(
    ("text", "is_meant"),
    [
        ("Hej Bo Eg!", True),
        ("HEJ BO EG", True),
        ("Bo Egeskov", False),
        ("Lambo Eg", False),
        ("Bo Eg-Holm", False),
    ],
)
def test_only_whole_names_are_meant(text, is_meant):
    assert bool(re.search(pattern_of("Bo Eg"), text, re.IGNORECASE)) == is_meant


def test_an_administrator_erases_in_the_admin_and_by_a_command(administrator, client):
    first, second = make_user(name="Bo Eg"), make_user(name="Ida Holm")
    client.force_login(administrator)
    asked = {"action": "erase", "_selected_action": first.pk}

    question = client.post("/admin/rollout/user/", asked)
    assert User.objects.get(pk=first.pk).name == "Bo Eg"
    client.post("/admin/rollout/user/", asked | {"confirmed": "1"})
    out = StringIO()
    by = {"by": administrator.email, "stdout": out}
    call_command("person", "erase", second.email, dry_run=True, **by)
    assert User.objects.get(pk=second.pk).name == "Ida Holm"
    call_command("person", "erase", str(second.pk), **by)

    assert b"Bo Eg" in question.content
    for person in (first, second):
        fresh = User.objects.get(pk=person.pk)
        assert fresh.email == f"{person.pk}@erased.invalid"
        assert not fresh.is_active
    assert "would be" in out.getvalue()
    with pytest.raises(CommandError, match="--by"):
        call_command("person", "erase", str(first.pk))
