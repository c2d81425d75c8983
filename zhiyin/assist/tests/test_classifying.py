"""Classifiers: what they learn, how surely they say it, how they are kept."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from zhiyin.assist.classifying.features import count_features
from zhiyin.assist.classifying.measuring import population_stability, report_on
from zhiyin.assist.classifying.model import UnfitModel, from_bytes, to_bytes, weigh
from zhiyin.assist.classifying.training import MANY, Known, TooLittle, planes_against_all, train
from zhiyin.assist.shipped import pack_model, packs

_ZH = {
    "refund": ["退款", "退钱", "退货"],
    "delivery": ["快递", "物流", "发货"],
    "invoice": ["发票", "开票", "抬头"],
}
_FRAMES = [
    "{}什么时候处理",
    "我要问{}的事",
    "{}怎么还没有消息",
    "麻烦帮我看看{}",
    "你好，{}有问题",
    "{}进度",
    "请问{}怎么办理",
]


def known(*, wrong: int = 0) -> Known:
    pairs = [(frame.format(word), name) for name, words in _ZH.items() for word in words for frame in _FRAMES]
    names = sorted(_ZH)
    turned = [
        (text, names[(names.index(name) + 1) % 3] if place < wrong else name)
        for place, (text, name) in enumerate(pairs)
    ]
    return Known([text for text, _ in turned], [name for _, name in turned])


def test_a_model_learns_and_tells_the_words_that_spoke_for_it() -> None:
    model = train(known())
    (guess,) = model.guess(["请问退款到哪一步了"])
    assert guess.category == "refund"
    assert guess.confidence > 0.5
    assert any("退" in word for word in model.words_for("请问退款到哪一步了", "refund"))


def test_a_few_wrong_labels_do_not_mislead_it() -> None:
    (guess,) = train(known(wrong=6)).guess(["物流信息不动了"])
    assert guess.category == "delivery"


def test_what_was_never_seen_is_told_with_less_confidence() -> None:
    model = train(
        Known(
            known().texts,
            known().categories,
            outside=["今天天气不错", "讲个笑话", "你是谁", "晚饭吃什么"] * 3,
        )
    )
    near, far = model.guess(["快递什么时候处理", "讲个故事听听吧"])
    assert near.confidence > far.confidence + 0.2


def test_many_texts_are_learned_in_shares_of_their_categories() -> None:
    """Planes fitted for two categories at a time, here or by several processes, tell the same as all at once."""
    frames = [*_FRAMES, *(f"{number} 号的{{}}" for number in range(900))]
    words = {**_ZH, "account": ["密码", "登录", "注销"], "coupon": ["优惠券", "红包", "满减"]}
    pairs = [
        (frame.format(word), name)
        for name, own in words.items()
        for word in own
        for frame in [*frames, *frames]
    ]
    texts, categories = zip(*pairs, strict=True)
    assert len(texts) >= MANY
    model = train(Known(texts, categories))
    asked = {name: f"请问{own[0]}怎么办理" for name, own in words.items()}
    assert [one.category for one in model.guess(list(asked.values()))] == list(asked)
    labels = np.array([sorted(words).index(name) for name in categories], dtype=np.int32)
    weighed, _ = weigh(count_features(texts), model.columns, model.idf)
    whole, _ = planes_against_all(weighed, labels, np.arange(5), 0.4)
    shares = [planes_against_all(weighed, labels, share, 0.4)[0] for share in np.array_split(np.arange(5), 2)]
    assert np.abs(np.hstack(shares) - whole).max() < 0.05


def test_a_file_gives_the_same_answers_and_runs_no_code() -> None:
    model = train(known())
    texts = ["发票抬头怎么改", "什么时候发货", ""]
    again = from_bytes(to_bytes(model))
    assert [one.category for one in again.guess(texts)] == [one.category for one in model.guess(texts)]
    with zipfile.ZipFile(io.BytesIO(to_bytes(model))) as packed:
        for name in packed.namelist():
            if name.endswith(".npy"):
                np.lib.format.read_array(io.BytesIO(packed.read(name)), allow_pickle=False)


class ByTopic:
    """Vectors that tell money from parcels, whatever the words: what an encoder is for, in two numbers."""

    name = "by-topic"
    is_fitted = True

    def encode(self, texts: Sequence[str]) -> Any:
        money = [any(word in text for word in ("退", "钱", "款", "掏腰包")) for text in texts]
        return np.array([[1.0, 0.0] if one else [0.0, 1.0] for one in money], dtype=np.float32)


def two_topics() -> Known:
    """What money and parcels are asked with, in words that say nothing of which it is."""
    pairs = [
        (text, name)
        for text, name in zip(known().texts, known().categories, strict=True)
        if name != "invoice"
    ]
    return Known([text for text, _ in pairs], [name for _, name in pairs])


def test_vectors_tell_what_words_never_seen_mean() -> None:
    model = train(two_topics(), encoder=ByTopic())
    asked = ["我掏腰包买亏啦"]
    (by_meaning,) = model.guess(asked, encoder=ByTopic())
    assert by_meaning.category == "refund"
    assert model.guess(asked)[0].category == "delivery"  # by words alone it can only be taken for anything
    (again,) = from_bytes(to_bytes(model)).guess(asked, encoder=ByTopic())
    assert again.category == by_meaning.category
    assert again.confidence == pytest.approx(by_meaning.confidence, abs=0.01)


def test_without_its_encoder_a_model_answers_by_words_as_if_it_had_none() -> None:
    texts = ["请问退款到哪一步了", "物流信息不动了", ""]
    model = train(two_topics(), encoder=ByTopic())
    words = replace(model, meaning=None)
    assert model.guess(texts) == words.guess(texts)
    another = ByTopic()
    another.name = "another"
    assert model.guess(texts, encoder=another) == words.guess(texts)


def test_planes_over_vectors_that_do_not_fit_are_refused() -> None:
    model = train(two_topics(), encoder=ByTopic())
    assert model.meaning is not None
    wrong = replace(model, meaning=replace(model.meaning, bias=model.meaning.bias[:1]))
    with pytest.raises(UnfitModel):
        from_bytes(to_bytes(wrong))


def pickled() -> bytes:
    plain, packed = io.BytesIO(), io.BytesIO()
    np.lib.format.write_array(plain, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with zipfile.ZipFile(packed, "w") as into, zipfile.ZipFile(io.BytesIO(to_bytes(train(known())))) as whole:
        for name in whole.namelist():
            into.writestr(name, plain.getvalue() if name == "weights.npy" else whole.read(name))
    return packed.getvalue()


@pytest.mark.parametrize("content", [b"", b"no model", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_model_is_refused(content: bytes) -> None:
    with pytest.raises(UnfitModel):
        from_bytes(content)


def test_a_pickled_array_is_refused() -> None:
    with pytest.raises(UnfitModel):
        from_bytes(pickled())


def test_too_little_to_learn_from_is_said() -> None:
    with pytest.raises(TooLittle):
        train(Known(["a"] * 20, ["one"] * 20))
    with pytest.raises(TooLittle):
        train(Known([], []))


def test_a_report_counts_what_was_confused() -> None:
    model = train(known())
    guesses = model.guess(["退款什么时候处理", "物流进度", "我要问发票的事"])
    report = report_on(guesses, ["refund", "invoice", "invoice"])
    assert (report.texts, round(report.accuracy, 2)) == (3, 0.67)
    assert report.confused == [["invoice", "delivery", 1]]
    assert sum(count for *_, count in report.bins) == 3


def test_confidences_that_move_are_unlike() -> None:
    before = [0.9] * 300 + [0.5] * 100
    assert population_stability(before, before) == 0
    assert population_stability(before, [0.2] * 400) > 0.25


def test_the_shipped_pack_tells_its_topics() -> None:
    assert [pack.key for pack in packs()] == ["finance", "retail", "telecom"]
    model = pack_model("retail")
    asked = {
        "退款一直没到": "refund",
        "快递三天没动了": "delivery",
        "怎么开电子发票": "invoice",
        "where is my package": "delivery",
        "my refund is late": "refund",
        "空调什么时候上门安装": "installation",
    }
    guesses = model.guess(list(asked))
    assert [one.category for one in guesses] == list(asked.values())


@pytest.mark.parametrize(
    ("key", "asked"),
    [
        (
            "telecom",
            {
                "这个月怎么又多扣钱了": "bill",
                "宽带断了好几天没人修": "broadband_fault",
                "手机卡掉了想补一张": "number",
                "去泰国怎么开通漫游": "roaming",
                "no signal in my house": "signal",
                "my bill is much higher than usual": "bill",
                "I want to take my number to another provider": "number",
            },
        ),
        (
            "finance",
            {
                "有人拿我的卡在外面刷了": "unknown_charge",
                "这个月还不上了想协商延期": "collection",
                "保险理赔被拒了": "claim",
                "想把房贷提前还掉": "loan",
                "I can't log in to the app": "login",
                "there is a payment I don't recognise": "unknown_charge",
                "the transfer never arrived": "transfer",
            },
        ),
    ],
)
def test_other_packs_tell_theirs(key: str, asked: dict[str, str]) -> None:
    model = pack_model(key)
    right = [
        guess.category == topic for guess, topic in zip(model.guess(list(asked)), asked.values(), strict=True)
    ]
    assert sum(right) >= len(asked) - 1, [guess.category for guess in model.guess(list(asked))]


def test_no_pack_says_the_same_of_two_topics() -> None:
    for pack in packs():
        names = [name for topic in pack.topics for name in topic.matches]
        texts = [text for topic in pack.topics for text in topic.examples]
        assert len(names) == len(set(names)), pack.key
        assert len(texts) == len(set(texts)), pack.key
