"""What `zhiyin up` says once the first page answers: how to get in."""

from __future__ import annotations

import sys

from zhiyin.cli.arguments import Parser
from zhiyin.cli.demo import tell_people
from zhiyin.cli.language import say
from zhiyin.cli.processes import end_with_parent
from zhiyin.cli.surroundings import enter, start_django


def run(words: list[str]) -> int:
    """Print the one-time set-up link while there is nobody, or who can sign in to the demo."""
    parser = Parser("welcome", zh="显示初始设置链接。", en="Show the set-up link.")
    parser.add_argument("--demo", action="store_true", help=say("显示演示账号", "show the demo's people"))
    options = parser.parse_args(words)
    folder = enter(options.data)
    end_with_parent()
    start_django()
    from django.conf import settings

    from zhiyin.people.setup import setup_link

    link = setup_link(settings.BASE_URL)
    if link is not None:
        print(
            say(
                f"首次使用，请打开这个一次性链接完成设置：\n  {link}",
                f"Open this one-time link to set it up:\n  {link}",
            )
        )
        sys.stdout.flush()
    elif options.demo:
        tell_people(folder)
    return 0
