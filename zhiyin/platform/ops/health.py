"""What load balancers, orchestrators and Prometheus ask."""

from __future__ import annotations

import hmac
from ipaddress import ip_address

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from zhiyin.platform.ops.metrics import exposition

_migrated: set[str] = set()  # once applied, migrations stay applied: looked up once in a process's life


def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers. Says nothing of the database, or every restart of it would kill us."""
    return JsonResponse({"status": "ok"})


def readyz(_request: HttpRequest) -> HttpResponse:
    """Whether requests can be served, and if not, why not."""
    reasons = _reasons_against()
    if reasons:
        return JsonResponse({"status": "not_ready", "reasons": reasons}, status=503)
    return JsonResponse({"status": "ready"})


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text: for the machine itself, and from elsewhere with ZHIYIN_METRICS_TOKEN."""
    if not _may_see_metrics(request):
        return JsonResponse({"code": "metrics.token_needed", "setting": "ZHIYIN_METRICS_TOKEN"}, status=403)
    return HttpResponse(exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _reasons_against() -> list[dict[str, str]]:
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if "default" in _migrated:
            return []
        executor = MigrationExecutor(connection)
        missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return [_reason("database.unreachable", "无法连接数据库。", "The database can't be reached.")]
    if missing:
        told = (
            f"有 {missing} 项结构升级未执行，请运行 zhiyin migrate。",
            f"{missing} migrations are not applied; run zhiyin migrate.",
        )
        return [_reason("database.not_migrated", *told)]
    _migrated.add("default")
    return []


def _reason(code: str, zh: str, en: str) -> dict[str, str]:
    return {"code": code, "zh": zh, "en": en}


def _may_see_metrics(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    if token:
        return hmac.compare_digest(
            request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()
        )
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"))
    return not forwarded and _is_this_machine(request.META.get("REMOTE_ADDR", ""))


def _is_this_machine(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
