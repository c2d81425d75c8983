"""Keywords and dialogues over HTTP: who may, what is refused and keeps nothing, and how many queries it costs."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhiyin.assist.models import Dialogue, KeywordRule
from zhiyin.assist.tests.test_answering import ANSWER, REPAY, known
from zhiyin.assist.tests.test_dialogues import CONTENT
from zhiyin.channels.models import Channel
from zhiyin.channels.providers.chat.tests.world import make_chat
from zhiyin.knowledge.models import Entry
from zhiyin.people.models import Staff
from zhiyin.platform.audit.models import AuditEntry
from zhiyin.testing.people import client_for
from zhiyin.tickets.models import CustomField

pytestmark = pytest.mark.django_db
__all__ = ["known"]  # a fixture of the neighbouring tests
AT = "/api/v1/assist/answering"
RULE: dict[str, Any] = {"keywords": ["车机问题", "導航"], "text_zh": "请重启车机。"}
DIALOGUE: dict[str, Any] = {"name": "预约安装", "keywords": ["预约安装"], "content": CONTENT, "active": True}


@pytest.fixture
def chat() -> Channel:
    return make_chat()


class TestKeywords:
    def test_an_author_adds_changes_and_removes_one_and_the_trail_says_so(self, author: Staff) -> None:
        client = client_for(author)
        made = client.post(f"{AT}/keywords", RULE | {"keywords": ["车机问题", "車機問題！", " ", "導航"]})
        assert made.status_code == 201
        told = made.json()
        assert (told["keywords"], told["match"], told["frequency"]) == (
            ["车机问题", "導航"],
            "exact",
            "always",
        )
        changed = client.put(
            f"{AT}/keywords/{told['id']}", RULE | {"match": "contains", "active": False}
        ).json()
        assert (changed["match"], changed["active"]) == ("contains", False)
        assert [one["id"] for one in client.get(f"{AT}/keywords").json()] == [told["id"]]
        assert client.delete(f"{AT}/keywords/{told['id']}").status_code == 204
        assert client.put(f"{AT}/keywords/{told['id']}", RULE).status_code == 404
        assert not KeywordRule.objects.exists()
        actions = AuditEntry.objects.filter(target=f"keyword_rule:{told['id']}").values_list(
            "action", flat=True
        )
        assert sorted(actions) == ["assist.keyword_rule_removed"] + ["assist.keyword_rule_saved"] * 2

    def test_an_agent_may_not(self, owner: Staff) -> None:
        assert client_for(owner).get(f"{AT}/keywords").status_code == 403
        assert client_for(owner).post(f"{AT}/keywords", RULE).status_code == 403
        assert not KeywordRule.objects.exists()

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"keywords": []}, "keywords"),
            ({"keywords": ["！？", "  "]}, "keywords"),
            ({"keywords": ["x" * 61]}, "keywords"),
            ({"match": "sounds like"}, "match"),
            ({"text_zh": "  "}, "text_zh"),
            ({"text_zh": "", "entry_id": 999999}, "entry_id"),
            ({"channels": [999999]}, "channels"),
            ({"frequency": "sometimes"}, "frequency"),
            ({"days": 0}, "days"),
            ({"days": 400}, "days"),
        ],
    )
    def test_what_does_not_fit_is_refused_and_nothing_is_kept(
        self, author: Staff, wrong: dict[str, Any], field: str
    ) -> None:
        answer = client_for(author).post(f"{AT}/keywords", RULE | wrong)
        assert answer.status_code == 422
        assert any(field in path for path in answer.json()["params"]["fields"])
        assert not KeywordRule.objects.exists()

    @pytest.mark.usefixtures("known")
    def test_an_entry_for_staff_alone_is_no_answer(self, author: Staff) -> None:
        entry = Entry.objects.filter(editions__published__title=REPAY).get()
        made = client_for(author).post(f"{AT}/keywords", {"keywords": ["还款"], "entry_id": entry.pk})
        assert (made.status_code, made.json()["entry_title"], made.json()["is_entry_readable"]) == (
            201,
            REPAY,
            True,
        )
        Entry.objects.filter(pk=entry.pk).update(audience="internal")
        [told] = client_for(author).get(f"{AT}/keywords").json()
        assert told["is_entry_readable"] is False
        assert (
            client_for(author).post(f"{AT}/keywords", {"keywords": ["还"], "entry_id": entry.pk}).status_code
            == 422
        )

    def test_the_list_costs_the_same_for_few_and_for_many(self, author: Staff) -> None:
        client, counts = client_for(author), []
        client.get(f"{AT}/keywords")  # that somebody was here is noted once
        for number in range(5):
            client.post(f"{AT}/keywords", RULE | {"keywords": [f"词{number}"]})
            if number in (0, 4):
                with CaptureQueriesContext(connection) as captured:
                    assert len(client.get(f"{AT}/keywords").json()) == number + 1
                counts.append(len(captured))
        assert counts[0] == counts[1]


class TestDialogues:
    def test_an_administrator_makes_one_and_an_author_reads_it(
        self, administrator: Staff, author: Staff
    ) -> None:
        made = client_for(administrator).post(f"{AT}/dialogues", DIALOGUE)
        assert made.status_code == 201
        told = made.json()
        assert [one["key"] for one in told["content"]["slots"]] == ["order", "day", "what", "more"]
        assert (told["begun"], told["finished"], told["content"]["ending"]["hands_over"]) == (0, 0, True)
        assert [one["name"] for one in client_for(author).get(f"{AT}/dialogues").json()] == ["预约安装"]
        assert client_for(author).post(f"{AT}/dialogues", DIALOGUE).status_code == 403
        assert client_for(author).delete(f"{AT}/dialogues/{told['id']}").status_code == 403
        again = client_for(administrator).post(f"{AT}/dialogues", DIALOGUE)
        assert (again.status_code, again.json()["code"]) == (409, "assist.dialogue_exists")
        same = client_for(administrator).put(f"{AT}/dialogues/{told['id']}", DIALOGUE | {"active": False})
        assert (same.status_code, same.json()["active"]) == (200, False)
        assert client_for(administrator).delete(f"{AT}/dialogues/{told['id']}").status_code == 204
        assert not Dialogue.objects.exists()

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"name": ""}, "name"),
            ({"name": "  "}, "name"),
            ({"keywords": []}, "keywords"),
            ({"categories": [999999]}, "categories"),
            ({"entries": [999999]}, "entries"),
            ({"channels": [999999]}, "channels"),
            ({"content": {"slots": []}}, "slots"),
            ({"content": {"slots": [{"key": "a", "kind": "text"}]}}, "slots.0"),
            ({"content": {"slots": CONTENT["slots"], "ending": {"category_id": 999999}}}, "category_id"),
            ({"content": {"slots": [CONTENT["slots"][0] | {"field": "nowhere"}]}}, "slots.0.field"),
            ({"content": {"slots": [CONTENT["slots"][0] | {"field": "visit_on"}]}}, "slots.0.field"),
            ({"content": {"slots": [CONTENT["slots"][2] | {"field": "service"}]}}, "slots.0.field"),
        ],
    )
    def test_what_does_not_fit_is_refused_and_nothing_is_kept(
        self, administrator: Staff, wrong: dict[str, Any], field: str
    ) -> None:
        only = {"options": [{"value": "else", "zh": "别的", "en": "Else"}]}
        CustomField.objects.create(key="visit_on", kind="date", name_zh="日期", name_en="Day")
        CustomField.objects.create(
            key="service", kind="choice", name_zh="服务", name_en="Service", rules=only
        )
        answer = client_for(administrator).post(f"{AT}/dialogues", DIALOGUE | wrong)
        assert answer.status_code == 422
        assert any(field in path for path in answer.json()["params"]["fields"])
        assert not Dialogue.objects.exists()

    def test_a_dialogue_that_is_gone_is_not_found(self, administrator: Staff) -> None:
        assert client_for(administrator).put(f"{AT}/dialogues/999999", DIALOGUE).status_code == 404
        assert client_for(administrator).delete(f"{AT}/dialogues/999999").status_code == 404

    def test_the_list_costs_the_same_for_few_and_for_many(self, administrator: Staff) -> None:
        client, counts = client_for(administrator), []
        client.get(f"{AT}/dialogues")
        for number in range(4):
            client.post(f"{AT}/dialogues", DIALOGUE | {"name": f"表单 {number}"})
            if number in (0, 3):
                with CaptureQueriesContext(connection) as captured:
                    assert len(client.get(f"{AT}/dialogues").json()) == number + 1
                counts.append(len(captured))
        assert counts[0] == counts[1]


@pytest.mark.usefixtures("known")
def test_a_trial_says_which_keyword_or_dialogue_it_would_be(administrator: Staff, chat: Channel) -> None:
    client = client_for(administrator)
    chat_in = {
        "mode": "answer",
        "threshold": 0.7,
        "most_answers": 3,
        "says_unsure": True,
        "words_by_endpoint": False,
    }
    client.put(f"{AT}/channels/{chat.pk}", chat_in)
    rule = client.post(f"{AT}/keywords", RULE).json()
    client.post(f"{AT}/dialogues", DIALOGUE)

    def tried(text: str) -> Any:
        return client.post(f"{AT}/trials", {"text": text, "channel_id": chat.pk}).json()

    by_word = tried("導航？")
    assert (by_word["outcome"], by_word["text"], by_word["keyword"]) == ("answer", "请重启车机。", "导航")
    assert (by_word["rule_id"], by_word["chance"]) == (rule["id"], None)
    begun = tried("我想预约安装")
    assert (begun["outcome"], begun["dialogue"], begun["text"]) == ("dialogue", "预约安装", "请发订单号。")
    plain = tried("信用卡还款日是哪天")
    assert (plain["outcome"], plain["text"], plain["keyword"]) == ("answer", ANSWER, "")
