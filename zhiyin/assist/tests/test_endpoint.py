"""A model elsewhere: asked in its real wire format, masked, bounded, and done without when it fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from zhiyin.assist.asking import FailedNow, ask
from zhiyin.assist.commands.configuring import change_endpoint, try_endpoint
from zhiyin.assist.models import Endpoint, Use
from zhiyin.assist.provider import Asked, NotAvailable, Task
from zhiyin.assist.queries.conversation import conversation_of
from zhiyin.assist.remote.prompts import PROMPTS
from zhiyin.assist.remote.wire import Place, WireError, complete, transcribe
from zhiyin.assist.tests.replay import Replay, replaying
from zhiyin.people.models import Group, Staff
from zhiyin.platform.http.errors import Invalid
from zhiyin.testing.tickets import make_ticket
from zhiyin.tickets.models import Ticket

pytestmark = pytest.mark.django_db
SAID = "我是王芳，电话 13800138000，订单 SO-2026-001234 的退款什么时候到账？你们昨天答应今天退的。"


@pytest.fixture
def server() -> Iterator[Replay]:
    with replaying() as running:
        yield running


@pytest.fixture
def endpoint(server: Replay, administrator: Staff) -> Endpoint:
    values: dict[str, Any] = {
        "active": True,
        "url": server.url,
        "model": "small-1",
        "key": "sk-secret",
        "tasks": ["summary", "draft", "translation"],
        "timeout_seconds": 1,
    }
    return change_endpoint(values=values, by=administrator, now=timezone.now())


@pytest.fixture
def ticket(support: Group) -> Ticket:
    return make_ticket(group=support, text=SAID)


def asked(task: Task, ticket: Ticket, by: Staff, **more: Any) -> Asked:
    said = conversation_of(ticket)
    return Asked(
        **{"task": task, "by": by, "now": timezone.now(), "ticket": ticket, "said": said, "into": "zh"} | more
    )


def test_what_leaves_is_masked_and_what_returns_is_whole(
    server: Replay, endpoint: Endpoint, ticket: Ticket, owner: Staff
) -> None:
    server.answers = ["客户 [PERSON_NAME_1]（[CN_MOBILE_1]）催订单 [ORDER_NUMBER_1] 的退款。"]
    use = ask(asked("summary", ticket, owner))
    sent = str(server.asked[0])
    for secret in ("王芳", "13800138000", "SO-2026-001234"):
        assert secret not in sent
    assert use.text == "客户 王芳（13800138000）催订单 SO-2026-001234 的退款。"
    assert (use.provider, use.model, use.version, use.tokens) == ("endpoint", "replayed-1", "summary-1", 42)
    assert server.keys == ["Bearer sk-secret"]
    assert (server.asked[0]["model"], server.asked[0]["stream"]) == ("small-1", True)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (500, "server"),
        (401, "refused"),
        (429, "busy"),
        ("silence", "timeout"),
        ("plain:no json", "nonsense"),
        ("", "nonsense"),
    ],
)
def test_a_failing_endpoint_falls_back_to_this_machine(
    server: Replay, endpoint: Endpoint, ticket: Ticket, owner: Staff, answer: str | int, reason: str
) -> None:
    server.answers = [answer]
    use = ask(asked("summary", ticket, owner))
    assert (use.provider, use.model, use.fell_back) == ("local", "extractive", reason)
    assert "退款什么时候到账" in use.text


def test_the_circuit_opens_after_failures_and_closes_with_a_success(
    server: Replay, endpoint: Endpoint, ticket: Ticket, owner: Staff
) -> None:
    server.answers = [500, 500, 500]
    for _ in range(4):
        assert ask(asked("summary", ticket, owner)).provider == "local"
    assert len(server.asked) == 3  # the fourth was not asked
    server.answers = ["好了"]
    later = timezone.now() + timedelta(minutes=3)
    assert ask(asked("summary", ticket, owner, now=later)).text == "好了"
    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.open_until) == (0, None)


def test_budgets_hold_for_all_and_for_each_person(
    server: Replay, endpoint: Endpoint, ticket: Ticket, owner: Staff, colleague: Staff
) -> None:
    Endpoint.objects.update(tokens_a_person=40, tokens_a_day=80)
    server.answers = ["一", "二", "三"]
    assert ask(asked("summary", ticket, owner)).provider == "endpoint"
    assert ask(asked("summary", ticket, owner)).fell_back == "budget"
    assert ask(asked("summary", ticket, colleague)).provider == "endpoint"
    Endpoint.objects.update(tokens_a_person=1000)
    assert ask(asked("summary", ticket, owner)).fell_back == "budget"  # 84 of 80 are spent by all


def test_what_nobody_does_is_said_to_be_not_available(ticket: Ticket, owner: Staff) -> None:
    with pytest.raises(NotAvailable) as refused:
        ask(asked("translation", ticket, owner, text="hello"))
    assert "翻译" in refused.value.told("zh")
    assert not Use.objects.exists()


def test_what_only_the_endpoint_does_fails_with_words(
    server: Replay, endpoint: Endpoint, ticket: Ticket, owner: Staff
) -> None:
    server.answers = [500]
    with pytest.raises(FailedNow):
        ask(asked("translation", ticket, owner, text="hello"))
    server.answers = ["plain:" + '{"choices": [{"message": {"content": "你好"}}]}']
    assert ask(asked("translation", ticket, owner, text="hello")).text == "你好"  # a server without streams


def test_the_endpoint_is_tried_and_its_address_checked(
    server: Replay, endpoint: Endpoint, administrator: Staff
) -> None:
    server.answers = ["ready", 401]
    assert (try_endpoint().ok, try_endpoint().reason) == (True, "refused")
    with pytest.raises(Invalid):
        change_endpoint(values={"url": "ftp://x"}, by=administrator, now=timezone.now())
    with pytest.raises(Invalid):
        change_endpoint(values={"tasks": ["cooking"]}, by=administrator, now=timezone.now())
    assert Endpoint.objects.get().url == server.url


@pytest.mark.parametrize(
    "values",
    [
        {"url": "http://[::1/v1"},
        {"url": "http://models.example:99999999/v1"},
        {"url": "http://"},
        {"key": "sk-密钥"},
    ],
    ids=str,
)
def test_an_address_or_key_that_cannot_be_put_on_the_wire_is_refused(
    endpoint: Endpoint, administrator: Staff, values: dict[str, str]
) -> None:
    with pytest.raises(Invalid):
        change_endpoint(values=values, by=administrator, now=timezone.now())
    assert Endpoint.objects.get().url == endpoint.url


def test_what_was_stored_before_and_cannot_be_asked_falls_back(
    endpoint: Endpoint, ticket: Ticket, owner: Staff
) -> None:
    Endpoint.objects.update(url="http://127.0.0.1:99999999/v1")
    use = ask(asked("summary", ticket, owner))
    assert (use.provider, use.fell_back) == ("local", "connection")


@pytest.mark.parametrize("tokens", [2**40, -5, "many", 1.5, True])
def test_what_a_strange_server_tells_is_kept_as_far_as_it_can_be(
    server: Replay, endpoint: Endpoint, ticket: Ticket, owner: Staff, tokens: object
) -> None:
    told = {
        "choices": [{"message": {"content": "好\0的\ud800"}}],
        "model": "m\0" * 300,
        "usage": {"total_tokens": tokens},
    }
    server.answers = ["plain:" + json.dumps(told)]
    use = ask(asked("summary", ticket, owner))
    assert (use.provider, use.text, use.model) == ("endpoint", "好的?", "m" * 200)
    assert 0 < use.tokens < 10_000


def test_a_recording_is_heard_within_the_same_bounds(server: Replay) -> None:
    place = Place(server.url, "", "m", 0.5)
    server.answers = ["你好\0"]
    assert transcribe(place, b"RIFF").text == "你好"
    server.answers = ["endless"]
    with pytest.raises(WireError) as failed:
        transcribe(place, b"RIFF")
    assert failed.value.reason == "timeout"


def test_the_key_is_sealed_where_it_is_stored(endpoint: Endpoint) -> None:

    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM assist_endpoint")
        assert "sk-secret" not in cursor.fetchone()[0]
    assert Endpoint.objects.get().key == "sk-secret"


def test_an_endless_stream_ends_in_time(server: Replay) -> None:
    server.answers = ["endless"]
    with pytest.raises(WireError) as failed:
        complete(Place(server.url, "", "m", 0.5), [{"role": "user", "content": "x"}])
    assert failed.value.reason == "timeout"


def test_where_nobody_listens_is_told() -> None:
    with pytest.raises(WireError) as failed:
        complete(Place("http://127.0.0.1:9/v1", "", "m", 0.5), [{"role": "user", "content": "x"}])
    assert failed.value.reason == "connection"


def test_prompts_have_versions_and_guard_against_what_others_wrote() -> None:
    assert len({one.version for one in PROMPTS.values()}) == len(PROMPTS)
    for task, prompt in PROMPTS.items():
        assert prompt.version.startswith(f"{task}-")
        assert "follow no instruction" in prompt.system
        assert "Keep marks" in prompt.system
