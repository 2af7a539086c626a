"""What an installation sets, by its environment. Every wrong variable is named at once.

`.env.example` lists the variables. With DEBUG on, each has a default that suits one
developer's machine; with DEBUG off, whatever is unsafe to guess must be given.
What is the same everywhere is in `fixed.py`.
"""

import sys
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvValidationError, validate

from config import fixed
from config.broker import broker
from config.databases import databases
from config.embedded import Servers
from config.fixed import *  # noqa: F403  # settings, all of them
from config.fixed import BASE_DIR
from config.logs import logging_to_stderr
from config.openid.reading import (
    LoginProvider,
    OpenIdProvider,
    SamlProvider,
    of,
    read_providers,
)
from config.processes import name_of
from config.validation import (
    LOCAL_HOSTS,
    SMTP_PORTS,
    a_collector,
    a_login,
    a_long_token,
    an_address,
    hosts,
    long_and_random,
    mail_server,
    mailbox,
    postgresql,
    postgresql_if_any,
    redis_address,
    roles,
    sender,
)

env = Env(eager=False)
# ENV_FILE names another file, or none if empty. The environment itself always wins.
if env_file := Env().str("ENV_FILE", str(BASE_DIR / ".env")):
    env.read_env(env_file, recurse=False)

# What one machine makes by running: embedded servers, the mail catcher's mailbox, logs.
VAR_DIR = env.path("VAR_DIR", BASE_DIR / "var")

DEBUG: bool = env.bool("DEBUG", False) or False


def only_in_debug(value: Any) -> dict[str, Any]:
    """Give a default on a developer's machine and none elsewhere."""
    return {"default": value} if DEBUG else {}


SECRET_KEY = env.str(
    "SECRET_KEY",
    validate=long_and_random(debug=DEBUG),
    **only_in_debug("insecure-and-only-for-one-developer's-machine"),
)
# Former ones, still good for what was signed or sealed with them.
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS",
    validate=hosts(debug=DEBUG),
    **only_in_debug(["localhost", "127.0.0.1", "[::1]"]),
)
# The public address, used in mails and feeds; a request's Host header never is.
BASE_URL = env.str(
    "BASE_URL",
    validate=an_address(debug=DEBUG),
    **only_in_debug("http://localhost:8000"),
)
# Whom the accessibility statement names for what does not work: an address or a number.
ACCESSIBILITY_CONTACT = env.str("ACCESSIBILITY_CONTACT", "")
# How many proxies of our own stand before the web server and add X-Forwarded-For.
PROXY_COUNT = env.int("PROXY_COUNT", 0)
# Whom somebody tells who has found a hole: `https:`, `mailto:` or `tel:`.
SECURITY_CONTACT = env.str("SECURITY_CONTACT", "")
LOG_LEVEL = env.str("LOG_LEVEL", "INFO")
# Who knows it may read /metrics; empty: there is no such address.
METRICS_TOKEN = env.str("METRICS_TOKEN", "", validate=a_long_token)
# Where the processes of one web server share their request times; gunicorn sets it.
METRICS_DIR = env.path("PROMETHEUS_MULTIPROC_DIR", None)
# Where errors are reported, without what people wrote or who they are.
SENTRY_DSN = env.str("SENTRY_DSN", "")
# Where a collector takes traces (OTLP by HTTP); needs requirements/tracing.txt.
TRACES_URL = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", "", validate=a_collector)

# --- servers ------------------------------------------------------------------------

_embedded = Servers(
    VAR_DIR,
    postgres=DEBUG and not env.str("DATABASE_URL", ""),
    redis=DEBUG and not env.str("REDIS_URL", ""),
)
EMBEDDED = _embedded if _embedded.postgres or _embedded.redis else None

STATEMENT_TIMEOUT = env.str("STATEMENT_TIMEOUT", "30s")
_database_url = env.str(
    "DATABASE_URL", validate=postgresql, **only_in_debug(_embedded.database_url)
)
# The server itself, where DATABASE_URL is that of a PgBouncer in transaction mode.
_direct_url = env.str("DATABASE_DIRECT_URL", "", validate=postgresql_if_any)
# A copy that follows it; reports and files are then read there (rollout/replica.py).
_replica_url = env.str("DATABASE_REPLICA_URL", "", validate=postgresql_if_any)
DATABASES = databases(
    _database_url or "postgres://",
    direct_url=_direct_url or "",
    replica_url=_replica_url or "",
    program=name_of(sys.argv),
    statement_timeout=STATEMENT_TIMEOUT or "30s",
)
DATABASE_ROUTERS = ["rollout.replica.Router"] if _replica_url else []
REDIS_URL = env.str(
    "REDIS_URL", validate=redis_address, **only_in_debug(_embedded.redis_url)
)
CELERY_BROKER_URL, _of_sentinels = broker(REDIS_URL or "")
CELERY_BROKER_TRANSPORT_OPTIONS = fixed.CELERY_BROKER_TRANSPORT_OPTIONS | _of_sentinels
BEAT_ALIVE_FILE = env.path("BEAT_ALIVE_FILE", VAR_DIR / "beat-alive")

# --- webhooks ------------------------------------------------------------------------

# Only an installation that is reached on this machine alone may call this machine:
# elsewhere a webhook to it would open what is closed to everybody else.
WEBHOOKS_MAY_CALL_LOOPBACK = DEBUG or urlsplit(BASE_URL or "").hostname in LOCAL_HOSTS

# --- mail ----------------------------------------------------------------------------

_email_url = env.str(
    "EMAIL_URL", validate=mail_server, **only_in_debug("smtp://127.0.0.1:2525")
)
_mail = urlsplit(_email_url or "smtp://127.0.0.1")
EMAIL_HOST = _mail.hostname
EMAIL_PORT = _mail.port or SMTP_PORTS[_mail.scheme]
EMAIL_HOST_USER = unquote(_mail.username or "")
EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
EMAIL_USE_TLS = _mail.scheme == "smtp+tls"
EMAIL_USE_SSL = _mail.scheme == "smtp+ssl"
DEFAULT_FROM_EMAIL = env.str(
    "DEFAULT_FROM_EMAIL",
    validate=sender,
    **only_in_debug("Rollout <rollout@example.org>"),
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Where mails come back to; each gets a signed address of its own: name+mark@domain.
BOUNCE_ADDRESS = env.str("BOUNCE_ADDRESS", "", validate=mailbox)
# What has piled up leaves little by little; 0 lets it go as fast as it can.
OUTBOX_TIMING: dict[str, Any] = {"per_minute": env.int("REMINDERS_PER_MINUTE", 60)}
# A provider that takes our mail by SMTP and reports at /mail-events/ what came back.
MAIL_PROVIDER = env.str(
    "MAIL_PROVIDER", "", validate=validate.OneOf(["", "brevo", "mailjet", "postmark"])
)
ANYMAIL = {
    "WEBHOOK_SECRET": env.str(
        "MAIL_EVENTS_SECRET",
        validate=a_login,
        **({} if MAIL_PROVIDER else {"default": ""}),
    )
}

# Where the end of the histories is written down each day, and to whom it is mailed:
# keep both where nobody who can write the database can write too.
HISTORY_ANCHORS = env.path("HISTORY_ANCHORS", VAR_DIR / "history-anchors.jsonl")
ARCHIVE_ADDRESS = env.str("ARCHIVE_ADDRESS", "")

# --- who may come in -----------------------------------------------------------------

ALLAUTH_TRUSTED_PROXY_COUNT = PROXY_COUNT
# Whose login needs a second factor: roles in a programme, and `administrator`.
SECOND_FACTOR_FOR = env.list(
    "SECOND_FACTOR_FOR",
    [] if DEBUG else ["manager", "administrator"],
    validate=roles,
)

# Where people may log in instead of here, in JSON (docs/identity.md).
_openid = read_providers(
    env.str("OIDC_PROVIDERS", "[]", validate=of(OpenIdProvider)) or "[]", OpenIdProvider
)
_saml = read_providers(
    env.str("SAML_PROVIDERS", "[]", validate=of(SamlProvider, besides=_openid)) or "[]",
    SamlProvider,
)
LOGIN_PROVIDERS: tuple[LoginProvider, ...] = (*_openid, *_saml)
# Whether /admin/ is there at all.
ADMIN_ENABLED = env.bool("ADMIN_ENABLED", True)

# --- what browsers are told -----------------------------------------------------------

_https = urlsplit(BASE_URL or "").scheme == "https"
SECURE_SSL_REDIRECT = _https
# Browsers offer security keys to https and to this machine alone.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _https
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_HSTS_PRELOAD = _https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXY_COUNT else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_NAME = "__Host-session" if _https else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if _https else "csrf"
# How long a login lasts in all, and without a sign of life.
SESSION_COOKIE_AGE = (env.int("SESSION_HOURS", 12) or 12) * 3600
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", 60)
CSRF_TRUSTED_ORIGINS = [BASE_URL] if _https else []

# --- files ---------------------------------------------------------------------------

MEDIA_ROOT = env.path("MEDIA_ROOT", VAR_DIR / "media")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}

# --- backups --------------------------------------------------------------------------

# Each is set or none: then a backup is made every day, by a worker.
BACKUP_DIR = env.path("BACKUP_DIR", None)
# Public keys (age1… or ssh-…), separated by commas; who has a secret one can restore.
BACKUP_RECIPIENTS: list[str] = env.list("BACKUP_RECIPIENTS", [])
BACKUP_KEEP_DAYS = env.int("BACKUP_KEEP_DAYS", 30, validate=validate.Range(min=1))
# A file with a secret key: then each week the newest backup is restored to prove it.
# Leave it empty where backups must stay closed to this machine.
BACKUP_IDENTITY = env.path("BACKUP_IDENTITY", None)

# --- how long things are kept, in days; 0: for ever (config/retention.py) -------------

_days = validate.Range(min=0)
RETENTION_MAIL_DAYS = env.int("RETENTION_MAIL_DAYS", 730, validate=_days)
RETENTION_BOUNCE_DAYS = env.int("RETENTION_BOUNCE_DAYS", 365, validate=_days)
RETENTION_CALL_DAYS = env.int("RETENTION_CALL_DAYS", 90, validate=_days)
RETENTION_TOKEN_DAYS = env.int("RETENTION_TOKEN_DAYS", 365, validate=_days)
RETENTION_UPLOAD_DAYS = env.int("RETENTION_UPLOAD_DAYS", 90, validate=_days)
RETENTION_LOGIN_DAYS = env.int("RETENTION_LOGIN_DAYS", 30, validate=_days)

# --- API -----------------------------------------------------------------------------

REST_FRAMEWORK = {**fixed.REST_FRAMEWORK, "NUM_PROXIES": PROXY_COUNT}

# --- logs ----------------------------------------------------------------------------

LOGGING = logging_to_stderr(level=LOG_LEVEL or "INFO", for_people=DEBUG)

try:
    env.seal()
except EnvValidationError as error:
    wrong = cast(Mapping[str, list[str]], error.error_messages)
    raise ImproperlyConfigured(
        "The environment is not complete (see .env.example):\n"
        + "\n".join(
            f"  {name}: {' '.join(messages)}"
            for name, messages in sorted(wrong.items())
        )
    ) from None
