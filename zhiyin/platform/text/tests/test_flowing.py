"""Lines and lists in one line."""

from __future__ import annotations

import pytest

from zhiyin.platform.text.flowing import in_one_line
from zhiyin.platform.text.html_text import html_to_text


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ("<p>退货步骤：</p><ul><li>打开订单</li><li>点“退货”</li><li>寄回。</li></ul><p>三天到账。</p>",
         "退货步骤：打开订单；点“退货”；寄回。三天到账。"),
        ("<p>You need:</p><ul><li>the order number</li><li>a photo.</li><li>the receipt</li></ul><p>Then call.</p>",
         "You need: the order number; a photo. the receipt Then call."),
        ("<p>一句话</p><p>另一句</p>", "一句话 另一句"),
        ("", ""),
        ("<p>-5 degrees is cold - very</p>", "-5 degrees is cold - very"),
    ],
)  # fmt: skip
def test_a_list_reads_as_an_enumeration(html: str, told: str) -> None:
    assert in_one_line(html_to_text(html)) == told


def test_numbered_lines_lose_their_numbers_and_years_keep_theirs() -> None:
    assert in_one_line("1. 打开\n2. 点击\n2026 年起") == "打开；点击 2026 年起"
