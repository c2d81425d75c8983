"""Reading settings from the environment: each variable declared once, all problems told together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class Variable:
    name: str
    default: str | None
    doc: str


class Environment:
    """Reads declared variables; collects what is missing or wrong until `raise_problems`."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.variables: list[Variable] = []
        self._problems: list[str] = []

    def read(self, name: str, *, default: str | None = None, doc: str) -> str:
        self.variables.append(Variable(name, default, doc))
        value = self._values.get(name, "").strip()
        if value:
            return value
        if default is None:
            self._problems.append(f"{name} is not set / 未设置: {doc}")
        return default or ""

    def flag(self, name: str, *, default: bool, doc: str) -> bool:
        return self.choice(name, ["0", "1"], default="1" if default else "0", doc=doc) == "1"

    def choice(self, name: str, options: list[str], *, default: str, doc: str) -> str:
        value = self.read(name, default=default, doc=doc).lower()
        if value not in options:
            self._problems.append(f"{name}={value!r}: must be one of / 只能是 {', '.join(options)}.")
            return default
        return value

    def number(self, name: str, *, default: int, doc: str) -> int:
        value = self.read(name, default=str(default), doc=doc)
        if not value.isdecimal():
            self._problems.append(f"{name}={value!r}: must be a whole number / 必须是整数.")
            return default
        return int(value)

    def words(self, name: str, *, default: str, doc: str) -> list[str]:
        return [word.strip() for word in self.read(name, default=default, doc=doc).split(",") if word.strip()]

    def socket_address(self, name: str, *, default: str, doc: str) -> str:
        """`unix:/path`, `tcp:host:port` or nothing."""
        value = self.read(name, default=default, doc=doc)
        if value and not re.fullmatch(r"unix:/.+|tcp:.+:\d{1,5}", value):
            self._problems.append(f"{name}={value!r}: must be / 应为 unix:/path, tcp:host:port.")
            return default
        return value

    def servers(self, name: str, *, default_port: int, doc: str) -> list[tuple[str, int]]:
        """IP addresses with or without a port, by comma: `10.0.0.1, 10.0.0.2:5353, [fd00::1]:53`."""
        found = []
        for word in self.words(name, default="", doc=doc):
            told = re.fullmatch(
                r"\[([0-9a-fA-F:.]+)\](?::(\d{1,5}))?|([0-9.]+)(?::(\d{1,5}))?|([0-9a-fA-F:]+)", word
            )
            address = (told[1] or told[3] or told[5]) if told else ""
            try:
                port = int((told[2] or told[4]) if told and (told[2] or told[4]) else default_port)
                found.append((str(ip_address(address)), port))
            except ValueError:
                self._problems.append(f"{name}={word!r}: must be an address / 应为 IP 地址，如 10.0.0.1:53.")
        return found

    def raise_problems(self) -> None:
        if self._problems:
            told = "\n  ".join(self._problems)
            raise ImproperlyConfigured(
                f"Settings are wrong / 配置有误:\n  {told}\nSee / 参见 docs/configuration.md."
            )


def database_from_url(url: str) -> dict[str, Any]:
    """Django's DATABASES entry for a postgresql:// address; raises ImproperlyConfigured on any other."""
    if not url:
        return {}
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured(
            f"DATABASE_URL must start with postgresql:// / 必须以 postgresql:// 开头: {parts.scheme}"
        )
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "zhiyin",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": options.pop("port", "") or (str(parts.port) if parts.port else ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**options, "application_name": "zhiyin"},
        "TEST": {"TEMPLATE": "template0"},
    }
