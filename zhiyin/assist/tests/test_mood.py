"""Moods, risks and languages of single texts."""

from __future__ import annotations

import pytest

from zhiyin.assist.local.language import language_of_text
from zhiyin.assist.local.mood import mood_of, risks_in, trend_of


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("你们就是骗子！退款都拖了半个月，凭什么", "angry"),
        ("三次了还没修好，我要投诉，给个说法", "angry"),
        ("This is ridiculous, third time you sent the wrong item!", "angry"),
        ("WHERE IS MY REFUND, ANSWER ME NOW", "angry"),
        ("Thanks for nothing, great service as always", "angry"),
        ("可真是谢谢你们了，又发错了，真棒啊", "angry"),
        ("能不能快点，明天就要用了，很着急", "anxious"),
        ("I'm really worried, my card was used without me", "anxious"),
        ("太感谢了，问题解决了，服务真好", "pleased"),
        ("Thank you so much, it works now!", "pleased"),
        ("请问这款冰箱有多高", "neutral"),
        ("What are your opening hours?", "neutral"),
        ("订单 20260101234567 麻烦查一下物流", "neutral"),
        ("", "neutral"),
        ("不满意，一点都不好用", "angry"),
        ("I am not happy with this at all, not helpful", "angry"),
    ],
)
def test_the_mood_of_a_text(text: str, mood: str) -> None:
    assert mood_of(text).mood == mood


def test_evidence_is_the_words_that_were_found() -> None:
    found = mood_of("太差了，你们就是骗子")
    assert set(found.words) == {"骗子", "太差"}
    assert -1 <= found.score < 0 < found.confidence <= 1


def test_what_is_negated_is_not_meant() -> None:
    assert mood_of("我不是来骂人的，也不生气，没有不满").mood == "neutral"
    assert risks_in("我不会去起诉，也不找律师") == []


def test_risks_tell_the_word_that_names_them() -> None:
    found = {risk.kind: risk.word for risk in risks_in("再不处理我就打 12315，也找了律师，发到小红书")}
    assert found == {"regulator": "12315", "law": "律师", "media": "小红书"}
    assert [risk.kind for risk in risks_in("I will contact my lawyer and the ombudsman")] == [
        "regulator",
        "law",
    ]
    assert risks_in("请问会员怎么续费") == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("退款什么时候到账", "zh"),
        ("When will you send me the refund for my order?", "en"),
        ("注文した商品がまだ届きません", "ja"),
        ("주문한 상품이 아직 도착하지 않았어요", "ko"),
        ("Où est ma commande, je ne la trouve pas", "fr"),
        ("Ich habe meine Bestellung nicht bekommen, bitte", "de"),
        ("我的 order 还没有 shipped，麻烦看一下", "zh"),
        ("12345 !!!", ""),
    ],
)
def test_the_language_of_a_text(text: str, code: str) -> None:
    assert language_of_text(text).code == code


def test_a_trend_needs_two_messages() -> None:
    assert trend_of([-0.9]) == "steady"
    assert trend_of([-0.9, -0.5, 0.6]) == "better"
    assert trend_of([0.4, -0.7]) == "worse"
