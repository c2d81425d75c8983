"""Every page of the desk, opened by its address, has all its words: none shows the key of one."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.scenarios.demo import ADMINISTRATOR, Demo, settle, window
from tests.scenarios.screens import PAGES, pages_of_things
from zhiyin.testing.browser import chromium

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.xdist_group("up")]
# a word's key as it shows where the word is missing; what is meant as a technical name stands in <code>
KEY = re.compile(r"(?<![\w./@-])(?:[a-z]\w*)(?:\.[a-zA-Z]\w*){2,}(?![\w./@-])")

WORDS = """
() => {
  for (const code of document.querySelectorAll("code")) code.remove();
  return document.body.innerText;
}
"""


def test_no_page_shows_the_key_of_a_word(demo: Demo) -> None:
    with chromium() as chrome:
        context = window(chrome)
        page = demo.sign_in(context, ADMINISTRATOR, locale="zh-CN", theme="light")
        page.goto(f"{demo.address}/views/all")
        expect(page.locator("a[href^='/tickets/']").first).to_be_visible(timeout=15_000)
        missing: list[str] = []
        for path in [*PAGES, *pages_of_things(demo, page)]:
            page.goto(demo.address + path)
            expect(page.locator("#content, main").first).to_be_visible(timeout=15_000)
            settle(page)
            missing += [f"{path}: {key}" for key in KEY.findall(page.evaluate(WORDS))]
        context.close()
    assert missing == []
