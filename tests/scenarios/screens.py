"""Every screen of the desk there is a way to, for whoever looks at them all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.scenarios.demo import Demo

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
OPEN_PAGES = ["/sign-in", "/reset-password", "/reset-password/nobody", "/invitation/nobody", "/setup", "/my"]


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
    ]


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
