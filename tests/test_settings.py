"""Settings come from the environment, and what is wrong there is named at once."""

import os
import re
import subprocess
import sys

import pytest

from config import variables
from config.databases import databases
from tests.environment import ROOT

GOOD = {
    "ENV_FILE": "",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "ALLOWED_HOSTS": "rollout.example.org",
    "BASE_URL": "https://rollout.example.org",
    "DATABASE_URL": "postgres://rollout:secret@localhost/rollout",
    "REDIS_URL": "redis://localhost:6379/0",
    "EMAIL_URL": "smtp+tls://user:secret@localhost:587",
    "DEFAULT_FROM_EMAIL": "Rollout <no-reply@example.org>",
}
EXAMPLE = ROOT / ".env.example"
SHOW = "from django.conf import settings; print(settings.{})"


def django(code, env):
    """Run a line of code in a process that has this environment and no other."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "config.settings",
            **env,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def show(setting, env):
    """Return one setting as text."""
    done = django(SHOW.format(setting), env)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_an_empty_environment_names_every_required_variable_at_once():
    done = django(SHOW.format("DEBUG"), {"ENV_FILE": ""})

    complaint = done.stderr.split("ImproperlyConfigured: ")[1]
    named = re.findall(r"^  (\w+): ", complaint, flags=re.MULTILINE)
    assert named == sorted(set(GOOD) - {"ENV_FILE"})
    assert ".env.example" in complaint


@pytest.mark.parametrize(
    ("variable", "value", "complaint"),
    [
        ("SECRET_KEY", "", "at least 50 random characters"),
        ("SECRET_KEY", "a" * 60, "at least 50 random characters"),
        ("SECRET_KEY", "insecure-" + "abcdefghij" * 6, "at least 50 random"),
        ("ALLOWED_HOSTS", "*", "'*' is refused"),
        ("ALLOWED_HOSTS", "", "must list the host names"),
        ("BASE_URL", "http://rollout.example.org", "must begin with https://"),
        ("BASE_URL", "rollout.example.org", "public address"),
        ("BASE_URL", "https://rollout.example.org/plan", "without a path"),
        ("DATABASE_URL", "sqlite:///db.sqlite3", "PostgreSQL"),
        ("DATABASE_URL", "postgres://", "PostgreSQL"),
        ("REDIS_URL", "localhost:6379", "must begin with redis://"),
        ("REDIS_URL", "sentinel://host/0", "must name Sentinels"),
        ("EMAIL_URL", "console://", "SMTP server"),
        ("EMAIL_URL", "smtp://", "SMTP server"),
        ("EMAIL_URL", "smtp://host:mail", "SMTP server"),
        ("DEFAULT_FROM_EMAIL", "nobody", "must be an address"),
        ("DEBUG", "perhaps", "Not a valid boolean"),
        ("BOUNCE_ADDRESS", "bounce", "must be an address"),
        ("BOUNCE_ADDRESS", "a+b@example.org", "must be an address"),
        ("BOUNCE_ADDRESS", f"{'b' * 25}@example.org", "at most 24"),
        ("MAIL_PROVIDER", "pigeon", "Must be one of"),
        ("MAIL_EVENTS_SECRET", "rollout:short", "a password of at least"),
        ("PROXY_COUNT", "two", "Not a valid integer"),
    ],
)
def test_a_wrong_value_is_refused_by_name(variable, value, complaint):
    done = django(SHOW.format("DEBUG"), {**GOOD, variable: value})

    assert done.returncode == 1
    assert f"  {variable}: " in done.stderr
    assert complaint in done.stderr


def test_a_provider_must_have_a_secret_for_its_reports():
    done = django(SHOW.format("DEBUG"), {**GOOD, "MAIL_PROVIDER": "brevo"})

    assert done.returncode == 1
    assert "MAIL_EVENTS_SECRET: Environment variable not set" in done.stderr


def test_debug_alone_is_enough_on_a_developers_machine():
    env = {"ENV_FILE": "", "DEBUG": "true"}

    assert show("BASE_URL", env) == "http://localhost:8000"
    assert "Servers(" in show("EMBEDDED", env)


def test_naming_one_server_leaves_the_other_embedded():
    env = {"ENV_FILE": "", "DEBUG": "true", "REDIS_URL": GOOD["REDIS_URL"]}

    assert show("EMBEDDED.postgres", env) == "True"
    assert show("EMBEDDED.redis", env) == "False"


def test_production_never_starts_a_server_of_its_own():
    assert show("EMBEDDED", GOOD) == "None"


def test_https_makes_cookies_secure_and_plain_http_on_this_machine_does_not():
    local = {**GOOD, "BASE_URL": "http://localhost:8000"}

    assert show("SESSION_COOKIE_SECURE", GOOD) == "True"
    assert show("SESSION_COOKIE_NAME", GOOD) == "__Host-session"
    assert show("SESSION_COOKIE_SECURE", local) == "False"


def test_sessions_of_postgresql_have_limits():
    options = show("DATABASES['default']['OPTIONS']['options']", GOOD)

    assert "lock_timeout=5s" in options
    assert "statement_timeout=30s" in options
    assert "idle_in_transaction_session_timeout=60s" in options


def test_a_pool_sets_limits_itself_and_what_needs_a_session_goes_past_it():
    env = {**GOOD, "DATABASE_DIRECT_URL": "postgres://rollout:secret@server/rollout"}

    assert show("DATABASES['default']['HOST']", env) == "localhost"
    assert "options" not in show("DATABASES['default']['OPTIONS']", env)
    assert show("DATABASES['default']['DISABLE_SERVER_SIDE_CURSORS']", env) == "True"
    assert "lock_timeout=5s" in show("DATABASES['direct']['OPTIONS']", env)


@pytest.mark.parametrize(
    ("program", "host"), [("manage.py migrate", "server"), ("worker", "pool")]
)
def test_only_migrating_goes_past_the_pool(program, host):
    made = databases(
        "postgres://pool/rollout",
        direct_url="postgres://server/rollout",
        replica_url="",
        program=program,
        statement_timeout="30s",
    )

    assert made["default"]["HOST"] == host


def test_the_example_file_passes_the_deployment_checks():
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "ENV_FILE": str(EXAMPLE),
            "SECRET_KEY": GOOD["SECRET_KEY"],
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout + done.stderr


def test_the_example_file_names_exactly_the_variables_that_are_read():
    named = {name for name, _meaning in variables.meanings()}

    # ENV_FILE names such a file, so it is explained there but not set.
    assert named | {"ENV_FILE"} == variables.variables().keys()


def test_every_variable_is_documented_as_the_code_reads_it():
    document = variables.DOCUMENT.read_text(encoding="utf-8")

    assert document == variables.document(), "run `python -m config.variables`"
    assert "| `SECRET_KEY` | text | required |" in document
    assert "| `RETENTION_MAIL_DAYS` | number | `730` |" in document
