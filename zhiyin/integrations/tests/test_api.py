from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from zhiyin.integrations.models import Webhook, WebhookDelivery
from zhiyin.people.models import Staff
from zhiyin.platform.audit.models import AuditEntry
from zhiyin.platform.outbound.signing import is_secret
from zhiyin.testing.people import ApiClient, client_for
from zhiyin.testing.receiver import receiver
from zhiyin.testing.spine import let_effects_happen

BODY = {"name": "CRM", "url": "https://8.8.8.8/hook", "events": ["tickets.opened"]}


@pytest.fixture
def client(administrator: Staff) -> ApiClient:
    return client_for(administrator)


def add(client: ApiClient, **fields: Any) -> Any:
    return client.post("/api/v1/webhooks", {**BODY, **fields})


def test_the_secret_is_shown_once_and_kept_sealed(client: ApiClient) -> None:
    response = add(client)
    assert response.status_code == 201
    made = response.json()
    assert is_secret(made.pop("secret"))
    [listed] = client.get("/api/v1/webhooks").json()
    assert listed == made
    assert client.get(f"/api/v1/webhooks/{made['id']}").json() == made
    assert "secret" not in listed
    assert AuditEntry.objects.get().action == "integrations.webhook_added"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"url": "ftp://example.com"}, "url"),
        ({"url": "http://127.0.0.1/"}, "url"),
        ({"url": "http://localhost:8000/"}, "url"),
        ({"url": "https://user:secret@8.8.8.8/"}, "url"),
        ({"events": []}, "events"),
        ({"events": ["tickets.exploded"]}, "events"),
    ],
)
def test_what_does_not_fit_is_refused_by_field(
    client: ApiClient, settings: Settings, fields: dict[str, Any], wrong: str
) -> None:
    settings.ALLOW_PRIVATE_WEBHOOKS = False
    response = add(client, **fields)
    assert (response.status_code, response.json()["code"]) == (422, "invalid")
    assert list(response.json()["params"]["fields"]) == [wrong]
    assert not Webhook.objects.exists()


def test_a_change_keeps_what_it_leaves_out(client: ApiClient) -> None:
    made = add(client).json()
    path = f"/api/v1/webhooks/{made['id']}"
    changed = client.patch(path, {"events": ["tickets.closed", "tickets.assigned", "tickets.closed"]}).json()
    assert (changed["name"], changed["events"]) == ("CRM", ["tickets.assigned", "tickets.closed"])
    assert client.patch(path, {"events": ["*", "tickets.closed"]}).json()["events"] == ["*"]
    assert client.patch(path, {"active": False}).json()["active"] is False


def test_switching_on_forgets_failures(client: ApiClient) -> None:
    made = add(client).json()
    now = timezone.now()
    Webhook.objects.update(
        active=False, failures=9, failing_since=now, paused_until=now, disabled_at=now, disabled_reason="x"
    )
    changed = client.patch(f"/api/v1/webhooks/{made['id']}", {"active": True}).json()
    assert (changed["active"], changed["failures"], changed["failing_since"]) == (True, 0, None)
    assert (changed["disabled_at"], changed["disabled_reason"]) == (None, "")


def test_a_renewed_secret_replaces_the_old(client: ApiClient) -> None:
    made = add(client).json()
    renewed = client.post(f"/api/v1/webhooks/{made['id']}/secret").json()["secret"]
    assert renewed != made["secret"]
    assert Webhook.objects.get().secret == renewed


def test_ping_deliveries_and_replay(client: ApiClient) -> None:
    with receiver() as other:
        made = add(client, url=other.url).json()
        path = f"/api/v1/webhooks/{made['id']}"
        assert client.post(f"{path}/pings").status_code == 202
        let_effects_happen()
        [sent] = client.get(f"{path}/deliveries").json()["items"]
        assert (sent["type"], sent["state"], sent["tries"][0]["status"]) == ("ping", "delivered", 200)
        replayed = client.post(f"{path}/deliveries/{sent['id']}/replay")
        assert (replayed.status_code, replayed.json()["state"]) == (202, "queued")
        let_effects_happen()
    assert len(other.received) == 2
    assert client.get(f"{path}/deliveries?state=failed").json()["items"] == []


def test_a_web_hook_that_is_off_is_neither_pinged_nor_replayed(client: ApiClient) -> None:
    made = add(client, active=False).json()
    response = client.post(f"/api/v1/webhooks/{made['id']}/pings")
    assert (response.status_code, response.json()["code"]) == (409, "integrations.webhook_is_off")
    assert not WebhookDelivery.objects.exists()


def test_a_removed_web_hook_is_gone(client: ApiClient) -> None:
    made = add(client).json()
    assert client.delete(f"/api/v1/webhooks/{made['id']}").status_code == 204
    assert client.get(f"/api/v1/webhooks/{made['id']}").status_code == 404
    assert AuditEntry.objects.latest("number").action == "integrations.webhook_removed"


def test_another_web_hooks_delivery_is_not_found(client: ApiClient) -> None:
    one, two = add(client).json(), add(client).json()
    now = timezone.now()
    delivery = WebhookDelivery.objects.create(
        webhook_id=one["id"], type="ping", message_id="m", at=now, created_at=now
    )
    response = client.post(f"/api/v1/webhooks/{two['id']}/deliveries/{delivery.pk}/replay")
    assert response.status_code == 404
    delivery.refresh_from_db()
    assert delivery.round == 0


def test_the_kinds_of_facts_are_listed_in_both_languages(client: ApiClient) -> None:
    listed = {one["type"]: one for one in client.get("/api/v1/webhooks/events").json()}
    assert listed["tickets.resolved"]["zh"] == "工单已解决"


def test_others_are_refused(client: ApiClient, owner: Staff, nobody: ApiClient) -> None:
    add(client)
    for other, status in ((nobody, 401), (client_for(owner), 403)):
        assert other.get("/api/v1/webhooks").status_code == status
        assert add(other).status_code == status
    assert Webhook.objects.count() == 1
