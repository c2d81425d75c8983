"""`zhiyin demo`: one believable company, of any size, and the passwords of its people."""

from __future__ import annotations

import json
import sys

from zhiyin.cli.arguments import Parser
from zhiyin.cli.data_folder import DataFolder, write_private
from zhiyin.cli.failures import EX_USAGE, CommandFailed
from zhiyin.cli.language import say
from zhiyin.cli.migrate import wait_until_migrated
from zhiyin.cli.processes import end_with_parent
from zhiyin.cli.surroundings import enter, explained, start_django


def run(words: list[str]) -> int:
    """Fill the database with demo data and print who can sign in."""
    parser = Parser("demo", zh="生成演示数据：一家可信的公司。", en="Make demo data: one believable company.")
    parser.add_argument(
        "--tickets",
        type=int,
        metavar="N",
        help=say("工单数（1 到 1,000,000）", "number of tickets (1 to 1,000,000)"),
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="S", help=say("随机种子（默认 1）", "random seed (1)")
    )
    parser.add_argument(
        "--add", action="store_true", help=say("已有数据时也添加", "add to the data that are there")
    )
    parser.add_argument(
        "--if-empty", action="store_true", help=say("已有数据时什么也不做", "do nothing where there are data")
    )
    options = parser.parse_args(words)
    folder = enter(options.data)
    end_with_parent()
    start_django()
    wait_until_migrated(folder)
    from zhiyin.demo.making import MOST, TICKETS, is_empty

    tickets = TICKETS if options.tickets is None else options.tickets
    if not 1 <= tickets <= MOST:
        raise CommandFailed(
            zh=f"--tickets 须在 1 到 {MOST:,} 之间。",
            en=f"--tickets must be 1 to {MOST:,}.",
            exit_code=EX_USAGE,
        )
    if options.if_empty and not is_empty():
        return 0
    _make(folder, tickets=tickets, seed=options.seed, add=options.add)
    if options.tickets is None:  # the usual demo shows more than its size; those that measure name it
        _take_in_strange_mails()
        _arrange_tickets()
    if not options.if_empty:  # `up` prints them itself, when the first page answers
        tell_people(folder)
    return 0


def _take_in_strange_mails() -> None:
    from django.utils import timezone

    from zhiyin.demo.strange import take_in_strange_mails

    take_in_strange_mails(now=timezone.now())


def _arrange_tickets() -> None:
    from django.utils import timezone

    from zhiyin.demo.following_up import follow_up
    from zhiyin.demo.queueing import set_queues
    from zhiyin.demo.together import arrange_tickets

    arrange_tickets(now=timezone.now())
    follow_up(now=timezone.now())
    set_queues(now=timezone.now())


def _make(folder: DataFolder, *, tickets: int, seed: int, add: bool) -> None:
    from django.utils import timezone

    from zhiyin.demo.making import make_demo

    with explained():
        made = make_demo(tickets=tickets, seed=seed, now=timezone.now(), add=add, tell=_tell)
    people = [
        {"name": one.name, "email": one.email, "password": one.password, "zh": one.role_zh, "en": one.role_en}
        for one in made.people
    ]
    if people:
        folder.create()
        write_private(folder.demo_people, json.dumps(people, ensure_ascii=False, indent=1))
    print(
        say(
            f"演示数据：{made.tickets:,} 张工单，{made.customers:,} 位客户，用时 {made.seconds:.0f} 秒。",
            f"Demo data: {made.tickets:,} tickets and {made.customers:,} customers in {made.seconds:.0f} s.",
        ),
        flush=True,
    )


def tell_people(folder: DataFolder) -> None:
    """Print who can sign in, with the passwords made for them; a demo's people only."""
    try:
        people = json.loads(folder.demo_people.read_bytes())
    except FileNotFoundError:
        return
    print(
        say(
            "演示账号（密码随机生成，只在本机）：",
            "Demo people (passwords made at random, for this machine only):",
        )
    )
    width = max(len(person["email"]) for person in people)
    for person in people:
        print(
            f"  {person['email']:<{width}}  {person['password']}  {say(person['zh'], person['en'])}, {person['name']}"
        )
    sys.stdout.flush()


def _tell(zh: str, en: str) -> None:
    print(say(zh, en), file=sys.stderr, flush=True)
