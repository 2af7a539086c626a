"""A backup can be read by who has the key alone, and restores to exactly what was."""

import os
from datetime import timedelta
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from psycopg import sql

from config import backups
from config.backups import archive, server
from config.backups.archive import CannotUse
from config.backups.drill import latest
from config.backups.keeping import name_of
from config.backups.routine import keep
from notifications import planner
from rollout.models import Activity, Change, User
from tests.factories import NOON, make_activity, make_member
from tests.notifications.factories import make_message
from workflows.engine import perform

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def key(tmp_path):
    file = tmp_path / "key.txt"
    said = StringIO()
    call_command("backup", "--make-key", str(file), stdout=said, no_color=True)
    return file, said.getvalue().splitlines()[0].removeprefix("BACKUP_RECIPIENTS=")


@pytest.fixture
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    file = settings.MEDIA_ROOT / "readiness" / "aftale.txt"
    file.parent.mkdir(parents=True)
    file.write_text("Aftalen er underskrevet")
    return settings.MEDIA_ROOT


@pytest.fixture
def backup(tmp_path, key, media):
    activity = make_activity()
    manager = make_member(activity.programme)
    Activity.objects.filter(pk=activity.pk).update(responsible=manager)
    activity.refresh_from_db()
    perform(activity, "clarify", by=manager, at=NOON)
    make_message(now=NOON, activity=activity)
    planner.run(now=NOON)
    return backups.back_up(tmp_path / "backups", recipients=[key[1]], at=NOON)


@pytest.fixture
def spare():
    """An empty database beside the test's."""
    home = server.address()
    name = sql.Identifier(f"{home['dbname']}_spare")
    with server.connect(home) as database:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name)
        database.execute(drop)
        database.execute(sql.SQL("CREATE DATABASE {}").format(name))
        yield server.address(dbname=f"{home['dbname']}_spare")
        database.execute(drop)


def restore(backup, key, into, files):
    keys = archive.identities_in(key[0])
    return backups.restore(backup, identities=keys, into=into, files=files, at=NOON)


def test_a_restored_database_is_what_was_backed_up_and_sends_nothing(
    backup, key, spare, tmp_path
):
    responsible = Activity.objects.get().responsible_id
    # What happens after the backup is unknown to it.
    perform(
        Activity.objects.get(),
        "postpone",
        by=User.objects.get(pk=responsible),
        at=NOON,
        reason="Vi venter",
    )

    done = restore(backup, key, spare, tmp_path / "restored")

    assert done.differences == ()
    assert (tmp_path / "restored/readiness/aftale.txt").read_text().startswith("Aftal")
    with psycopg.connect(**spare) as database:
        (state,) = database.execute("SELECT state FROM rollout_activity").fetchone()
        (why,) = database.execute(
            "SELECT why FROM notifications_sendinghold"
        ).fetchone()
        unfinished = database.execute(
            "SELECT count(*) FROM rollout_change WHERE transaction >="
            " pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
        ).fetchone()
        planned_in = database.execute("SELECT database FROM notifications_sweep")
        assert planned_in.fetchone() == (0,)
    assert state == "in_clarification"
    assert why == "restored from the backup of 2026-03-02 11:00 UTC"
    assert Change.objects.exists()
    assert unfinished == (0,)
    # It cannot be restored over anything.
    with pytest.raises(CannotUse, match="not empty"):
        restore(backup, key, spare, tmp_path / "other")


def test_a_drill_proves_a_backup_and_leaves_nothing(backup, key):
    said = StringIO()

    call_command("restore", str(backup), "--drill", "--identity", key[0], stdout=said)

    assert "Sikkerhedskopien kan gendannes" in said.getvalue()
    with server.connect(server.address()) as database:
        left = database.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE '%drill'"
        ).fetchall()
    assert left == []


def test_a_drill_says_what_is_missing_if_no_database_may_be_made(
    backup, key, monkeypatch
):
    product = server.address
    poor = sql.Identifier("poor")
    with server.connect(product()) as database:
        database.execute(sql.SQL("CREATE ROLE {} LOGIN").format(poor))
        monkeypatch.setattr(server, "address", lambda **o: product(user="poor", **o))
        try:
            with pytest.raises(CommandError, match="ALTER ROLE poor CREATEDB"):
                call_command("restore", str(backup), "--drill", "--identity", key[0])
        finally:
            database.execute(sql.SQL("DROP ROLE {}").format(poor))


def test_nobody_else_can_read_a_backup(backup, tmp_path):
    other = tmp_path / "other.txt"
    archive.make_key(other)

    with pytest.raises(CannotUse, match="cannot be decrypted"):
        archive.unpack(backup, identities=archive.identities_in(other), work=tmp_path)
    assert b"Aftalen" not in backup.read_bytes()
    assert backup.stat().st_mode & 0o077 == 0


def test_a_damaged_backup_is_refused(backup, key, tmp_path):
    content = bytearray(backup.read_bytes())
    content[-1000] ^= 1
    backup.write_bytes(content)

    with pytest.raises(CannotUse, match="cannot be decrypted"):
        archive.unpack(backup, identities=archive.identities_in(key[0]), work=tmp_path)


@pytest.mark.django_db(transaction=False)
def test_backups_are_kept_for_a_while_and_the_newest_for_ever(tmp_path):
    for days in (0, 10, 40, 50):
        (tmp_path / name_of(NOON - timedelta(days=days))).touch()
    (tmp_path / "letter.age").touch()

    backups.prune(tmp_path, before=NOON - timedelta(days=30))

    assert backups.newest(tmp_path) == (tmp_path / name_of(NOON), NOON)
    assert len(list(tmp_path.iterdir())) == 3
    assert len(backups.prune(tmp_path, before=NOON + timedelta(days=1))) == 1


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "BACKUP_DIR"),
        (["--to", "backups"], "BACKUP_RECIPIENTS"),
        (["--to", "backups", "--recipient", "age1nothing"], "is not a public key"),
    ],
)
@pytest.mark.django_db(transaction=False)
def test_a_backup_that_cannot_be_made_says_why(arguments, complaint):
    with pytest.raises(CommandError, match=complaint):
        call_command("backup", *arguments)


@pytest.mark.django_db(transaction=False)
def test_a_key_is_never_overwritten(key):
    with pytest.raises(CommandError, match="findes"):
        call_command("backup", "--make-key", str(key[0]))


def test_every_day_a_backup_is_made_and_every_week_one_is_restored(
    key, media, tmp_path, settings
):
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.BACKUP_RECIPIENTS = [key[1]]
    settings.BACKUP_IDENTITY = key[0]

    keep(now=NOON)
    keep(now=NOON + timedelta(hours=23))
    keep(now=NOON + timedelta(hours=24))

    assert len(list(settings.BACKUP_DIR.glob("*.age"))) == 2
    report = latest(settings.BACKUP_DIR)
    assert (report.at, report.faults) == (NOON, ())
    assert report.files == 1


def test_a_backup_that_cannot_be_restored_is_a_finding_of_the_drill(
    key, tmp_path, settings
):
    settings.BACKUP_DIR = tmp_path
    settings.BACKUP_RECIPIENTS = [key[1]]
    settings.BACKUP_IDENTITY = key[0]
    (tmp_path / name_of(NOON)).write_bytes(b"damaged")

    keep(now=NOON)

    [fault] = latest(tmp_path).faults
    assert "cannot be decrypted" in fault


@pytest.mark.django_db(transaction=False)
def test_what_a_killed_backup_left_is_swept_away(key, tmp_path):
    long_ago = (NOON - timedelta(hours=6)).timestamp()
    for name in (".making-old", ".making-new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "database.dump").write_text("Fru Jensen")
    (tmp_path / "rollout-x.part").touch()
    for name in (".making-old", "rollout-x.part"):
        os.utime(tmp_path / name, (long_ago, long_ago))

    backups.back_up(tmp_path, recipients=[key[1]], at=NOON)

    assert not (tmp_path / ".making-old").exists()
    assert not (tmp_path / "rollout-x.part").exists()
    assert (tmp_path / ".making-new").exists()


@pytest.mark.django_db(transaction=False)
def test_without_a_place_for_backups_none_is_made(settings):
    assert settings.BACKUP_DIR is None

    keep(now=NOON)
