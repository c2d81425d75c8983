from __future__ import annotations

from typing import Any

import pytest

from zhiyin.channels.commands.configuring import KEPT
from zhiyin.channels.models import Channel
from zhiyin.channels.providers.registry import provider_of, providers
from zhiyin.people.models import Staff
from zhiyin.testing.people import client_for

pytestmark = pytest.mark.django_db
NEW: dict[str, Any] = {
    "kind": "api",
    "key": "app",
    "name": "App",
    "values": {"callback_url": "https://app.example/answers", "callback_secret": "whsec_" + "c2VjcmV0" * 6},
}


def test_every_provider_speaks_the_protocol() -> None:
    assert {provider.kind for provider in providers()} >= {"api", "chat", "email"}
    for provider in providers():
        assert provider.name_zh
        assert provider.name_en
        for field in provider.form():
            assert {"name", "type", "zh", "en"} <= set(field), f"{provider.kind}: {field}"
            assert field["type"] in {"text", "password", "number", "bool", "choice", "list", "structure"}
        for method in ("parse", "deliver", "message_id", "own_keys", "check"):
            assert callable(getattr(provider, method))


def test_secrets_are_shown_as_dots_and_kept_when_sent_back_so(administrator: Staff) -> None:
    client = client_for(administrator)
    made = client.post("/api/v1/channels", NEW)
    assert made.status_code == 201
    assert made.json()["values"]["callback_secret"] == KEPT
    secret = Channel.objects.get().secrets["callback_secret"]
    body = {"name": "App 2", "values": {"callback_url": "https://app.example/2", "callback_secret": KEPT}}
    changed = client.patch(f"/api/v1/channels/{made.json()['id']}", body)
    assert changed.json()["name"] == "App 2"
    assert Channel.objects.get().secrets["callback_secret"] == secret
    assert Channel.objects.get().settings["callback_url"] == "https://app.example/2"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "pigeon"}, "channels.no_such_kind"),
        ({"name": " "}, "invalid"),
        ({"key": "Not A Key"}, "invalid"),
        ({"values": {"nonsense": "1"}}, "invalid"),
        ({"values": {"callback_url": 7}}, "invalid"),
        ({"default_group_id": 999}, "invalid"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_stored(
    change: dict[str, Any], code: str, administrator: Staff
) -> None:
    answer = client_for(administrator).post("/api/v1/channels", NEW | change)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not Channel.objects.exists()


def test_a_key_is_taken_once(administrator: Staff) -> None:
    client = client_for(administrator)
    client.post("/api/v1/channels", NEW)
    assert client.post("/api/v1/channels", NEW).json()["code"] == "channels.key_taken"
    assert Channel.objects.count() == 1


def test_agents_neither_see_nor_change_channels(owner: Staff) -> None:
    client = client_for(owner)
    assert client.get("/api/v1/channels").status_code == 403
    assert client.post("/api/v1/channels", NEW).status_code == 403
    assert not Channel.objects.exists()


def test_the_form_of_each_kind_is_told(administrator: Staff) -> None:
    kinds = {kind["kind"]: kind for kind in client_for(administrator).get("/api/v1/channels/kinds").json()}
    assert kinds["api"]["form"] == provider_of("api").form()
