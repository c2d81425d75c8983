"""English words: their forms, what says little, and slips of spelling."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhiyin.knowledge.search.concepts import concepts_with
from zhiyin.knowledge.search.english import is_common, is_small, stem
from zhiyin.knowledge.search.spelling import put_right
from zhiyin.knowledge.search.tests.test_index import best, entry, index_of
from zhiyin.knowledge.search.vectors import EnglishEncoder, has_english_model, packaged_encoder


@pytest.mark.parametrize(
    "forms",
    [
        "pay pays paid paying",
        "buy buys bought",
        "delivery deliveries",
        "stop stopped stopping",
        "child children",
        "can't cant",
    ],
)
def test_forms_of_one_word_are_one(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


def test_words_that_only_look_alike_are_two() -> None:
    assert stem("business") != stem("bus")
    assert stem("bill") != stem("bit")


@pytest.mark.parametrize("word", ["the", "she's", "you've", "couldn't", "hello", "they"])
def test_small_words_say_nothing(word: str) -> None:
    assert is_small(word)


@pytest.mark.parametrize("word", ["refund", "cancel", "bill", "password"])
def test_words_of_matter_are_neither_small_nor_common(word: str) -> None:
    assert not is_small(word)
    assert not is_common(stem(word))


def right(text: str, *words: str) -> str:
    """The text put right by these words of entries, and the shipped concepts."""
    known = {f"e:{stem(word)}" for word in words}
    return put_right(text, concepts_with(), knows=known.__contains__, near=lambda _: words)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("wher is my refnud", "where is my refund"),  # by concepts
        ("my gramophne broke", "my gramophone broke"),  # by a word of an entry
        ("the gramophones", "the gramophones"),  # another form of a known word is no slip
        ("zanzibar", "zanzibar"),  # like nothing that is known
        ("tuikuan", "tuikuan"),  # the sound of Chinese
        ("退款refnud到了没", "退款refund到了没"),
    ],
)
def test_slips_of_spelling_are_put_right_by_what_is_known(text: str, told: str) -> None:
    assert right(text, "gramophone") == told


def test_a_question_finds_the_word_it_spells_wrongly_in_a_body(tmp_path: Path) -> None:
    index = index_of(
        tmp_path,
        entry(1, "How we ship", body="A gramophone travels in two boxes."),
        entry(2, "How we pack", body="A piano travels with two people."),
    )
    assert best(index, "my gramophnoe") == 1
    assert index.telling("my gramophnoe") == index.telling("my gramophone")


def test_questions_find_entries_by_irregular_forms(tmp_path: Path) -> None:
    index = index_of(tmp_path, entry(1, "Who may sell tickets"), entry(2, "Who may print tickets"))
    assert best(index, "somebody sold me a ticket") == 1


def test_meaning_of_english_is_told_by_a_model_of_its_own(tmp_path: Path) -> None:
    encoder = packaged_encoder()
    if encoder is None or not has_english_model():
        pytest.skip("the extra zhiyin[vectors] is not installed")
    chinese, english, mixed = encoder.encode(["退款多久到账", "Where is my money", "我的refund呢"])
    width = len(chinese) - EnglishEncoder.width
    assert not chinese[width:].any()
    assert not mixed[width:].any()
    assert english[width:].any()
    for row in (chinese, english, mixed):
        assert float(row @ row) == pytest.approx(1.0, abs=0.01)
    index = index_of(
        tmp_path,
        entry(1, "Why is my refund less than I paid?"),
        entry(2, "Why was my card declined at the checkout?"),
        entry(3, "How do I change my delivery address?"),
        encoder=encoder,
    )
    assert best(index, "you shortchanged me") == 1
