"""The doctor finds each thing that is wrong and says what to do."""

from datetime import timedelta
from io import StringIO

import dns.resolver
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from config.backups import CannotUse, server
from config.backups.drill import Report
from config.backups.keeping import name_of
from config.doctor import Health, backups, examine, machine, mail, servers, workers
from notifications import hold, pulse
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_wait(monkeypatch):
    """There is no worker that could answer."""
    monkeypatch.setattr(workers, "PATIENCE", (0.05,))


def faults(look, now=NOON):
    return [finding.what for finding in look(now) if finding.health is not Health.WELL]


def test_servers_that_are_well_are_left_alone():
    assert faults(servers.postgresql) == []
    assert faults(servers.redis) == []
    assert faults(machine.time_zones) == []


def test_a_missing_migration_and_a_missing_cache_table_are_found():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'notifications'")
        cursor.execute("ALTER TABLE config_cache RENAME TO elsewhere")

    assert faults(servers.postgresql) == [
        "Tabellerne er ikke opdateret.",
        "Cachens tabel mangler.",
    ]


def test_a_clock_that_is_wrong_is_found(monkeypatch):
    now = servers.timezone.now()
    monkeypatch.setattr(servers.timezone, "now", lambda: now + timedelta(minutes=5))

    [fault] = faults(servers.postgresql)

    assert "afviger 300 s" in fault


def test_a_session_without_limits_is_found():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0")
        cursor.execute("SET LOCAL synchronous_commit = off")

    assert faults(servers.postgresql) == [
        "Databasens sessioner er uden grænser: lock_timeout, synchronous_commit."
    ]


def test_redis_that_is_gone_is_found(settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"

    [fault] = faults(servers.redis)

    assert fault.startswith("Redis svarer ikke")


def test_an_engine_that_stands_still_or_is_held_is_found():
    pulse.beat(pulse.PLANNER, now=NOON - timedelta(hours=1), counts={})
    pulse.beat(pulse.SENDER, now=NOON, counts={})
    pulse.beat(pulse.CALLER, now=NOON - timedelta(hours=1), counts={})
    hold.hold("restored", at=NOON)

    silent, not_called, unseen, held = faults(servers.engine)

    assert silent.startswith("Planlægningen er senest set")
    assert not_called.startswith("Kald af webhooks er senest set")
    assert unseen == "Vedligeholdelse af kalendere er aldrig set."
    assert "restored" in held


def test_a_mail_server_is_greeted_and_given_nothing(smtp_sink, settings):
    settings.BOUNCE_ADDRESS = "bounce@example.org"

    assert faults(mail.server) == []
    assert smtp_sink.received == []


def test_a_mail_server_that_is_gone_is_found(settings):
    settings.EMAIL_PORT = 9

    [fault] = faults(mail.server)

    assert "tager ikke imod" in fault


class Answer:
    def __init__(self, *texts):
        self.strings = [text.encode() for text in texts]


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        (
            {
                "example.org": "v=spf1 mx -all",
                "_dmarc.example.org": "v=DMARC1; p=none",
                # The keys' own names are below it.
                "_domainkey.example.org": "",
            },
            [],
        ),
        (
            {"example.org": "something=else"},
            [
                "siger ikke, hvem der må sende",
                "siger ikke, hvad der skal ske",
                "har ingen nøgle",
            ],
        ),
    ],
)
def test_what_the_senders_domain_says_is_looked_up(monkeypatch, records, expected):
    def resolve(name, kind, **options):
        if name not in records:
            raise dns.resolver.NXDOMAIN
        return [Answer(records[name])]

    monkeypatch.setattr(dns.resolver, "resolve", resolve)

    found = faults(mail.sender_policy)

    assert len(found) == len(expected)
    assert all(part in text for part, text in zip(expected, found, strict=True))


def test_without_a_name_server_it_says_so(monkeypatch):
    def resolve(name, kind, **options):
        raise dns.resolver.NoNameservers

    monkeypatch.setattr(dns.resolver, "resolve", resolve)

    assert faults(mail.sender_policy) == ["Ingen navneserver svarer om example.org."]


def test_backups_that_are_missing_old_or_unproved_are_found(settings, tmp_path):
    settings.BACKUP_DIR = None
    assert faults(backups.backups) == ["Der tages ingen sikkerhedskopi af sig selv."]

    settings.BACKUP_DIR = tmp_path
    (tmp_path / name_of(NOON - timedelta(days=2))).touch()
    old, unproved = faults(backups.backups)
    assert "det seneste døgn" in old
    assert "prøvet gendannet" in unproved

    (tmp_path / name_of(NOON)).touch()
    bad = Report(
        backup="x", at=NOON, rows=1, files=0, seconds=1, faults=("rollout_user: 1",)
    )
    bad.write(tmp_path)
    [fault] = faults(backups.backups)
    assert "rollout_user: 1" in fault


def test_a_directory_for_backups_that_cannot_be_written_to_is_found(
    settings, monkeypatch, tmp_path
):
    settings.BACKUP_DIR = tmp_path / "not-there-yet"
    assert machine.is_writable(settings.BACKUP_DIR)
    # Whoever runs the tests may be one who may write everywhere.
    monkeypatch.setattr(machine.os, "access", lambda path, mode: path != tmp_path)

    first = faults(backups.backups)[0]

    assert first == f"Der kan ikke skrives i {settings.BACKUP_DIR}."


def test_programs_of_postgresql_that_are_missing_or_too_old_are_found(
    settings, monkeypatch, tmp_path
):
    def run(program, *arguments, where):
        if program == "pg_restore":
            raise CannotUse("pg_restore is not installed")
        return f"{program} (PostgreSQL) 9.6.24\n"

    settings.BACKUP_DIR = tmp_path
    monkeypatch.setattr(server, "run", run)

    old, missing, *_others = faults(backups.backups)

    assert old.startswith("pg_dump (PostgreSQL) 9.6.24 er ældre end serveren")
    assert missing == "pg_restore is not installed"


def test_one_thing_that_cannot_be_looked_at_hides_no_other(monkeypatch):
    def broken(now):
        raise ValueError("no")
        yield

    monkeypatch.setitem(examine.__globals__["EXAMINATIONS"], "settings", broken)
    monkeypatch.setattr(mail, "sender_policy", lambda now: iter(()))

    found = dict(examine(now=NOON))

    assert found["settings"].what == "ValueError: no"
    assert {"PostgreSQL", "Redis", "files"} <= set(found)


def test_the_command_fails_when_something_does_not_work(settings, monkeypatch):
    settings.EMAIL_PORT = 9
    monkeypatch.setitem(
        examine.__globals__["EXAMINATIONS"], "DNS", lambda now: iter(())
    )
    said = StringIO()

    with pytest.raises(CommandError, match="ting virker ikke"):
        call_command("doctor", stdout=said, no_color=True)

    assert "FAIL  mail server: 127.0.0.1:9" in said.getvalue()
    assert "→ Se på EMAIL_URL" in said.getvalue()
