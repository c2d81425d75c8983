"""Vectors from a model elsewhere: asked in its real wire format, masked, in batches, bounded, and done without when it fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from zhiyin.assist.commands.configuring import change_endpoint
from zhiyin.assist.models import Endpoint, Use
from zhiyin.assist.remote.embedding import TOGETHER, EndpointEncoder, endpoint_encoder
from zhiyin.assist.remote.guarding import is_within_budget, tokens_spent
from zhiyin.assist.tests.replay import Replay, replaying
from zhiyin.knowledge.search.finding import for_customers, search
from zhiyin.knowledge.search.keeping import open_keeper, reindex
from zhiyin.knowledge.search.store import Store, make_of
from zhiyin.knowledge.search.synonyms import concepts_now
from zhiyin.knowledge.search.vectors import CannotEncode, index_encoder
from zhiyin.people.models import Staff
from zhiyin.testing.knowledge import publish
from zhiyin.testing.people import client_for

pytestmark = pytest.mark.django_db
MEANINGS = [("退货", "退回", "不想要"), ("密码", "登录不上"), ("运费", "邮费")]


@pytest.fixture
def server() -> Iterator[Replay]:
    with replaying() as running:
        running.meanings = MEANINGS
        yield running


@pytest.fixture
def endpoint(server: Replay, administrator: Staff, settings: Any) -> Endpoint:
    settings.KNOWLEDGE_VECTORS = True
    values: dict[str, Any] = {
        "active": True,
        "url": server.url,
        "model": "small-1",
        "key": "sk-secret",
        "embedding_model": "vectors-1",
        "timeout_seconds": 1,
    }
    return change_endpoint(values=values, by=administrator, now=timezone.now())


@pytest.fixture
def encoder(endpoint: Endpoint) -> EndpointEncoder:
    made = endpoint_encoder()
    assert made is not None
    return made


def why_not(encoder: EndpointEncoder, *texts: str) -> str:
    with pytest.raises(CannotEncode) as found:
        encoder.encode(texts or ("怎么退货",))
    return found.value.reason


class TestWire:
    def test_rows_come_in_the_order_of_the_texts_and_nothing_personal_leaves(
        self, server: Replay, encoder: EndpointEncoder
    ) -> None:
        rows = encoder.encode(["我是王芳，电话 13800138000，怎么退货", "忘记密码"])
        assert rows.shape == (2, 4)
        assert np.allclose(np.linalg.norm(rows, axis=1), 1)
        assert rows[0].argmax() == 0
        assert rows[1].argmax() == 1
        [asked] = server.asked
        assert (asked["model"], asked["encoding_format"], len(asked["input"])) == ("vectors-1", "float", 2)
        assert "13800138000" not in str(asked)
        assert server.keys == ["Bearer sk-secret"]
        use = Use.objects.get()
        assert (use.task, use.provider, use.model, use.version, use.tokens, use.finding) == (
            "embedding", "endpoint", "replayed-vectors", "embedding-1", 10, {"texts": 2}
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("answer", "reason"),
        [
            (500, "server"),
            (401, "refused"),
            (404, "refused"),
            (429, "busy"),
            ("silence", "timeout"),
            ("plain:no json", "nonsense"),
            ("plain:[]", "nonsense"),
            ('plain:{"data": []}', "nonsense"),
            ('plain:{"data": [{"index": 0}]}', "nonsense"),
            ('plain:{"data": [{"index": 1, "embedding": [1, 0]}]}', "nonsense"),
            ('plain:{"data": [{"index": 0, "embedding": []}]}', "nonsense"),
            ('plain:{"data": [{"index": 0, "embedding": [0, 0]}]}', "nonsense"),
            ('plain:{"data": [{"index": 0, "embedding": ["a", true]}]}', "nonsense"),
            ('plain:{"data": [{"index": 0, "embedding": [NaN, 1]}]}', "nonsense"),
            ('plain:{"data": [{"index": 0, "embedding": "AACAPw=="}]}', "nonsense"),
        ],
    )
    def test_what_can_not_be_used_is_a_failure(
        self, server: Replay, encoder: EndpointEncoder, answer: str | int, reason: str
    ) -> None:
        server.answers = [answer]
        assert why_not(encoder) == reason
        assert Endpoint.objects.get().embedding_failures == 1
        assert not Use.objects.exists()

    def test_vectors_of_different_lengths_are_refused(self, server: Replay, encoder: EndpointEncoder) -> None:
        server.answers = ['plain:{"data": [{"embedding": [1, 0]}, {"embedding": [1]}]}']
        assert why_not(encoder, "a", "b") == "nonsense"

    def test_many_are_asked_for_in_batches(self, server: Replay, encoder: EndpointEncoder) -> None:
        texts = [("怎么退货" if place % 2 else "忘记密码") for place in range(2 * TOGETHER + 3)]
        rows = encoder.encode(texts)
        assert [len(asked["input"]) for asked in server.asked] == [TOGETHER, TOGETHER, 3]
        assert [int(row.argmax()) for row in rows] == [place % 2 == 0 for place in range(len(texts))]

    def test_the_same_question_is_asked_once(self, server: Replay, encoder: EndpointEncoder) -> None:
        first, again = encoder.encode(["怎么退货"]), encoder.encode(["怎么退货"])
        assert len(server.asked) == 1
        assert (first == again).all()


class TestBounds:
    def test_its_circuit_opens_after_failures_and_other_tasks_go_on(
        self, server: Replay, encoder: EndpointEncoder
    ) -> None:
        server.answers = [500, 500, 500]
        assert [why_not(encoder) for _ in range(4)] == ["server", "server", "server", "circuit"]
        assert len(server.asked) == 3
        endpoint = Endpoint.objects.get()
        assert (endpoint.failures, endpoint.open_until) == (0, None)
        Endpoint.objects.update(embedding_open_until=timezone.now() - timedelta(seconds=1))
        encoder.encode(["怎么退货"])
        endpoint.refresh_from_db()
        assert (endpoint.embedding_failures, endpoint.embedding_open_until) == (0, None)

    def test_its_budget_is_its_own(self, server: Replay, encoder: EndpointEncoder) -> None:
        Endpoint.objects.update(embedding_tokens_a_day=10, tokens_a_day=8)
        encoder.encode(["怎么退货", "忘记密码"])
        assert why_not(encoder) == "budget"
        assert len(server.asked) == 1
        assert tokens_spent(now=timezone.now()) == 0
        assert is_within_budget(Endpoint.objects.get(), by=None, now=timezone.now())

    def test_what_was_switched_off_meanwhile_is_not_asked(
        self, server: Replay, encoder: EndpointEncoder
    ) -> None:
        Endpoint.objects.update(active=False)
        assert why_not(encoder) == "not_offered"
        assert server.asked == []


RETURNS, FREIGHT = "收到的商品怎么退回？", "收到的商品运费怎么算？"
QUESTION = "收到的商品不想要怎么办"


@pytest.fixture
def known(author: Staff, reviewer: Staff) -> None:
    publish(
        by=author,
        reviewer=reviewer,
        title=FREIGHT,
        html="<p>商品运费按重量算，商品页有说明。</p>",
        place={"audience": "public"},
    )
    publish(
        by=author,
        reviewer=reviewer,
        title=RETURNS,
        html="<p>七天内可以退货。</p>",
        place={"audience": "public"},
    )


def found(*, fitted: bool = False) -> list[str]:
    hits = search(QUESTION, for_customers(signed_in=False), now=timezone.now(), fitted=fitted)
    return [one.edition.title for one in hits]


@pytest.mark.usefixtures("known")
class TestSearch:
    def test_what_is_meant_comes_first(
        self, server: Replay, encoder: EndpointEncoder, knowledge_store: Store
    ) -> None:
        assert reindex(store=knowledge_store, concepts=concepts_now(), encoder=index_encoder()) == 2
        assert [len(asked["input"]) for asked in server.asked] == [4]
        assert found()[0] == RETURNS
        assert server.asked[-1]["input"] == [QUESTION]

    def test_chances_are_told_by_what_they_were_fitted_to(
        self, server: Replay, encoder: EndpointEncoder, knowledge_store: Store
    ) -> None:
        reindex(store=knowledge_store, concepts=concepts_now(), encoder=encoder)
        asked = len(server.asked)
        assert set(found(fitted=True)) == {RETURNS, FREIGHT}
        assert len(server.asked) == asked

    @pytest.mark.parametrize("answer", [500, "silence", 'plain:{"data": [{"embedding": [1, 2]}]}'])
    def test_a_question_is_answered_by_words_where_no_vector_comes(
        self, server: Replay, encoder: EndpointEncoder, knowledge_store: Store, answer: str | int
    ) -> None:
        reindex(store=knowledge_store, concepts=concepts_now(), encoder=encoder)
        server.answers = [answer]
        assert set(found()) == {RETURNS, FREIGHT}

    def test_an_index_is_built_without_them_and_they_are_filled_in_later(
        self, server: Replay, encoder: EndpointEncoder, knowledge_store: Store
    ) -> None:
        server.answers = [500]
        reindex(store=knowledge_store, concepts=concepts_now(), encoder=encoder)
        keeper = open_keeper(knowledge_store, concepts_now(), encoder)
        assert len(keeper.missing) == 2
        before = found()
        assert set(before) == {RETURNS, FREIGHT}
        server.answers = [500]
        keeper.fill_in_vectors()
        assert (len(keeper.missing), len(server.asked)) == (2, 3)  # one was asked for, and it did not come
        keeper.close()
        keeper = open_keeper(knowledge_store, concepts_now(), encoder)  # after a restart too
        keeper.fill_in_vectors()
        assert keeper.missing == set()
        assert knowledge_store.without_vectors(keeper.generation) == set()
        assert found()[0] == RETURNS
        keeper.close()

    def test_another_model_or_address_asks_for_another_index_and_an_outage_does_not(
        self, encoder: EndpointEncoder, administrator: Staff
    ) -> None:
        def make() -> str:
            return make_of(concepts_now(), index_encoder()).vectors

        first = make()
        assert first.startswith("endpoint:vectors-1@")
        Endpoint.objects.update(embedding_open_until=timezone.now() + timedelta(minutes=2))
        assert make() == first
        Endpoint.objects.update(embedding_model="vectors-2")
        second = make()
        Endpoint.objects.update(url="http://127.0.0.1:9/v1")
        assert len({first, second, make()}) == 3
        Endpoint.objects.update(active=False)
        assert not make().startswith("endpoint:")


class TestSettings:
    def test_a_trial_asks_for_a_vector_too_and_says_why_none_came(
        self, server: Replay, endpoint: Endpoint, administrator: Staff
    ) -> None:
        client = client_for(administrator)
        server.answers = ["ready"]
        told = client.post("/api/v1/assist/endpoint/trials").json()
        assert (told["ok"], told["embedding_reason"], told["embedding_width"]) == (True, "", 4)
        server.answers = ["ready", 404]
        told = client.post("/api/v1/assist/endpoint/trials").json()
        assert (told["ok"], told["reason"], told["embedding_reason"]) == (False, "", "refused")

    def test_what_is_set_is_told_and_a_change_closes_the_circuit(
        self, endpoint: Endpoint, administrator: Staff
    ) -> None:
        client = client_for(administrator)
        Endpoint.objects.update(
            embedding_failures=3, embedding_open_until=timezone.now(), embedding_error="server: 500"
        )
        told = client.get("/api/v1/assist/settings").json()["endpoint"]
        assert (told["embedding_model"], told["embedding_failures"], told["embedding_error"]) == (
            "vectors-1",
            3,
            "server: 500",
        )
        body = {"embedding_tokens_a_day": 1000}
        told = client.put("/api/v1/assist/endpoint", body).json()
        assert (told["embedding_tokens_a_day"], told["embedding_failures"], told["embedding_open_until"]) == (
            1000,
            0,
            None,
        )
        assert client.put("/api/v1/assist/endpoint", {"embedding_model": "x" * 201}).status_code == 422
        assert Endpoint.objects.get().embedding_model == "vectors-1"
