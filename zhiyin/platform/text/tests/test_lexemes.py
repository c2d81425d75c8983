import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.platform.text.lexemes import MAX_LEXEME_BYTES, MAX_LEXEMES, lexemes, query_lexemes

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)
PUNCTUATION = st.sampled_from(list(' ,.!?，。！？、\n（）()<>：:；"“”'))
WORD = st.one_of(
    st.from_regex(r"[A-Za-z]{1,12}", fullmatch=True),
    st.from_regex(r"[A-Z]{2}[0-9]{8}-[0-9]{2}", fullmatch=True),
    st.from_regex(r"[a-z]{1,8}\.[a-z]{1,8}@[a-z]{2,8}\.(com|com\.cn)", fullmatch=True),
    st.from_regex(r"1[3-9][0-9]-[0-9]{4}-[0-9]{4}", fullmatch=True),
    st.from_regex(r"[0-9]{1,3}(,[0-9]{3}){0,2}(\.[0-9]{2})?", fullmatch=True),
    st.from_regex(r"[A-Za-z0-9]{1,6}([-_.@+'/][A-Za-z0-9]{1,6}){0,3}", fullmatch=True),
    st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=8),
)
CHINESE = st.text(st.one_of(HAN, PUNCTUATION), max_size=60)


def found(text: str, query: str) -> bool:
    return set(query_lexemes(query)) <= set(lexemes(text))


@given(before=CHINESE, words=st.text(HAN, min_size=2, max_size=30), after=CHINESE)
def test_any_two_or_more_chinese_characters_of_a_text_find_it(before: str, words: str, after: str) -> None:
    assert found(before + words + after, words)


@given(before=CHINESE, character=HAN, after=CHINESE)
def test_one_chinese_character_finds_every_text_that_has_it(before: str, character: str, after: str) -> None:
    assert found(before + character + after, character)


@given(words=st.lists(WORD, min_size=1, max_size=8), data=st.data())
def test_a_whole_word_of_a_text_finds_it(words: list[str], data: st.DataObject) -> None:
    wanted = data.draw(st.sampled_from(words))
    assert found("，".join(words), wanted)
    assert found("您好" + "，".join(words) + "。", wanted)


@given(text=st.text(max_size=300))
def test_a_text_finds_itself_and_keeps_the_limits(text: str) -> None:
    found_lexemes = lexemes(text)
    assert len(found_lexemes) == len(set(found_lexemes))
    assert all(
        0 < len(lexeme.encode()) <= MAX_LEXEME_BYTES and "\0" not in lexeme for lexeme in found_lexemes
    )
    assert found(text, text)


@given(text=st.text(st.characters(exclude_characters=",，"), max_size=100))
def test_case_and_width_do_not_matter(text: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    assert set(lexemes(wide)) == set(lexemes(text))


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("订单DD20241101-88还没到", "DD20241101-88"),
        ("订单DD20241101-88还没到", "dd2024110188"),
        ("订单DD20241101-88还没到", "20241101"),
        ("请打 +86 138-0013-8000", "13800138000"),
        ("请打 13800138000 找我", "138 0013 8000"),
        ("尾号是 13800138000", "8000"),
        ("座机 (010) 6555-1234", "01065551234"),
        ("Call +1 (415) 555-0123 please", "4155550123"),
        ("客服 400-820-8820", "4008208820"),
        ("共 1,299.00 元", "1299"),
        ("共 ￥1299.00", "1,299.00"),
        ("写信到 Zhang.San@Mail.Example.com。", "zhang.san@mail.example.com"),
        ("写信到 Zhang.San@Mail.Example.com。", "example.com"),
        ("写信到 Zhang.San@Mail.Example.com。", "zhang"),
        ("ＩＰＨＯＮＥ１５ 发热", "iphone15"),
        ("My iPhone15 is hot", "iphone"),
        ("e-mail", "email"),
        ("John's parcel", "john"),
        ("I don't know", "dont"),
        ("退\u200b款", "退款"),
        ("王女士来电", "王"),
        ("👍🏽 好的", "好的"),
        ("こんにちは", "にち"),
        ("안녕하세요", "하세"),
        ("สวัสดีครับ", "สวัสดี"),
    ],
)
def test_what_people_type_finds_what_was_written(text: str, query: str) -> None:
    assert query_lexemes(query)
    assert found(text, query)


@pytest.mark.parametrize(
    ("text", "query"),
    [("退还货款", "退款"), ("後来", "后来"), ("订单88", "订单89"), ("art", "car"), ("张三", "李")],
)
def test_other_words_do_not_match(text: str, query: str) -> None:
    assert not found(text, query)


def test_emoji_and_punctuation_are_nothing_to_search_for() -> None:
    assert lexemes("👍🏽!!! ——…… 🎉") == []
    assert query_lexemes("  ？！👍 ") == []


def test_a_query_of_one_character_asks_for_it_and_of_more_asks_for_pairs() -> None:
    assert query_lexemes("王") == ["王"]
    assert query_lexemes("退款单") == ["退款", "款单"]


def test_an_endless_text_yields_a_bounded_vector() -> None:
    text = " ".join(f"word{n} {chr(0x4E00 + n % 20000)}{chr(0x4E00 + n * 7 % 20000)}" for n in range(100_000))
    bounded = lexemes(text)
    assert len(bounded) == MAX_LEXEMES
    assert sum(len(lexeme.encode()) for lexeme in bounded) < 1_000_000


def test_a_long_word_is_cut_alike_in_text_and_query() -> None:
    word = "x" * 500
    assert query_lexemes(word) == ["x" * 60]
    assert found(word, word)


def test_it_takes_at_least_two_megabytes_a_second_even_on_a_busy_machine() -> None:
    text = (
        "您好，店铺券满300减50是限家纺类目的哦。The parcel DD20241101 has not arrived yet, please check! "
        * 50
    )
    size = len(text.encode())
    started = time.process_time()
    for _ in range(20):
        lexemes(text)
    assert 20 * size / (time.process_time() - started) > 2_000_000
