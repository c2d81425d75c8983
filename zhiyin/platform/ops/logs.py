"""Structured logs: one JSON object a line with the request's id and nobody's personal data.

Named by the setting LOGGING_CONFIG; Django calls `configure` with the setting LOGGING.
"""

from __future__ import annotations

import logging.config
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog
from structlog.types import Processor

from zhiyin.platform.ops.personal_data import remove_personal_data

_QUIET = ("uvicorn.access", "httpx", "httpcore", "procrastinate", "asyncio", "PIL")


def configure(options: Mapping[str, Any]) -> None:
    """Set up the logs of this process: `level`, and `form` 'json', 'text' or 'auto' (text on a terminal)."""
    form = options.get("form", "auto")
    if form == "auto":
        form = "text" if sys.stderr.isatty() else "json"
    level = str(options.get("level", "info")).upper()
    logging.config.dictConfig(_settings(level, form))
    structlog.configure(
        processors=[*_gathering(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _settings(level: str, form: str) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _gathering(),
                "processors": _writing(form),
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True, "level": "INFO"},
            "django.server": {"handlers": [], "propagate": True, "level": "WARNING"},
            "django.request": {"level": "ERROR"},  # refusals are in our own line for the request
            **{name: {"level": "WARNING"} for name in _QUIET},
        },
    }


def _gathering() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _writing(form: str) -> list[Processor]:
    written: Processor = (
        structlog.dev.ConsoleRenderer()
        if form == "text"
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    return [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        remove_personal_data,
        _without_colours,
        written,
    ]


def _without_colours(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    line.pop("color_message", None)  # uvicorn's second copy of its message
    return line
