"""The first page asks the server for nothing twice, unless it is told that something happened."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Request, expect

from tests.scenarios.demo import settle, window
from tests.scenarios.kit import browser_of
from tests.scenarios.team import Team
from zhiyin.testing.browser import chromium
from zhiyin.testing.centre import running_centre

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.xdist_group("up")]
STREAM, HEARTBEAT = "/api/v1/stream", "/api/v1/people/presence/heartbeats"
LISTEN = """
() => {
  const fetched = window.fetch;
  window.told = [];
  window.fetch = async (...asked) => {
    const answer = await fetched(...asked);
    if (!String(asked[0]).includes("/api/v1/stream") || !answer.body) return answer;
    const [kept, heard] = answer.body.tee();
    void (async () => {
      const reader = heard.pipeThrough(new TextDecoderStream()).getReader();
      for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read())
        for (const [, name] of value.matchAll(/^event: (.+)$/gm)) window.told.push(name);
    })();
    return new Response(kept, { status: answer.status, headers: answer.headers });
  };
}
"""
# what makes the desk ask again, by what it asks for
STALE_AFTER = {
    "/api/v1/notifications/count": {"notification"},
    "/api/v1/tickets": {"ticket"},
    "/api/v1/tickets/counts": {"ticket", "counts", "views"},
    "/api/v1/tickets/views": {"views"},
    "/api/v1/routing/offers": {"offer", "standing"},
    HEARTBEAT: {"offer", "standing"},
}


def test_nothing_is_asked_for_twice(tmp_path: Path) -> None:
    with running_centre(tmp_path / "data") as centre, chromium() as chrome:
        team = Team(centre)
        team.opens("林女士", "门锁没电了怎么办")
        page = browser_of(team.agent, window(chrome))
        asked: Counter[str] = Counter()

        def count(request: Request) -> None:
            address = urlsplit(request.url)
            if address.path.startswith(("/api/", "/_allauth/")):
                asked[address.path] += 1

        page.add_init_script(f"({LISTEN})()")
        page.on("request", count)
        page.goto(f"{centre.address}/views/all")
        expect(page.locator("a[href^='/tickets/']").first).to_be_visible(timeout=30_000)
        settle(page)
        page.wait_for_function("window.told.includes('hello')", timeout=30_000)
        page.wait_for_timeout(4_000)  # what is asked for again comes after what was told
        told = Counter(page.evaluate("window.told"))
        may_be = {path: 1 + sum(told[name] for name in STALE_AFTER.get(path, ())) for path in asked}
        assert {path: times for path, times in asked.items() if times > may_be[path]} == {}, (asked, told)
        assert (asked[STREAM], told["hello"]) == (1, 1)  # signing in and being there open it no second time
