"""From nothing to a running installation, upgraded, lost and restored: every command of
docs/operations.md, as a newcomer types them.
"""

import re
import subprocess

import httpx
import psycopg
import pytest

from config.embedded import redis_binary
from tests.environment import ROOT, SERVERS
from tests.newcomer.machine import Machine
from tests.test_compose import free_port

#: What an upgrade begins from while there is no release with a tag: the last commit on
#: which a database was made by 46 migrations.
BEFORE_THE_FIRST_RELEASE = "d51f7c6^"
GUIDE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def commands(chapter):
    """Return the shell blocks of a chapter, without those that only name values."""
    whole = rf"^## {chapter}\n(.*?)(?=^## |\Z)"
    [text] = re.findall(whole, GUIDE, re.MULTILINE | re.DOTALL)
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return "\n".join(block for block in blocks if not is_only_values(block))


def is_only_values(block):
    return all(re.match(r"[A-Z_]+=\S+$", line) for line in block.splitlines())


def git(*arguments):
    return subprocess.check_output(["git", *arguments], cwd=ROOT, text=True).strip()


def previous_release():
    tags = git("tag", "--sort=-creatordate").splitlines()
    return git("rev-parse", tags[0] if tags else BEFORE_THE_FIRST_RELEASE)


@pytest.fixture
def values(smtp_sink, tmp_path):
    """What the guide asks for: servers that are somewhere else."""
    port, host = free_port(), SERVERS.sockets
    redis = subprocess.Popen(
        [redis_binary(), "--port", str(port), "--requirepass", "hemmeligt"],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
    )
    socket = str(host).replace("/", "%2F")
    yield {
        "REPOSITORY": str(ROOT),
        "SITE": "rollout.example.org",
        "POSTGRES": f"postgres://postgres@{socket}/postgres",
        "DATABASE_URL": f"postgres://rollout:secret@{socket}/rollout",
        "REDIS_URL": f"redis://:hemmeligt@127.0.0.1:{port}/0",
        "EMAIL_URL": smtp_sink.url,
        "ADMINISTRATOR": "drift@example.org",
    }
    redis.terminate()
    redis.wait()
    clear_database()


def clear_database():
    with psycopg.connect(
        host=str(SERVERS.sockets), user="postgres", dbname="postgres", autocommit=True
    ) as db:
        for name in ("rollout_lost", "rollout"):
            db.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        db.execute("DROP ROLE IF EXISTS rollout")


def rows():
    """Return what must survive: who is there, what was decided, and by whom."""
    with psycopg.connect(
        host=str(SERVERS.sockets), user="rollout", dbname="rollout"
    ) as db:
        tables = ("rollout_user", "rollout_activity", "rollout_milestone")
        return {
            table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in (*tables, "rollout_activitytransition", "rollout_change")
        }


def is_held():
    """Say whether mail waits for somebody to release it, as after each restore."""
    with psycopg.connect(
        host=str(SERVERS.sockets), user="rollout", dbname="rollout"
    ) as db:
        return db.execute("SELECT count(*) FROM notifications_sendinghold").fetchone()[
            0
        ]


def page_that_is_not_there(machine):
    """Return what a stranger is shown, who comes through the proxy."""
    return httpx.get(
        f"http://127.0.0.1:{machine.web_port}/nothing-here/",
        headers={"Host": "rollout.example.org", "X-Forwarded-Proto": "https"},
    )


@pytest.mark.long
def test_every_command_of_the_guide_leads_where_it_says(values, tmp_path):
    clear_database()
    machine = Machine(tmp_path / "machine", free_port(), free_port())
    release = {"RELEASE": previous_release(), "NEWER": git("rev-parse", "HEAD")}
    known = values | release
    try:
        installed = machine.run(commands("Install"), known)
        before = rows()
        upgraded = machine.run(commands("Upgrade"), known)
        after = rows()
        shown = page_that_is_not_there(machine)
        place = machine.directory_of("rollout-web")
        drilled = machine.run(commands("Backup"), known)
        restored = machine.run(commands("Restore"), known)
        held = is_held()
        machine.run("rollout sending release --put-away", known)
    finally:
        machine.clear()

    assert "Applying rollout.0030" in installed
    assert "Applying rollout.0034" in upgraded
    assert before["rollout_activity"] == after["rollout_activity"] == 26
    assert shown.status_code == 404
    assert "DEBUG" not in shown.text, "it runs as on a developer's machine"
    assert place.name == f"rollout-{known['NEWER']}"
    assert "Sikkerhedskopien kan gendannes" in drilled
    assert rows() == after
    assert "rollout_activitytransition: " in restored
    assert held
    assert not is_held()
