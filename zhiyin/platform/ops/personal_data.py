"""Keeping people out of the logs: what names a person is left out or masked before a line is written."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

REMOVED = "[removed]"
_DEPTH = 4

# Bodies and requests are never logged; these names hold them, people, their addresses or secrets.
_PERSONAL_NAMES = re.compile(
    r"(?:^|_)(?:name|email|mail|phone|mobile|tel|address|addresses|sender|recipient|recipients|customer|visitor"
    r"|cc|bcc|subject|text|html|body|content|message_text|note|preview|signature|password|passwd|secret|secrets"
    r"|token|tokens|authorization|cookie|cookies|csrf|session|identity|ip|client|remote_addr|query|query_string"
    r"|params|payload|data|headers|request|args|url|key)$",
    re.IGNORECASE,
)
_KEPT_NAMES = frozenset({"event", "logger", "level", "timestamp", "exception", "stack", "logger_name"})
_MASKS = (
    (re.compile(r"zy[a-z]_[A-Za-z0-9_-]{8,}"), "[token]"),
    (re.compile(r"(?i)\b(?:bearer|basic|visitor)\s+[A-Za-z0-9._~+/=-]{8,}"), "[credentials]"),
    (re.compile(r"://[^/\s:@]+:[^/\s@]+@"), "://[credentials]@"),
    (re.compile(r"[^\s@<>\"'(),:;=\[\]]+@[^\s@<>\"'(),:;=\[\]]+\.[A-Za-z0-9-]{2,}"), "[email]"),
    (re.compile(r"\?[^\s?\"']*=[^\s\"']*"), "?" + REMOVED),
    (re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"), "[id]"),
    (re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"), "[phone]"),
    (re.compile(r"(?<![\w+])\+\d[\d -]{7,17}\d(?!\d)"), "[phone]"),
    (re.compile(r"(?m)^(DETAIL|CONTEXT):.*$"), r"\1: " + REMOVED),  # PostgreSQL quotes the row
)


def remove_personal_data(
    _logger: Any, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A structlog processor: mask what names a person in every value of the line."""
    return {name: _clean(name, value, _DEPTH) for name, value in line.items()}


def mask(text: str) -> str:
    """Return the text with e-mail addresses, phone numbers, id numbers and credentials masked."""
    for pattern, replacement in _MASKS:
        text = pattern.sub(replacement, text)
    return text


def _clean(name: str, value: Any, depth: int) -> Any:
    if name not in _KEPT_NAMES and _PERSONAL_NAMES.search(name):
        return REMOVED
    if value is None or isinstance(value, bool | int | float):
        return value
    if depth and isinstance(value, Mapping):
        return {str(key): _clean(str(key), item, depth - 1) for key, item in value.items()}
    if depth and isinstance(value, list | tuple | set | frozenset):
        return [_clean("", item, depth - 1) for item in value]
    return mask(str(value))
