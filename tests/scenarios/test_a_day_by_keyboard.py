"""A whole handling without the mouse: choose, open, take, note, hand over, answer, solve, next; then many at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.scenarios.kit import Person, eventually, set_up
from zhiyin.testing.browser import chromium
from zhiyin.testing.centre import RunningCentre, running_centre

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240), pytest.mark.xdist_group("up")]
FORBID_THE_MOUSE = """
for (const kind of ["pointerdown", "mousedown", "click"])
  window.addEventListener(kind, (event) => {
    if (event.isTrusted && event.detail !== 0) window.mouseUsed = kind;
  }, true);
"""


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCentre]:
    with running_centre(tmp_path_factory.mktemp("keys") / "data") as running:
        yield running


def message(number: int, text: str) -> dict[str, Any]:
    sender = {"kind": "external", "value": f"customer-{number}", "name": f"顾客{number}"}
    return {"external_id": f"m{number}", "thread_id": f"t{number}", "sender": sender, "text": text}


def test_a_whole_handling_without_the_mouse(centre: RunningCentre) -> None:
    program = set_up(centre)
    program.post("/api/v1/channels", {"kind": "api", "key": "app", "name": "手机应用"})
    for number, text in enumerate(["订单没到", "发票抬头错了", "想退货", "密码忘了"]):
        program.post("/api/v1/channels/app/messages", message(number, text))
    eventually(lambda: len(rows(program, "unassigned")) == 4, "the tickets")
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
        context.add_init_script(FORBID_THE_MOUSE)
        for cookie in program.cookies.jar:
            context.add_cookies([{"name": cookie.name, "value": str(cookie.value), "url": centre.address}])
        page = context.new_page()
        page.goto(f"{centre.address}/views/unassigned")
        expect(page.get_by_text("密码忘了").first).to_be_visible(timeout=15_000)
        _open_and_take(page)
        _leave_a_note_and_hand_it_over(page, program)
        _answer_and_solve(page, program)
        _solve_the_next_and_the_next_opens(page, program)
        _change_the_rest_at_once(page, program)
        assert page.evaluate("window.mouseUsed") is None


def rows(program: Person, view: str) -> list[Any]:
    found: list[Any] = program.get(f"/api/v1/tickets?view={view}")["items"]
    return found


def one(program: Person, text: str) -> Any:
    return next(row for row in rows(program, "all") if row["subject"] == text or text in row["preview"])


def _open_and_take(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("密码忘了", timeout=10_000)
    page.keyboard.press("a")
    expect(page.locator("header .mine")).to_be_visible(timeout=10_000)


def _leave_a_note_and_hand_it_over(page: Page, program: Person) -> None:
    page.keyboard.press("n")
    note = page.get_by_label("备注", exact=True)
    expect(note).to_be_focused()
    page.keyboard.insert_text("已核对身份")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("log")).to_contain_text("已核对身份", timeout=10_000)
    page.keyboard.press("Escape")  # out of the text, back to the desk's keys
    _command(page, "优先级改为：紧急")
    eventually(lambda: one(program, "密码忘了")["priority"] == 4, "the priority")
    _command(page, "取消负责人")
    eventually(lambda: one(program, "密码忘了")["assignee"] is None, "nobody to have it")


def _command(page: Page, wanted: str) -> None:
    """By the command palette, which finds everything by its words."""
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog").get_by_role("combobox")).to_be_focused()
    page.keyboard.insert_text(wanted)
    expect(page.get_by_role("dialog").get_by_role("option").first).to_contain_text(wanted)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)


def _answer_and_solve(page: Page, program: Person) -> None:
    page.keyboard.press("r")
    expect(page.get_by_label("回复", exact=True)).to_be_focused()
    page.keyboard.insert_text("您好，已重置密码。")
    page.keyboard.press("Control+Shift+Enter")
    expect(page.get_by_role("log")).to_contain_text("想退货", timeout=10_000)  # the next one opens
    solved = eventually(lambda: rows(program, "solved"), "the solved ticket")
    assert [row["preview"] for row in solved] == ["您好，已重置密码。"]
    assert solved[0]["assignee"]["name"] == "林晓"  # who answers takes it


def _solve_the_next_and_the_next_opens(page: Page, program: Person) -> None:
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.get_by_role("log")).to_contain_text("发票抬头错了", timeout=10_000)
    eventually(lambda: len(rows(program, "solved")) == 2, "the second solved ticket")


def _change_the_rest_at_once(page: Page, program: Person) -> None:
    page.keyboard.press("u")
    expect(page).to_have_url(re.compile(r"/views/|/$"))
    page.keyboard.press("*")
    page.keyboard.press("a")
    expect(page.get_by_text("已选 2 张")).to_be_visible(timeout=10_000)
    page.keyboard.press("b")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible(timeout=10_000)
    _tab_to(page, "at.closest('dialog .n-checkbox')")
    page.keyboard.press("Space")
    _tab_to(page, "at.type === 'submit'")
    page.keyboard.press("Enter")
    expect(page.get_by_text("已更改 2 张")).to_be_visible(timeout=10_000)
    eventually(lambda: rows(program, "unassigned") == [], "the spam to be closed")
    page.keyboard.press("z")  # also while the reply before it could be taken back
    expect(page.get_by_text("已撤销 2 张")).to_be_visible(timeout=10_000)
    eventually(lambda: len(rows(program, "unassigned")) == 2, "the two to be back")


def _tab_to(page: Page, there: str) -> None:
    """Press Tab until the focus is there."""
    for _ in range(80):
        if page.evaluate(f"(() => {{ const at = document.activeElement; return Boolean({there}); }})()"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {there}")
