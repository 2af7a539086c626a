"""How everything is logged: one line for each event, as JSON or for people to read."""

from typing import Any

import structlog

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]


def logging_to_stderr(*, level: str, for_people: bool) -> dict[str, Any]:
    """Return the settings of logging, and configure structlog to log through it."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *(
                        [structlog.dev.ConsoleRenderer()]
                        if for_people
                        else [
                            structlog.processors.format_exc_info,
                            structlog.processors.JSONRenderer(ensure_ascii=False),
                        ]
                    ),
                ],
            }
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "structured"}
        },
        "root": {"handlers": ["stderr"], "level": level},
        "filters": {"mask_secrets": {"()": "config.redaction.MaskSecrets"}},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.request": {"filters": ["mask_secrets"]},
            "django.security.csrf": {"filters": ["mask_secrets"]},
        },
    }
