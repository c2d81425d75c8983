"""Every screen of the desk there is a way to, for whoever looks at them all."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.scenarios.demo import Demo, settle

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
        "queues",
        "presence",
        "skills",
        "procedures",
        "automation",
        "macros",
        "wording",
        "company",
        "notifications",
        "calendars",
        "assist",
        "retention",
        "tokens",
        "audit",
    ],
]
MADE_NEW = [
    *["webhooks", "groups", "roles", "queues", "fields", "forms", "templates", "procedures", "automation"],
    *["sla", "macros", "calendars"],
]
KNOWLEDGE = [
    "/knowledge",
    "/knowledge?q=zzzzzz",
    *(
        f"/knowledge/{page}"
        for page in (
            "todo",
            "import",
            "categories",
            "gaps",
            "answers",
            "answers/keywords",
            "answers/dialogues",
        )
    ),
]
PAGES = [
    "/views/all",
    "/views/unassigned",
    "/views",
    "/tasks",
    *(
        f"/follow-ups/{page}"
        for page in ("promises", "approvals", "compensation", "incidents", "reviews", "surveys")
    ),
    "/monitor",
    "/monitor/simulator",
    *KNOWLEDGE,
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
FORMS_ELSEWHERE = [
    "/views",
    "/follow-ups/incidents",
    "/follow-ups/promises",
    "/customers",
    "/knowledge/answers/keywords",
    "/knowledge/answers/dialogues",
    "/knowledge/categories",
    "/knowledge/import",
    "/monitor/simulator",
]
_NEW = re.compile(r"^(新建|新增|添加|增加|登记|New|Add|Create|Report)")
HELP = ["/help/zh", "/help/en", "/help/zh/search?q=zzzzzz", "/help/zh/ask", "/help/en/ask"]
OPEN_PAGES = [
    *["/sign-in", "/reset-password", "/reset-password/nobody", "/invitation/nobody", "/setup", "/my"],
    *HELP,
]


def pages_of_things(demo: Demo, page: Page) -> list[str]:
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
        *pages_of_knowledge(demo, page),
        *pages_of_rules(demo, page),
    ]


def pages_of_knowledge(demo: Demo, page: Page) -> list[str]:
    """An entry of each kind with its tabs; a version to read, one to write on and one to review."""
    rows = demo.call(page, "GET", "/api/v1/knowledge/entries?state=published&limit=100")["items"]
    entry = demo.call(page, "GET", f"/api/v1/knowledge/entries/{rows[0]['id']}")
    under_way = [
        demo.call(page, "GET", f"/api/v1/knowledge/entries?state={state}&limit=1")["items"]
        for state in ("draft", "in_review")
    ]
    return [
        *(f"/knowledge/{row['id']}" for row in {row["kind"]: row for row in rows}.values()),
        *(f"/knowledge/{rows[0]['id']}?tab={tab}" for tab in ("versions", "cases", "flags", "place")),
        f"/knowledge/versions/{entry['versions'][0]['id']}",
        *(
            f"/knowledge/versions/{edition['under_way_version_id']}"
            for found in under_way
            for row in found
            for edition in demo.call(page, "GET", f"/api/v1/knowledge/entries/{row['id']}")["editions"]
            if edition["under_way_version_id"]
        ),
    ]


def pages_of_rules(demo: Demo, page: Page) -> list[str]:
    """Every queue and a rule."""
    queues = demo.call(page, "GET", "/api/v1/routing/queues")
    rules = demo.call(page, "GET", "/api/v1/automation/rules")["rules"]
    return [
        *(f"/settings/queues/{queue['id']}" for queue in queues),
        f"/settings/automation/{rules[0]['id']}",
    ]


def pages_of_help(demo: Demo, page: Page) -> list[str]:
    """What the home page of the help centre leads to: a category, an article, what a search finds."""
    page.goto(f"{demo.address}/help/zh")
    links = [link.get_attribute("href") or "" for link in page.locator("main a").all()]
    return [
        *(next(link for link in links if sort in link) for sort in ("/c/", "/a/")),
        "/help/zh/search?q=退货",
    ]


def open_new(page: Page) -> bool:
    """Press the page's first button for something new; False where there is none."""
    for button in page.locator("main").get_by_role("button", name=_NEW).all():
        if button.is_visible() and button.is_enabled():
            button.click()
            settle(page)
            return True
    return False


def open_list(page: Page) -> bool:
    """Open the list of the first select in the uppermost dialog, or else on the page; False where there is none."""
    scope = page.get_by_role("dialog").last if page.get_by_role("dialog").count() else page.locator("main")
    for select in scope.get_by_role("combobox").all():
        if select.is_visible() and select.get_attribute("aria-disabled") is None:
            select.press("Enter")
            expect(select).to_have_attribute("aria-expanded", "true")
            return True
    return False


def dialogs() -> list[tuple[str, Callable[[Page], Any]]]:
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
