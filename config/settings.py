"""All settings, from the environment alone. Every wrong variable is named at once.

`.env.example` lists the variables. With DEBUG on, each has a default that suits one
developer's machine; with DEBUG off, whatever is unsafe to guess must be given.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import dj_database_url
import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env, EnvValidationError, validate

from config.embedded import Servers
from config.logs import logging_to_stderr
from config.openapi import SPECTACULAR_SETTINGS  # noqa: F401  # a setting
from config.openid.reading import login_providers, read_providers
from config.schedule import BEAT_SCHEDULE
from config.validation import (
    LOCAL_HOSTS,
    SMTP_PORTS,
    a_login,
    a_long_token,
    an_address,
    hosts,
    long_and_random,
    mail_server,
    mailbox,
    postgresql,
    redis_address,
    roles,
    sender,
)

# Lets annotations such as ModelAdmin[Activity] run as well as be checked.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))[
    "project"
]["version"]

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
_database = dj_database_url.parse(
    _database_url or "postgres://", conn_max_age=60, conn_health_checks=True
)
DATABASES = {
    "default": {
        **_database,
        "OPTIONS": {
            **_database.get("OPTIONS", {}),
            "options": " ".join(
                (
                    "-c lock_timeout=5s",
                    f"-c statement_timeout={STATEMENT_TIMEOUT}",
                    "-c idle_in_transaction_session_timeout=60s",
                    "-c synchronous_commit=on",
                )
            ),
        },
    }
}
REDIS_URL = env.str(
    "REDIS_URL", validate=redis_address, **only_in_debug(_embedded.redis_url)
)
# In the database, so that throttles and login limits survive the loss of Redis.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "config_cache",
    },
    # The API's counters: in the process, so that counting costs no query.
    "throttle": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "throttle",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
}

# --- Celery: Redis only wakes the workers; the database is the queue ------------------

# Kombu spells a Unix socket differently from everybody else.
CELERY_BROKER_URL = (REDIS_URL or "").replace("unix://", "redis+socket://", 1)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    # A Redis that accepts and never answers must not hold a page for long.
    "socket_connect_timeout": 1,
    "socket_timeout": 2,
    "socket_keepalive": True,
    "health_check_interval": 25,
    "max_retries": 1,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_TASK_PUBLISH_RETRY_POLICY = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.2,
    "interval_max": 0.2,
}
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "notifications.tasks.deliver_outbox": {"queue": "mail"},
    "notifications.tasks.deliver_webhooks": {"queue": "webhooks"},
}
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# No schedule on disk: each entry is an interval, and a beat may start from nothing.
CELERY_BEAT_SCHEDULER = "config.beat.LivingScheduler"
BEAT_ALIVE_FILE = env.path("BEAT_ALIVE_FILE", VAR_DIR / "beat-alive")
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_TIMEZONE = "Europe/Copenhagen"

# --- webhooks ------------------------------------------------------------------------

# Only an installation that is reached on this machine alone may call this machine:
# elsewhere a webhook to it would open what is closed to everybody else.
WEBHOOKS_MAY_CALL_LOOPBACK = DEBUG or urlsplit(BASE_URL or "").hostname in LOCAL_HOSTS

# --- mail ----------------------------------------------------------------------------

_email_url = env.str(
    "EMAIL_URL", validate=mail_server, **only_in_debug("smtp://127.0.0.1:2525")
)
_mail = urlsplit(_email_url or "smtp://127.0.0.1")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = _mail.hostname
EMAIL_PORT = _mail.port or SMTP_PORTS[_mail.scheme]
EMAIL_HOST_USER = unquote(_mail.username or "")
EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
EMAIL_USE_TLS = _mail.scheme == "smtp+tls"
EMAIL_USE_SSL = _mail.scheme == "smtp+ssl"
EMAIL_TIMEOUT = 30
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

# --- applications --------------------------------------------------------------------

INSTALLED_APPS = [
    "config",
    "notifications",
    "rollout",
    "workflows",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_fsm",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pgtrigger",
    "rest_framework",
    "rules.apps.AutodiscoverRulesConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]
MIDDLEWARE = [
    # First, so that a health check needs no host name, no session and no redirect.
    "config.health.HealthMiddleware",
    "config.requests.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.security.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.compression.PageCompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "rollout.acting.ActorMiddleware",
    "config.sessions.SessionLimitsMiddleware",
    "rollout.web.language.PreferredLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.second_factor.SecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    }
]

# --- who may come in -----------------------------------------------------------------

AUTH_USER_MODEL = "rollout.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
# Who works for a partner begins with their own work, others with the overview.
LOGIN_REDIRECT_URL = "rollout:start"
ACCOUNT_ADAPTER = "config.accounts.ClosedAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
# Mail may take a few minutes; in seconds.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_PREVENT_ENUMERATION = True
# allauth's own writes an address down when somebody only looks at a link.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = (
    "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105  # a path
)
# Nor does a stranger get mail because somebody typed their address here.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ALLAUTH_TRUSTED_PROXY_COUNT = PROXY_COUNT
# Whose login needs a second factor: roles in a programme, and `administrator`.
SECOND_FACTOR_FOR = env.list(
    "SECOND_FACTOR_FOR",
    [] if DEBUG else ["manager", "administrator"],
    validate=roles,
)

# Where people may log in instead of here, in JSON (docs/identity.md).
OIDC_PROVIDERS = read_providers(
    env.str("OIDC_PROVIDERS", "[]", validate=login_providers) or "[]"
)
SOCIALACCOUNT_ADAPTER = "config.openid.adapter.ProviderLoginAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"provider_class": "config.openid.provider.StrictProvider"}
}
# What a provider says of an address counts where it vouches for its domain, see there.
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
# A new way into an account is opened by whoever shows once more that it is theirs.
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
MFA_ADAPTER = "config.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# Nobody signs up by themselves, so every address was entered by a manager.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# Half a minute either way, for phones whose clock is a little off.
MFA_TOTP_TOLERANCE = 1
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
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_NAME = "__Host-session" if _https else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if _https else "csrf"
SESSION_COOKIE_HTTPONLY = True
# How long a login lasts in all, and without a sign of life.
SESSION_COOKIE_AGE = (env.int("SESSION_HOURS", 12) or 12) * 3600
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", 60)
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
CSRF_TRUSTED_ORIGINS = [BASE_URL] if _https else []
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_HANDLERS = [
    "config.uploads.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- language and time ----------------------------------------------------------------

LANGUAGE_CODE = "da"
LANGUAGES = [("da", _("Danish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Copenhagen"

# --- files ---------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
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

# Each is set or none: then a backup is made every day, by the default worker.
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
#: Foretells which mails an edit sets off: the domain does not know who sends them.
FORETELLER = "notifications.foretelling.foretell"

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rollout.api.authentication.TokenAuthentication",
        "rollout.api.authentication.DocsSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "rollout.api.scopes.HasScope",
    ],
    "DEFAULT_PARSER_CLASSES": ["rollout.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rollout.api.rendering.QuickJSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": [
        "django_filters.rest_framework.DjangoFilterBackend",
        "rollout.api.search.Search",
    ],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "rollout.api.negotiation.Negotiation",
    "DEFAULT_PAGINATION_CLASS": "rollout.api.pagination.CursorPagination",
    "DEFAULT_SCHEMA_CLASS": "rollout.api.schema.Schema",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_THROTTLE_CLASSES": [
        "rollout.api.throttling.TokenThrottle",
        "rollout.api.throttling.AddressThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {"token": "600/min", "address": "60/min"},
    "EXCEPTION_HANDLER": "rollout.api.problems.answer",
    "NUM_PROXIES": PROXY_COUNT,
    "URL_FORMAT_OVERRIDE": None,
}

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
