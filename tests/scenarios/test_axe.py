"""axe-core finds nothing serious or critical on any screen, in both languages, by day and by night."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.scenarios.axe import faults_of
from tests.scenarios.demo import ADMINISTRATOR, Demo, go, settle, window
from tests.scenarios.screens import (
    FORMS_ELSEWHERE,
    OPEN_PAGES,
    PAGES,
    SECTIONS,
    dialogs,
    open_list,
    open_new,
    pages_of_help,
    pages_of_things,
)
from zhiyin.testing.browser import chromium

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.xdist_group("up")]
LOOKS = [
    ("zh-CN", "light"),
    ("en", "dark"),
]  # each language and each theme once: faults are of one or the other
MOST_HAVE_NEW = 18  # of the sections, a form for something new is found in at least so many


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.mark.parametrize(("locale", "theme"), LOOKS)
def test_no_screen_of_the_desk_has_a_serious_fault(
    demo: Demo, chrome: Browser, locale: str, theme: str
) -> None:
    context = window(chrome, locale=locale, theme=theme)
    page = demo.sign_in(context, ADMINISTRATOR, locale=locale, theme=theme)
    page.goto(f"{demo.address}/views/all")
    expect(page.locator("a[href^='/tickets/']").first).to_be_visible(timeout=15_000)
    faults: list[str] = []
    for path in [*PAGES, *pages_of_things(demo, page)]:
        go(page, path)
        faults += faults_of(page, path)
    go(page, "/views/all")
    for name, show in dialogs():
        show(page)
        settle(page)
        faults += faults_of(page, name)
        page.keyboard.press("Escape")
        page.wait_for_timeout(150)
    context.close()
    assert faults == []


@pytest.mark.parametrize(("locale", "theme"), LOOKS)
def test_nor_has_a_form_of_the_settings_or_a_list_that_is_opened_in_it(
    demo: Demo, chrome: Browser, locale: str, theme: str
) -> None:
    context = window(chrome, locale=locale, theme=theme)
    page = demo.sign_in(context, ADMINISTRATOR, locale=locale, theme=theme)
    page.goto(f"{demo.address}/settings/company")
    settle(page)
    faults: list[str] = []
    opened = []
    for path in [*(f"/settings/{section}" for section in SECTIONS), *FORMS_ELSEWHERE]:
        go(page, path)
        if open_new(page):
            opened.append(path)
            faults += faults_of(page, f"{path}, new")
        if open_list(page):
            faults += faults_of(page, f"{path}, a list")
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
    context.close()
    assert faults == []
    assert len(opened) >= MOST_HAVE_NEW, opened


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_nor_has_a_page_for_those_who_are_not_signed_in(
    demo: Demo, chrome: Browser, locale: str, theme: str
) -> None:
    context = window(chrome, locale=locale, theme=theme)
    page, faults = context.new_page(), list[str]()
    for path in [*OPEN_PAGES, *pages_of_help(demo, page)]:
        page.goto(demo.address + path)
        expect(page.get_by_role("heading").first).to_be_visible(timeout=15_000)
        settle(page)
        faults += faults_of(page, path)
    page.goto(f"{demo.address}/chat/demo-chat?lang={'en' if locale == 'en' else 'zh'}")
    expect(page.locator("zhiyin-chat").get_by_role("textbox").first).to_be_visible(timeout=15_000)
    faults += faults_of(page, "the chat")
    context.close()
    assert faults == []
