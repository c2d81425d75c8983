"""Masking: what is hidden, what is left, and that all of it comes back."""

from __future__ import annotations

import itertools
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.assist.local.entities import entities_in
from zhiyin.assist.local.masking import Mask, masked
from zhiyin.assist.local.personal_data import spans_in

SHARED = Path(__file__).parents[3].parent / "shared" / "data" / "pii" / "messages.jsonl"


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("我电话是138 0013 8000，打我", "cn_mobile", "138 0013 8000"),
        ("号码一三八零零一三八零零零", "cn_mobile", "一三八零零一三八零零零"),
        ("寄到上海市浦东新区锦和路551弄12号1905室，谢谢", "address", "上海市浦东新区锦和路551弄12号1905室"),
        ("身份证11010519491231002X对吗", "cn_id_card", "11010519491231002X"),
        ("卡号 4111 1111 1111 1111", "bank_card", "4111 1111 1111 1111"),
        ("发到 someone@example.com 就行", "email", "someone@example.com"),
        ("我叫欧阳修文，查一下", "person_name", "欧阳修文"),
        ("验证码是482913", "verification_code", "482913"),
    ],
)
def test_personal_data_is_found(text: str, kind: str, value: str) -> None:
    assert (kind, value) in [(span.kind, span.text) for span in spans_in(text)]


@pytest.mark.parametrize(
    "text",
    [
        "工单号 13800138000 处理到哪了",
        "版本 10.2.3.4 的固件",
        "客服电话 400-820-8820 打不通",
        "身份证110105194912310021不对",  # a wrong check character
        "尾号 1234 的卡",
        "周末都在家，随时可以",
        "原价 1299 元，现在 999",
    ],
)
def test_what_only_looks_like_it_is_left(text: str) -> None:
    assert [span.text for span in spans_in(text) if span.kind != "order_number"] == []


def test_what_is_hidden_comes_back() -> None:
    mask = Mask()
    mask.hide_value("person_name", "王芳")
    text = "王芳的电话 13800138000，邮箱 a@b.example；再说一遍 13800138000"
    hidden = mask.hide(text)
    assert "王芳" not in hidden
    assert "138" not in hidden
    assert hidden.count("[CN_MOBILE_1]") == 2
    assert mask.show(hidden) == text
    assert mask.show("[CN_MOBILE_9] 未知") == "[CN_MOBILE_9] 未知"
    assert masked("打 13800138000") == "打 ***"


@given(st.text(alphabet="0123456789一二三 -，嗯区路号Aa@.张三:", max_size=400))
def test_any_text_is_masked_and_shown_again(text: str) -> None:
    mask = Mask()
    assert mask.show(mask.hide(text)) == text
    spans = spans_in(text)
    assert all(one.end <= other.start for one, other in itertools.pairwise(spans))


@pytest.mark.parametrize(
    "evil", ["1，嗯，" * 3000, "区" * 9000, "1 A " * 4000, "a" * 15000, "张三 at " * 2000]
)
def test_no_text_takes_long(evil: str) -> None:
    began = time.process_time()
    spans_in(evil)
    assert time.process_time() - began < 8


def test_what_work_is_done_with_is_picked_out() -> None:
    found = {
        (one.kind, one.text) for one in entities_in("订单 SO-2026-001234 退 ¥1,299.00，明天打 13800138000")
    }
    assert found == {
        ("order", "SO-2026-001234"),
        ("amount", "¥1,299.00"),
        ("date", "明天"),
        ("phone", "13800138000"),
    }


@pytest.mark.skipif(not SHARED.exists(), reason="the development messages are not on this machine")
def test_few_characters_stay_readable_on_the_development_messages() -> None:
    secret = left = alarms = clean = 0
    for line in SHARED.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        hidden = {place for span in spans_in(told["text"]) for place in range(span.start, span.end)}
        true = {place for span in told["spans"] for place in range(span["start"], span["end"])}
        true = {place for place in true if told["text"][place].isalnum()}
        secret, left = secret + len(true), left + len(true - hidden)
        if not told["spans"]:
            clean, alarms = clean + 1, alarms + bool(hidden)
    assert left / secret < 0.03
    assert alarms / clean < 0.05
