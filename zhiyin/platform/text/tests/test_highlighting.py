import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.platform.text.highlighting import highlight


def marked(text: str, query: str, width: int = 160) -> list[str]:
    snippet = highlight(text, query, width)
    return [snippet.text[start:end] for start, end in snippet.marks]


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("我要退款，请尽快退款", "退款", ["退款", "退款"]),
        ("我要退款单据", "退款单", ["退款单"]),
        ("Two refunds were refunded; a refundable one was not", "refund", ["refunds", "refunded"]),
        ("订单 DD20241101-88 在哪", "dd20241101-88", ["DD20241101-88"]),
        ("电话 138-0013 8000", "13800138000", ["138-0013 8000"]),
        ("ＲＥＦＵＮＤ 到账", "refund 到账", ["ＲＥＦＵＮＤ", "到账"]),
        ("共 1299.00", "没有", []),
    ],
)
def test_the_words_of_the_query_are_marked(text: str, query: str, expected: list[str]) -> None:
    assert marked(text, query) == expected


def test_a_long_text_is_cut_around_the_words() -> None:
    text = "开头" * 200 + "这里说到退款到账的事" + "结尾" * 200
    snippet = highlight(text, "退款到账", 40)
    assert snippet.text.startswith("…")
    assert snippet.text.endswith("…")
    assert len(snippet.text) == 42
    assert [snippet.text[start:end] for start, end in snippet.marks] == ["退款到账"]


def test_the_piece_with_most_of_the_words_is_chosen() -> None:
    text = "invoice " + "a " * 200 + "invoice for refund " + "b " * 200
    assert marked(text, "refund invoice", 60) == ["invoice", "refund"]


def test_a_text_without_the_words_shows_its_beginning() -> None:
    snippet = highlight("第一行\n\n第二行  很长", "退款", 6)
    assert snippet.text == "第一行 第二…"
    assert snippet.marks == []


@given(text=st.text(max_size=200), query=st.text(max_size=20), width=st.integers(10, 80))
def test_marks_are_ordered_apart_and_inside(text: str, query: str, width: int) -> None:
    snippet = highlight(text, query, width)
    assert len(snippet.text) <= width + 2
    edge = -1
    for start, end in snippet.marks:
        assert edge < start < end <= len(snippet.text)
        edge = end
