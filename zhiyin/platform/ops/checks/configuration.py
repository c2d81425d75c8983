"""Is it configured so that people can reach it, safely?"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from django.conf import settings

import zhiyin
from zhiyin.platform.ops.findings import Finding, check, error, ok, warn

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@check("configuration", zh="配置", en="Configuration", needs_database=False)
def check_configuration(*, now: datetime) -> Iterator[Finding]:
    """Settings that are unsafe, or don't fit each other."""
    del now
    host = urlsplit(settings.BASE_URL).hostname or ""
    problems = [*_unsafe_settings(host), *_unreachable_settings(host), *_missing_parts()]
    yield from problems
    if not problems:
        yield ok(
            "configuration.sound",
            zh=f"配置正常，地址 {settings.BASE_URL}。",
            en=f"Settings are sound; the address is {settings.BASE_URL}.",
        )


@check("proxy", zh="反向代理", en="Reverse proxy", needs_database=False)
def check_proxy(*, now: datetime) -> Iterator[Finding]:
    """Whether what we believe of a proxy fits the address people type."""
    del now
    secure = settings.BASE_URL.startswith("https://")
    if secure and not settings.TRUST_PROXY:
        yield warn(
            "proxy.not_trusted",
            zh="地址是 https，但未信任代理的 X-Forwarded-* 头：登录失败计数会把所有人当成同一来源。",
            en="The address is https, but the proxy's X-Forwarded-* headers are not believed: "
            "sign-in limits take everybody for one visitor.",
            next_zh="如有反向代理，请设置 ZHIYIN_TRUST_PROXY=1，并确认代理会覆盖这些头。",
            next_en="Behind a reverse proxy set ZHIYIN_TRUST_PROXY=1, and see that the proxy overwrites these headers.",
        )
    elif settings.TRUST_PROXY and settings.BIND_HOST not in _LOOPBACK:
        yield warn(
            "proxy.can_be_bypassed",
            zh=f"信任代理头，同时直接监听 {settings.BIND_HOST}：绕过代理的人可以伪造来源地址。",
            en=f"Proxy headers are believed while listening on {settings.BIND_HOST}: who goes round the proxy can forge them.",
            next_zh="让网页进程只监听代理能访问的地址（如 ZHIYIN_HOST=127.0.0.1）。",
            next_en="Listen only where the proxy can reach it (for instance ZHIYIN_HOST=127.0.0.1).",
        )
    else:
        yield ok("proxy.consistent", zh="代理设置与地址一致。", en="Proxy settings fit the address.")


@check("address", zh="访问地址", en="Address", live=True, needs_database=False)
def check_address(*, now: datetime) -> Iterator[Finding]:
    """Whether the address people type leads to this installation."""
    del now
    url = f"{settings.BASE_URL}/healthz"
    try:
        status = httpx.get(url, timeout=5).status_code
    except httpx.HTTPError as problem:
        status = 0
        reason = str(problem) or type(problem).__name__
    else:
        reason = f"HTTP {status}"
    if status == httpx.codes.OK:
        yield ok("address.answers", zh=f"{settings.BASE_URL} 可以访问。", en=f"{settings.BASE_URL} answers.")
        return
    yield error(
        "address.silent",
        zh=f"无法访问 {url}：{reason}",
        en=f"{url} does not answer: {reason}",
        next_zh="检查 ZHIYIN_BASE_URL、网页进程是否运行、代理与防火墙。",
        next_en="Check ZHIYIN_BASE_URL, whether the web part runs, the proxy and the firewall.",
    )


def _unsafe_settings(host: str) -> Iterator[Finding]:
    if settings.DEBUG:
        yield error(
            "configuration.debug",
            zh="ZHIYIN_DEBUG=1：出错时浏览器会显示内部信息。",
            en="ZHIYIN_DEBUG=1: errors show internals in the browser.",
            next_zh="去掉 ZHIYIN_DEBUG 并重新启动。",
            next_en="Unset ZHIYIN_DEBUG and start again.",
        )
    if settings.BASE_URL.startswith("http://") and host not in _LOOPBACK:
        yield warn(
            "configuration.plain_http",
            zh=f"{settings.BASE_URL} 未加密，密码会明文传输。",
            en=f"{settings.BASE_URL} is not encrypted: passwords travel in the clear.",
            next_zh="在前面放一个提供 TLS 的反向代理，并把 ZHIYIN_BASE_URL 改为 https:// 地址。",
            next_en="Put a reverse proxy with TLS before it and set ZHIYIN_BASE_URL to the https:// address.",
        )
    keys = settings.DATA_DIR / "keys.json"
    if keys.exists() and keys.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield error(
            "configuration.keys_readable",
            zh=f"其他用户可以读取 {keys}。",
            en=f"Other users may read {keys}.",
            next_zh=f"运行 chmod 600 {keys}",
            next_en=f"Run: chmod 600 {keys}",
        )


def _unreachable_settings(host: str) -> Iterator[Finding]:
    allowed = [name.strip("[]") for name in settings.ALLOWED_HOSTS]
    if "*" not in allowed and host not in allowed:
        yield error(
            "configuration.host_not_allowed",
            zh=f"ZHIYIN_ALLOWED_HOSTS 不含 {host}，用 {settings.BASE_URL} 打开会被拒绝。",
            en=f"ZHIYIN_ALLOWED_HOSTS lacks {host}: opening {settings.BASE_URL} is refused.",
            next_zh=f"把 {host} 加入 ZHIYIN_ALLOWED_HOSTS。",
            next_en=f"Add {host} to ZHIYIN_ALLOWED_HOSTS.",
        )
    if not settings.SYSTEM_MAIL and host not in _LOOPBACK:
        yield warn(
            "configuration.no_system_mail",
            zh="未设置 ZHIYIN_SYSTEM_MAIL：邀请和重置密码的链接只会写进日志。",
            en="ZHIYIN_SYSTEM_MAIL is not set: invitation and reset links only reach the log.",
            next_zh="设置 ZHIYIN_SYSTEM_MAIL=smtp://用户:密码@主机:端口",
            next_en="Set ZHIYIN_SYSTEM_MAIL=smtp://user:password@host:port",
        )


def _missing_parts() -> Iterator[Finding]:
    page = Path(zhiyin.__file__).parent / "frontend" / "desk" / "index.html"
    if not page.exists():
        yield error(
            "configuration.no_front_end",
            zh="没有构建好的网页界面。",
            en="The web front end is not built.",
            next_zh="在源码目录运行 make setup，或用 pip install zhiyin 安装发行版。",
            next_en="Run make setup in the source folder, or install the release with pip install zhiyin.",
        )
