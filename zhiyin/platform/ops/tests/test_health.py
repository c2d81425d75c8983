import re

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from zhiyin.platform.ops import health
from zhiyin.platform.ops.beating import beat

pytestmark = [pytest.mark.django_db, pytest.mark.urls("zhiyin.platform.ops.urls")]


def test_a_living_process_says_so_without_the_database(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_a_migrated_database_means_ready(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ready"})


def test_missing_migrations_are_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", set())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'ops'")
    response = client.get("/readyz")
    assert response.status_code == 503
    [reason] = response.json()["reasons"]
    assert reason["code"] == "database.not_migrated"
    assert "zhiyin migrate" in reason["en"]
    assert "zhiyin migrate" in reason["zh"]


def test_metrics_are_for_this_machine_or_with_the_token(client: Client, settings: Settings) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 403
    settings.METRICS_TOKEN = "s3cret"
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 403
    shown = client.get("/metrics", headers={"Authorization": "Bearer s3cret"}, REMOTE_ADDR="203.0.113.9")
    assert shown.status_code == 200


def test_metrics_tell_lag_ledger_processes_and_requests(client: Client) -> None:
    now = timezone.now()
    beat(kind="stream", started_at=now, now=now, figures={"streams": 12})
    client.get("/nowhere")
    told = client.get("/metrics").content.decode()
    figures = dict(re.findall(r"^(zhiyin_\S+) (\S+)$", told, re.MULTILINE))
    assert figures["zhiyin_stream_connections"] == "12.0"
    assert figures['zhiyin_processes{kind="stream"}'] == "1.0"
    assert figures['zhiyin_processes{kind="worker"}'] == "0.0"
    assert figures["zhiyin_events_pending"] == "0.0"
    assert float(figures["zhiyin_disk_free_bytes"]) > 0
    assert (
        float(
            figures['zhiyin_http_request_duration_seconds_count{method="GET",route="unmatched",status="4xx"}']
        )
        >= 1
    )
