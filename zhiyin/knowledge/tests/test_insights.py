"""What people look for, and entries that stand against each other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from zhiyin.knowledge.commands.questions import (
    forget_old_questions,
    note_asked_on,
    note_question,
    note_reading,
)
from zhiyin.knowledge.commands.wording import SynonymsTooFew, save_synonyms
from zhiyin.knowledge.models import AskedQuestion, SynonymGroup
from zhiyin.knowledge.queries.likenesses import find_likenesses
from zhiyin.knowledge.queries.questions import question_insights
from zhiyin.knowledge.search.store import Store
from zhiyin.people.models import Staff
from zhiyin.testing.knowledge import build_index, make_reviewer, publish
from zhiyin.testing.people import client_for

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def asked(text: str, *, times: int = 1, likeness: float = 0.6, entry_id: int | None = None) -> None:
    for minute in range(times):
        at = NOW - timedelta(hours=minute)
        note_question(text=text, language="zh", source="help", likeness=likeness, entry_id=entry_id, now=at)


def test_the_same_asked_in_other_words_is_one_question_with_its_share(author: Staff) -> None:
    entry_id = publish(by=author, reviewer=make_reviewer()).edition.entry_id
    asked("退款多久到账", times=3, entry_id=entry_id)
    asked("退钱几天到账", times=2, entry_id=entry_id)
    asked("怎么开发票", times=2, likeness=0.0)
    asked("宠物能托运吗", times=3, likeness=0.0)
    with CaptureQueriesContext(connection) as queries:
        told = question_insights(days=30, limit=5, now=NOW + timedelta(minutes=1))
    assert len(queries) == 3
    assert (told.total, told.unanswered) == (10, 5)
    assert [(group.count, group.share) for group in told.top] == [(5, 0.5), (3, 0.3), (2, 0.2)]
    assert told.top[0].entry_title == "退款多久到账？"
    assert set(told.top[0].examples) == {"退款多久到账", "退钱几天到账"}
    assert [(group.text, group.unanswered) for group in told.gaps] == [("宠物能托运吗", 3), ("怎么开发票", 2)]


def test_a_visit_is_noted_once_and_says_how_it_ended(author: Staff) -> None:
    entry_id = publish(by=author, reviewer=make_reviewer()).edition.entry_id
    for minute in (0, 1, 2):
        note_question(
            text="发到 wang@example.com 的退款",
            language="zh",
            source="help",
            likeness=0.5,
            entry_id=entry_id,
            now=NOW + timedelta(minutes=minute),
        )
    [one] = AskedQuestion.objects.all()
    assert "wang@example.com" not in one.text
    note_reading(text="发到 wang@example.com 的退款", entry_id=entry_id, now=NOW + timedelta(minutes=3))
    assert AskedQuestion.objects.get().outcome == "opened"
    note_asked_on(text="发到 wang@example.com 的退款", language="zh", now=NOW + timedelta(minutes=4))
    assert AskedQuestion.objects.get().outcome == "asked_on"
    assert forget_old_questions(now=NOW + timedelta(days=179)) == 0
    assert forget_old_questions(now=NOW + timedelta(days=181)) == 1


def test_what_says_the_same_and_what_says_otherwise_is_told(author: Staff, knowledge_store: Store) -> None:
    reviewer = make_reviewer()
    for title, html in (
        ("退款多久能到账", "<p>储蓄卡 3 天内到账。</p>"),
        ("退款多久到账", "<p>储蓄卡 7 天内到账。</p>"),
        ("怎么开发票", "<p>在订单里点申请发票。</p>"),
        ("如何开发票", "<p>在订单里点申请发票。</p>"),
        ("宽带怎么报修", "<p>拨打热线。</p>"),
    ):
        publish(by=author, reviewer=reviewer, title=title, html=html)
    build_index(knowledge_store)
    found = find_likenesses(by=author, now=NOW)
    told = {
        (one.kind, frozenset({one.one.title, one.other.title}), tuple(sorted(map(tuple, one.differing))))
        for one in found
    }
    kinds = {(kind, titles) for kind, titles, _ in told}
    assert kinds == {
        ("contradiction", frozenset({"退款多久能到账", "退款多久到账"})),
        ("duplicate", frozenset({"怎么开发票", "如何开发票"})),
    }
    [differing] = [amounts for kind, _, amounts in told if kind == "contradiction"]
    assert {differing[0][1], differing[0][2]} == {"3", "7"}


def test_synonyms_are_at_least_two_words(author: Staff) -> None:
    for wrong in (["一"], ["同", " 同 "], [], ["长" * 41, "短"]):
        with pytest.raises(SynonymsTooFew):
            save_synonyms(group_id=None, words=wrong, by=author, now=NOW)
    assert not SynonymGroup.objects.exists()
    group = save_synonyms(group_id=None, words=[" 小金库 ", "余额", "余额"], by=author, now=NOW)
    assert group.words == ["小金库", "余额"]


def test_the_desk_searches_and_keeps_its_own_words(author: Staff, knowledge_store: Store) -> None:
    publish(by=author, reviewer=make_reviewer(), place={"audience": "internal"}, now=timezone.now())
    client = client_for(author)
    assert client.get("/api/v1/knowledge/search?q=退款").status_code == 503
    build_index(knowledge_store)
    [hit] = client.get("/api/v1/knowledge/search?q=退钱几天到").json()
    title = hit["title"]["text"]
    assert title == "退款多久到账？"
    assert "退款" in [title[low:high] for low, high in hit["title"]["marks"]]
    assert client.get("/api/v1/knowledge/search?q=退款&kind=script").json() == []
    assert client.get("/api/v1/knowledge/search").status_code == 422
    made = client.post("/api/v1/knowledge/synonyms", {"words": ["小金库", "余额"]})
    assert made.status_code == 201
    address = f"/api/v1/knowledge/synonyms/{made.json()['id']}"
    assert client.put(address, {"words": ["一"]}).status_code == 422
    assert client.delete(address).status_code == 204
    assert client.get("/api/v1/knowledge/synonyms").json() == []
    told = client.get("/api/v1/knowledge/insights/questions?days=7").json()
    assert told == {"total": 0, "unanswered": 0, "top": [], "gaps": []}
    assert client.get("/api/v1/knowledge/insights/likenesses").json() == []


def test_two_visitors_who_ask_the_same_are_two_questions(author: Staff) -> None:
    for voice in ("one", "other", "one"):
        note_question(
            text="怎么开发票",
            language="zh",
            source="help",
            likeness=0,
            entry_id=None,
            voice=voice,
            now=NOW,
        )
    note_asked_on(text="怎么开发票", language="zh", voice="other", now=NOW)
    told = AskedQuestion.objects.order_by("voice").values_list("voice", "outcome")
    assert list(told) == [("one", "nothing"), ("other", "asked_on")]
