"""A backup can be read by who has the key alone, and restores to exactly what was."""

import resource
import sys
import tarfile
from datetime import timedelta
from io import StringIO

import psycopg
import pyrage
import pytest
from django.core.management import CommandError, call_command
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from config import backups
from config.backups import archive, server
from config.backups.archive import CannotUse, Manifest
from config.backups.drill import _manage, latest
from config.backups.keeping import name_of
from config.backups.routine import keep
from config.backups.workroom import workroom
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


def load_another(loader, load=MigrationLoader.load_disk):
    load(loader)
    loader.disk_migrations["rollout", "9999_of_a_later_version"] = None


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

    files = tmp_path / "volume" / "media"
    files.mkdir(parents=True)
    untouched = files.parent.stat().st_mtime_ns

    done = restore(backup, key, spare, files)

    assert (done.differences, done.is_behind) == ((), False)
    assert [one.name for one in files.iterdir()] == ["readiness"]
    assert (files / "readiness/aftale.txt").read_text().startswith("Aftal")
    # A container may write where files are to be, and nowhere beside it.
    assert files.parent.stat().st_mtime_ns == untouched
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


@pytest.mark.django_db(transaction=False)
def test_a_place_that_cannot_be_written_is_refused_and_says_so(key, tmp_path, settings):
    settings.MEDIA_ROOT = "/proc/media"

    with pytest.raises(CommandError, match=r"cannot be restored: .*/proc/media"):
        call_command("restore", str(tmp_path / "any.age"), "--identity", key[0])
    with pytest.raises(CommandError, match=r"cannot be made: .*/proc/backups"):
        call_command("backup", "--to", "/proc/backups", "--recipient", key[1])


@pytest.mark.django_db(transaction=False)
def test_a_database_that_does_not_answer_is_refused_and_says_so(
    key, tmp_path, monkeypatch
):
    gone = server.address() | {"host": str(tmp_path)}
    monkeypatch.setattr(server, "address", lambda **other: gone | other)

    with pytest.raises(CommandError, match="does not answer"):
        call_command("backup", "--to", str(tmp_path), "--recipient", key[1])
    with pytest.raises(CommandError, match="does not answer"):
        call_command("restore", "any.age", "--drill", "--identity", key[0])


@pytest.mark.django_db(transaction=False)
def test_nobody_drills_while_somebody_else_does(key):
    with server.turn() as is_ours:
        assert is_ours
        with pytest.raises(CommandError, match="er i gang"):
            call_command("restore", "any.age", "--drill", "--identity", key[0])


@pytest.mark.django_db(transaction=False)
def test_a_look_at_the_history_that_is_cut_short_is_a_fault(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")

    assert _manage(server.address(), "verify_history") == [
        "verify_history ended with 1"
    ]


def test_a_backup_of_an_earlier_version_is_drilled_with_the_tables_of_this_one(
    backup, key, tmp_path, monkeypatch
):
    program = tmp_path / "python"
    program.write_text(f'#!/bin/sh\necho "$2" >> {tmp_path}/done\n')
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setattr(MigrationLoader, "load_disk", load_another)
    keys = archive.identities_in(key[0])

    report = backups.drill(backup, identities=keys, at=NOON)

    assert report.faults == ()
    assert (tmp_path / "done").read_text().split() == ["migrate", "verify_history"]


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
def test_uploads_that_grow_or_vanish_meanwhile_spoil_no_backup(
    key, tmp_path, monkeypatch
):
    growing, work, restored = (tmp_path / name for name in ("a.txt", "pack", "unpack"))
    growing.write_text("Aftalen")
    work.mkdir()
    restored.mkdir()
    look = tarfile.TarFile.gettarinfo

    def look_and_add(tar, *arguments, **named):
        seen = look(tar, *arguments, **named)
        with growing.open("a") as upload:
            upload.write(" er underskrevet")
        return seen

    monkeypatch.setattr(tarfile.TarFile, "gettarinfo", look_and_add)

    archive.pack(
        tmp_path / "backup.age",
        manifest=Manifest(NOON, version="1", postgresql="18", rows={}),
        members={"media/a.txt": growing, "media/gone.txt": tmp_path / "gone.txt"},
        recipients=archive.recipients_of([key[1]]),
        work=work,
    )

    manifest = archive.unpack(
        tmp_path / "backup.age",
        identities=archive.identities_in(key[0]),
        work=restored,
    )
    assert list(manifest.digests) == ["media/a.txt"]
    assert (restored / "media/a.txt").read_text() == "Aftalen"


@pytest.mark.django_db(transaction=False)
def test_a_disk_that_is_full_at_the_very_end_leaves_no_half_a_backup(key, tmp_path):
    target = tmp_path / "backup.age"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # The least that a tar takes, so that there is no room for what encryption adds.
    resource.setrlimit(resource.RLIMIT_FSIZE, (tarfile.RECORDSIZE, before[1]))

    try:
        with pytest.raises(OSError, match="too large"):
            archive.pack(
                target,
                manifest=Manifest(NOON, version="1", postgresql="18", rows={}),
                members={},
                recipients=archive.recipients_of([key[1]]),
                work=tmp_path,
            )
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert (tmp_path / "plain.tar").stat().st_size == tarfile.RECORDSIZE
    assert not target.exists()


@pytest.mark.django_db(transaction=False)
def test_a_backup_never_lacks_files_without_saying_so(key, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "no-directory"
    settings.MEDIA_ROOT.touch()

    with pytest.raises(CannotUse, match="no-directory"):
        backups.back_up(tmp_path, recipients=[key[1]], at=NOON)


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
    key, media, tmp_path, settings, monkeypatch
):
    # Which may be kept in memory.
    monkeypatch.setattr("tempfile.tempdir", "/proc/nowhere")
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


@pytest.mark.parametrize(
    ("content", "identity", "fault"),
    [
        (None, "key.txt", "cannot be decrypted"),
        (b"no archive", "key.txt", "cannot be restored"),
        (b"no archive", "lost.txt", "cannot be read as a file of secret keys"),
    ],
)
def test_a_backup_that_cannot_be_restored_is_a_finding_of_the_drill(
    content, identity, fault, key, tmp_path, settings
):
    settings.BACKUP_DIR = tmp_path
    settings.BACKUP_RECIPIENTS = [key[1]]
    settings.BACKUP_IDENTITY = tmp_path / identity
    sealed = content and pyrage.encrypt(content, archive.recipients_of([key[1]]))
    (tmp_path / name_of(NOON)).write_bytes(sealed or b"damaged")

    keep(now=NOON)
    keep(now=NOON + timedelta(minutes=15))

    report = latest(tmp_path)
    assert fault in report.faults[0]
    # It is not said again until there may be another backup.
    assert report.at == NOON


@pytest.mark.django_db(transaction=False)
def test_what_a_killed_backup_left_unencrypted_is_swept_away(tmp_path):
    left = tmp_path / ".unencrypted-left"
    left.mkdir()
    (left / ".in-use").touch()
    (left / "database.dump").write_text("Fru Jensen")

    with workroom(tmp_path) as one, workroom(tmp_path) as other:
        assert {*tmp_path.iterdir()} == {one, other}
        assert one.stat().st_mode & 0o077 == 0

    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db(transaction=False)
def test_what_was_kept_for_long_enough_makes_room_for_a_new_backup(tmp_path, settings):
    settings.BACKUP_DIR = tmp_path
    settings.BACKUP_RECIPIENTS = []
    for days in (2, 40):
        (tmp_path / name_of(NOON - timedelta(days=days))).touch()

    with pytest.raises(CannotUse):
        keep(now=NOON)

    assert [one.name for one in tmp_path.iterdir()] == [
        name_of(NOON - timedelta(days=2))
    ]


@pytest.mark.django_db(transaction=False)
def test_without_a_place_for_backups_none_is_made(settings):
    assert settings.BACKUP_DIR is None

    keep(now=NOON)
