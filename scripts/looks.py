"""Takes every screen of the desk and puts them on sheets to look at: `make looks`, or with words after it

    python scripts/looks.py FOLDER [--locale zh-CN|en] [--theme light|dark] [--width 1280] [--failing]

A demo is started in a temporary folder. `--failing` lets every answer of the API but the session fail.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, Route

SOURCE = Path(__file__).parents[1]
sys.path.insert(0, str(SOURCE))  # before what is imported from there

from tests.scenarios.demo import ADMINISTRATOR, Demo, go, running_demo, settle, window  # noqa: E402  (see above)
from tests.scenarios.screens import OPEN_PAGES, PAGES, dialogs, pages_of_help, pages_of_things  # noqa: E402  (see above)
from zhiyin.testing.browser import chromium  # noqa: E402  (see above)
from zhiyin.testing.centre import RunningCentre  # noqa: E402  (see above)

COLUMNS, ROWS, SHOWN = 3, 4, 640  # of a sheet; pixels that a screen is wide on it
PHONE = {"width": 375, "height": 720}
FAILED = {"status": 500, "body": "<h1>Server Error</h1>", "headers": {"X-Request-ID": "0123456789ab"}}


class Looks:
    """The pictures of one language, theme and width."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.taken: list[Path] = []

    def take(self, page: Page, name: str) -> None:
        path = self.folder / f"{len(self.taken):03d}-{name.strip('/').replace('/', '_') or 'home'}.png"
        page.screenshot(path=path, animations="disabled", caret="hide", timeout=120_000)
        self.taken.append(path)

    def lay_out(self) -> None:
        """Sheets of twelve, in the order they were taken."""
        for number in range(0, len(self.taken), COLUMNS * ROWS):
            pictures = [Image.open(path) for path in self.taken[number : number + COLUMNS * ROWS]]
            high = max(picture.height * SHOWN // picture.width for picture in pictures)
            sheet = Image.new("RGB", (COLUMNS * (SHOWN + 8), ROWS * (high + 8)), "#888")
            for place, picture in enumerate(pictures):
                small = picture.convert("RGB").resize((SHOWN, picture.height * SHOWN // picture.width))
                sheet.paste(small, (place % COLUMNS * (SHOWN + 8), place // COLUMNS * (high + 8)))
            sheet.save(self.folder / f"sheet-{number // (COLUMNS * ROWS):02d}.png")


def look_at_the_desk(demo: Demo, chrome: Browser, looks: Looks, options: argparse.Namespace) -> None:
    size = {"width": options.width, "height": options.width * 10 // 16}
    context = window(chrome, locale=options.locale, theme=options.theme, viewport=size)
    page = demo.sign_in(context, ADMINISTRATOR, locale=options.locale, theme=options.theme)
    paths = [*PAGES, *pages_of_things(demo, page)]
    page.goto(f"{demo.address}/views/all")
    settle(page)
    if options.failing:
        page.route("**/api/v1/**", _fail)
        page.reload()
    for path in paths:
        _show(page, path)
        looks.take(page, path)
    go(page, "/views/all")
    for name, show in [] if options.failing else dialogs():
        show(page)
        settle(page)
        looks.take(page, name)
        page.keyboard.press("Escape")
        page.wait_for_timeout(150)
    context.close()


def look_at_open_pages(demo: Demo, chrome: Browser, looks: Looks, options: argparse.Namespace) -> None:
    """Those of people who are not signed in, as they are on a phone."""
    context = window(chrome, locale=options.locale, theme=options.theme, viewport=PHONE)
    page = context.new_page()
    others = ["/survey/1.cut", "/my/nothing", "/approval/nobody", "/chat/demo-chat"]
    for path in [*OPEN_PAGES, *pages_of_help(demo, page), *others]:
        page.goto(demo.address + path)
        page.wait_for_timeout(1500)
        looks.take(page, path)
    context.close()


def _show(page: Page, path: str) -> None:
    go(page, path)
    page.wait_for_timeout(300)


def _fail(route: Route) -> None:
    if route.request.url.endswith("/api/v1/session"):
        route.continue_()
    else:
        route.fulfill(content_type="text/html", **FAILED)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--locale", choices=["zh-CN", "en"], action="append")
    parser.add_argument("--theme", choices=["light", "dark"], action="append")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--failing", action="store_true")
    options = parser.parse_args()
    RunningCentre.patience = 900.0  # on a machine that has other things to do
    asked = [
        (locale, theme)
        for locale in options.locale or ["zh-CN", "en"]
        for theme in options.theme or ["light", "dark"]
    ]
    with (
        tempfile.TemporaryDirectory(prefix="zhiyin-") as folder,
        running_demo(Path(folder) / "data") as demo,
        chromium() as chrome,
    ):
        for options.locale, options.theme in asked:
            name = f"{options.locale}-{options.theme}-{options.width}{'-failing' if options.failing else ''}"
            looks = Looks(options.folder / name)
            look_at_the_desk(demo, chrome, looks, options)
            looks.lay_out()
            phone = Looks(options.folder / f"{name}-phone")
            look_at_open_pages(demo, chrome, phone, options)
            phone.lay_out()
            sys.stdout.write(f"{name}: {len(looks.taken) + len(phone.taken)} screens\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
