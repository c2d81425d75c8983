"""HTML made safe and read as text; differences that add up."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.knowledge.diffing import difference
from zhiyin.knowledge.markup import TextTooLarge, as_html, as_text, clean


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ('<p onclick="x()">a<script>alert(1)</script></p>', "<p>a</p>"),
        ('<p style="color:red" class="MsoNormal">你好</p>', "<p>你好</p>"),
        ('<img src="https://tracker.example/x.png">', ""),
        ('<img src="data:image/png;base64,AAAA">', ""),
        ('<a href="javascript:alert(1)">x</a>', '<a rel="noopener noreferrer">x</a>'),
        (
            '<img src="/api/v1/files/abcdefgh12345678" onerror="x">',
            '<img src="/api/v1/files/abcdefgh12345678">',
        ),
        ('<img src="/api/v1/files/abcdefgh?next=//evil.example">', '<img src="/api/v1/files/abcdefgh">'),
        ('<img src="//evil.example/api/v1/files/abcdefgh12345678">', ""),
    ],
)
def test_only_harmless_html_is_kept(source: str, kept: str) -> None:
    assert clean(source) == kept


def test_html_too_deep_or_too_long_is_refused_in_time() -> None:
    for source in ("<div>" * 300, "a" * 400_001):
        with pytest.raises(TextTooLarge):
            clean(source)


def test_text_becomes_paragraphs_and_text_again() -> None:
    text = "您好 <王>，\n退款 & 换货：\n\n3 天"
    assert as_html(text) == "<p>您好 &lt;王&gt;，<br>退款 &amp; 换货：</p><p>3 天</p>"
    assert as_text(clean(as_html(text))) == text


def test_a_changed_figure_is_what_the_difference_shows() -> None:
    pieces = [(piece.op, piece.text) for piece in difference("退款 7 天内到账。", "退款 3 天内到账。")]
    assert pieces == [("same", "退款 "), ("removed", "7"), ("added", "3"), ("same", " 天内到账。")]


@given(st.text(alphabet="退款3天 \nab", max_size=80), st.text(alphabet="退款3天 \nab", max_size=80))
def test_the_pieces_make_up_both_texts(before: str, after: str) -> None:
    pieces = difference(before, after)
    assert "".join(piece.text for piece in pieces if piece.op != "added") == before
    assert "".join(piece.text for piece in pieces if piece.op != "removed") == after


def test_long_texts_of_lines_that_are_all_the_same_are_compared_at_once() -> None:
    began = time.monotonic()
    before, after = "x\n" + "a\n\n" * 20_000, "a\n\n" * 20_000 + "y\n"
    pieces = difference(before, after)
    assert "".join(piece.text for piece in pieces if piece.op != "added") == before
    assert "".join(piece.text for piece in pieces if piece.op != "removed") == after
    changed = difference(after, after.replace("y", "z"))
    assert [(piece.op, piece.text) for piece in changed[1:]] == [
        ("removed", "y"),
        ("added", "z"),
        ("same", "\n"),
    ]
    assert time.monotonic() - began < 2
