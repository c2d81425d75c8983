"""What speaks for a person, what holds an answer back, what of an entry is said, and what a model may say of it. Pure."""

from __future__ import annotations

import pytest

from zhiyin.assist.answering.holding import Case, reason_to_hold
from zhiyin.assist.answering.passages import LONGEST, passage_of
from zhiyin.assist.answering.persons import asks_for_person
from zhiyin.assist.answering.saying import WORDS, is_greeting, words
from zhiyin.assist.answering.signals import NAMES, Signals, signals_of
from zhiyin.assist.answering.supporting import unsupported, without_citations
from zhiyin.assist.answering.sureness import Told, chance_of, fitted_for, languages
from zhiyin.knowledge.search.concepts import concepts_with
from zhiyin.knowledge.search.covering import Cover, cover_of
from zhiyin.knowledge.search.searchables import Hit


@pytest.mark.parametrize(
    "text",
    [
        "转人工", "人工", "人工客服", "请帮我转人工谢谢", "我要人工！", "能不能转一下人工", "转接真人客服",
        "别用机器人糊弄我，找个活人来",
        "Talk to a person", "agent", "Agent please", "a real person please", "human", "can I speak to someone",
        "I want to talk to a representative", "connect me to a live agent", "not a bot please",
    ],
)  # fmt: skip
def test_who_asks_for_a_person_is_understood(text: str) -> None:
    assert asks_for_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "人工智能音箱怎么连 Wi-Fi", "人工费怎么算", "How do I become an agent of yours?", "你们的客服几点上班",
        "退款多久到账", "Is the person on the parcel label changeable?", "my agent number is missing from the invoice",
    ],
)  # fmt: skip
def test_who_does_not_is_not(text: str) -> None:
    assert not asks_for_person(text)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("你好", True), ("您好，在吗？", True), ("Hello there!", True), ("你好退款多久到账", False)],
)
def test_a_greeting_says_nothing_else(text: str, is_one: bool) -> None:
    assert is_greeting(text) is is_one


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (Case(text="退款多久到账？"), None),
        (Case(text="退款多久到账", risks=["law"], mood="angry"), "risk"),
        (Case(text="I want a refund for this"), "claim"),
        (Case(text="This is unacceptable, when do you open?"), "complaint"),
        (Case(text="到哪了", entities=["order"]), "own_case"),
        (Case(text="如图", files=1), "files"),
        (Case(text="几点开门？能停车吗？有儿童票吗？"), "several"),
        (Case(text="啊" * 601), "too_long"),
        (Case(text="退款多久到账", answers=3, most_answers=3), "often_enough"),
        (Case(text="价格", entities=["amount", "date"]), None),
    ],
)
def test_what_is_left_to_people(case: Case, reason: str | None) -> None:
    assert reason_to_hold(case) == reason


def test_every_line_is_there_in_both_languages() -> None:
    assert all(set(both) == {"zh", "en"} for both in WORDS.values())
    assert words("handed", "fr") == WORDS["handed"]["en"]


def test_a_long_article_gives_the_part_that_answers() -> None:
    concepts = concepts_with()
    parts = [f"第 {number} 部分讲的是别的事情，与此无关。" * 6 for number in range(8)]
    parts.insert(4, "退货运费\n质量问题由我们承担运费，其他原因由您承担。")
    said = passage_of("\n\n".join(parts), {"w:运费": 3.0, "w:退货": 2.0}, concepts)
    assert said.startswith("退货运费\n质量问题由我们承担运费")
    assert len(said) <= LONGEST + 2
    assert passage_of("短的。", {}, concepts) == "短的。"


def test_a_cover_counts_what_tells() -> None:
    concepts = concepts_with()
    hit = Hit(
        edition_id=1, entry_id=1, version_id=1, score=1.0, likeness=0.5, meaning=None, retrieval=None, total=0.5,
        title="如何开具发票", matched="如何开具发票", body="订单详情里申请",
    )  # fmt: skip
    full = cover_of(hit, {"w:发票": 3.0, "w:开具": 1.0}, concepts)
    half = cover_of(hit, {"w:发票": 3.0, "w:火星": 3.0}, concepts)
    assert (full.whole, half.whole) == (1.0, 0.5)
    assert cover_of(hit, {}, concepts).whole == 0.0


def _signals(**change: float) -> Signals:
    one = dict.fromkeys(NAMES["words"], 0.5) | change
    return Signals(**one)


def test_a_chance_rises_with_what_speaks_for_it() -> None:
    for language in languages():
        weak = chance_of(
            _signals(likeness=0.1, lead=0.0, whole=0.1, asked=0.1, ahead=-0.3, score=2.0), language
        )
        strong = chance_of(
            _signals(likeness=0.8, lead=0.7, whole=0.9, asked=0.9, ahead=0.6, score=4.5), language
        )
        assert 0 <= weak.chance < 0.5 < strong.chance <= 1
        assert weak.fit == strong.fit != ""
    assert chance_of(None, "zh") == Told(0.0, "")
    assert chance_of(_signals(), "fr") == Told(0.0, "")


def test_nothing_found_has_no_signals_and_one_hit_leads_by_all() -> None:
    assert signals_of("退款", [], []) is None
    hit = Hit(
        edition_id=1, entry_id=1, version_id=1, score=3.0, likeness=0.4, meaning=None, retrieval=None, total=0.4,
        title="退款", matched="退款", body="",
    )  # fmt: skip
    found = signals_of("退款", [hit], [Cover(whole=1.0, asked=1.0, of_way=1.0, said=3.0, meant=1.0)])
    assert found is not None
    assert (found.lead, found.field, found.ahead) == (1.0, 1.0, 1.0)
    assert len(found.vector()) == len(NAMES["words"])
    assert found.way == "words"


def test_rivals_in_meaning_and_another_first_by_words_are_told() -> None:
    hits = [
        Hit(
            edition_id=number, entry_id=number, version_id=1, score=score, likeness=score / 10, meaning=meaning,
            retrieval=None, total=score / 10 + 0.6 * meaning, title="", matched="", body="",
        )
        for number, (score, meaning) in enumerate([(3.0, 1.2), (4.0, 1.15), (1.0, 0.2)])
    ]  # fmt: skip
    cover = Cover(whole=0.5, asked=0.5, of_way=0.5, said=4.0, meant=1.0)
    found = signals_of("退款", hits, [cover] * 3)
    assert found is not None
    assert (found.words_first, found.rivals, found.told, found.untold) == (0.0, 1.0, 2.0, 2.0)
    assert found.both_lead == pytest.approx(0.3 + 0.6 * 1.2 - (0.4 + 0.6 * 1.15))
    assert len(found.vector()) == len(NAMES["vectors"])
    assert found.way == "vectors"


def test_each_fit_says_what_to_expect_and_refuses_more_the_higher_it_is() -> None:
    for language in languages():
        for way, names in NAMES.items():
            fitted = fitted_for(language, way)
            assert fitted is not None
            assert fitted.names == names
            answered = [row.answered for row in fitted.expected]
            assert answered == sorted(answered, reverse=True)
            refused = [row.refused for row in fitted.expected]
            assert refused == sorted(refused)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("退款一般 3 个工作日内到账 [1]。", True),
        ("退款一般 5 个工作日内到账 [1]。", False),  # another number
        ("退款不会到账 [1]。", False),  # turned round
        ("退款到账后我们会赠送一张优惠券作为补偿。", False),  # made up
        ("好的。", True),
        ("Refunds take 3 business days.", False),  # of a passage in Chinese
    ],
)
def test_a_sentence_is_said_only_where_the_entry_says_it(text: str, held: bool) -> None:
    passages = ["退款多久到账\n退款一般 3 个工作日内原路到账，节假日顺延。"]
    assert (unsupported(text, passages, concepts_with()) == []) is held


def test_citations_are_taken_off() -> None:
    assert without_citations("三天内到账 [1]。请留意 [2][1]。") == "三天内到账。请留意。"
