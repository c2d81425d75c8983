"""axe-core finds nothing serious or critical on any screen, in both languages, by day and by night."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.scenarios.axe import faults_of
from tests.scenarios.demo import ADMINISTRATOR, Demo, go, settle, window
from zhiyin.testing.browser import chromium

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.xdist_group("up")]
LOOKS = [
    ("zh-CN", "light"),
    ("en", "dark"),
]  # each language and each theme once: faults are of one or the other
SECTIONS = [
    *[
        "channels",
        "senders",
        "webhooks",
        "people",
        "groups",
        "roles",
        "categories",
        "statuses",
        "types",
        "fields",
    ],
    *[
        "forms",
        "templates",
        "checklists",
        "sla",
        "promises",
        "chains",
        "compensation",
        "surveys",
        "skills",
        "macros",
        "company",
        "notifications",
        "calendars",
        "retention",
        "tokens",
        "audit",
    ],
]
MADE_NEW = ["webhooks", "groups", "roles", "fields", "forms", "templates", "sla", "macros", "calendars"]
PAGES = [
    "/views/all",
    "/views/unassigned",
    "/views",
    "/tasks",
    *(f"/follow-ups/{page}" for page in ("promises", "approvals", "compensation", "incidents", "surveys")),
    "/customers",
    "/profile",
    "/profile/security",
    "/profile/notifications",
    "/operations",
    "/no-permission",
    "/there-is-no-such-page",
    "/setup/mailbox",
    "/setup/widget",
    "/setup/people",
    "/settings/channels/new",
    *(f"/settings/channels/new/{kind}" for kind in ("email", "chat", "api", "portal")),
    "/settings/people/invite",
    *(f"/settings/{section}" for section in SECTIONS),
    *(f"/settings/{section}/new" for section in MADE_NEW),
]


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
    for path in [*PAGES, *_pages_of_things(demo, page)]:
        go(page, path)
        faults += faults_of(page, path)
    go(page, "/views/all")
    for name, show in _dialogs():
        show(page)
        settle(page)
        faults += faults_of(page, name)
        page.keyboard.press("Escape")
        page.wait_for_timeout(150)
    context.close()
    assert faults == []


def _pages_of_things(demo: Demo, page: Page) -> list[str]:
    """A page of each kind of thing there is one of; tickets of each channel."""
    rows = demo.call(page, "GET", "/api/v1/tickets?view=all&limit=100")["items"]
    by_channel = {row["channel_kind"]: row for row in rows}
    channels = demo.call(page, "GET", "/api/v1/channels")
    macros = demo.call(page, "GET", "/api/v1/macros?limit=1")["items"]
    fields = demo.call(page, "GET", "/api/v1/ticket-fields")
    roles = demo.call(page, "GET", "/api/v1/people/roles")
    policies = demo.call(page, "GET", "/api/v1/sla/policies")["policies"]
    return [
        *(f"/tickets/{row['id']}" for row in by_channel.values()),
        f"/tickets/{rows[0]['id']}/print",
        f"/customers/{rows[0]['customer']['id']}",
        *(f"/settings/channels/{channel['id']}" for channel in channels),
        f"/settings/macros/{macros[0]['id']}",
        f"/settings/fields/{fields[0]['id']}",
        f"/settings/roles/{roles[0]['id']}",
        f"/settings/sla/{policies[0]['id']}",
    ]


def _dialogs() -> list[tuple[str, Callable[[Page], Any]]]:
    """What is opened by a key over the open ticket, beginning with the list."""

    def open_the_first(page: Page) -> None:
        page.locator("a[href^='/tickets/']").first.click()
        expect(page.get_by_role("log")).to_be_visible()

    def press(keys: str) -> Callable[[Page], None]:
        def each(page: Page) -> None:
            for key in keys.split():
                page.keyboard.press(key)

        return each

    return [
        ("palette", press("Control+k")),
        ("help sheet", press("?")),
        ("new ticket", press("c")),
        ("notifications", press("g n")),
        ("search", press("/")),
        ("the first ticket", open_the_first),
        ("snooze", press("s")),
        ("merge", press("m")),
        ("scripts", press(";")),
        ("note", press("Escape n")),
        ("chosen for a bulk change", press("Escape x")),
        ("bulk change", press("b")),
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_nor_has_a_page_for_those_who_are_not_signed_in(
    demo: Demo, chrome: Browser, locale: str, theme: str
) -> None:
    context = window(chrome, locale=locale, theme=theme)
    page, faults = context.new_page(), list[str]()
    for path in (
        "/sign-in",
        "/reset-password",
        "/reset-password/nobody",
        "/invitation/nobody",
        "/setup",
        "/my",
    ):
        page.goto(demo.address + path)
        expect(page.get_by_role("heading").first).to_be_visible(timeout=15_000)
        settle(page)
        faults += faults_of(page, path)
    page.goto(f"{demo.address}/chat/demo-chat?lang={'en' if locale == 'en' else 'zh'}")
    expect(page.locator("zhiyin-chat").get_by_role("textbox").first).to_be_visible(timeout=15_000)
    faults += faults_of(page, "the chat")
    context.close()
    assert faults == []
