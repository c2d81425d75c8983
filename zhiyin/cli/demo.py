"""`zhiyin demo`: one believable company, of any size."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from zhiyin.cli.arguments import Parser
from zhiyin.cli.failures import CommandFailed
from zhiyin.cli.language import language, say
from zhiyin.cli.processes import end_with_parent
from zhiyin.cli.surroundings import enter, start_django

if TYPE_CHECKING:
    from zhiyin.demo.making import Demo


def run(words: list[str]) -> int:
    """Fill the database with demo data."""
    parser = Parser("demo", zh="生成演示数据：一家可信的公司。", en="Make demo data: one believable company.")
    parser.add_argument(
        "--tickets",
        type=int,
        metavar="N",
        help=say("工单数，1 到 1000000（默认 400）", "number of tickets, 1 to 1000000 (400)"),
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="S", help=say("随机种子（默认 1）", "random seed (1)")
    )
    parser.add_argument(
        "--add", action="store_true", help=say("加到已有数据旁", "beside the data that is there already")
    )
    parser.add_argument(
        "--if-empty",
        action="store_true",
        help=say("已有数据时什么也不做", "do nothing where there is data"),
    )
    options = parser.parse_args(words)
    enter(options.data)
    end_with_parent()
    start_django()
    from django.utils import timezone

    from zhiyin.demo.making import MOST, TICKETS, is_empty, make_demo
    from zhiyin.platform.http.errors import DomainError

    tickets = TICKETS if options.tickets is None else options.tickets
    if not 1 <= tickets <= MOST:
        parser.error(say(f"--tickets 须在 1 到 {MOST} 之间", f"--tickets must be 1 to {MOST}"))
    if options.if_empty and not is_empty():
        return 0
    try:
        demo = make_demo(tickets=tickets, seed=options.seed, now=timezone.now(), add=options.add, tell=_tell)
    except DomainError as refusal:
        raise CommandFailed(zh=refusal.told("zh"), en=refusal.told("en")) from refusal
    _present(demo)
    return 0


def _tell(zh: str, en: str) -> None:
    print(say(zh, en), file=sys.stderr, flush=True)


def _present(demo: Demo) -> None:
    print(
        say(
            f"演示公司“鹿汀智能”已就绪：{demo.tickets:,} 张工单、{demo.customers:,} 位客户（{demo.seconds:.1f} 秒）。",
            f"The demo company is ready: {demo.tickets:,} tickets, {demo.customers:,} customers ({demo.seconds:.1f} s).",
        )
    )
    if demo.people:
        print(
            say(
                f"可用以下任一账号登录，密码都是 {demo.people[0].password}（只显示这一次）：",
                f"Sign in as any of these; the password of all is {demo.people[0].password} (shown only now):",
            )
        )
    for person in demo.people:
        role = person.role_zh if language() == "zh" else person.role_en
        print(f"  {person.email:<32} {person.name}  {role}  {'、'.join(person.groups)}".rstrip())
    sys.stdout.flush()
