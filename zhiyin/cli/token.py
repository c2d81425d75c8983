"""`zhiyin token create`: a key for a program, in the name of a member of staff."""

from __future__ import annotations

import sys
from datetime import date, timedelta

from zhiyin.cli.arguments import Parser
from zhiyin.cli.failures import EX_USAGE, CommandFailed
from zhiyin.cli.language import say
from zhiyin.cli.migrate import wait_until_migrated
from zhiyin.cli.surroundings import enter, explained, start_django


def run(words: list[str]) -> int:
    """Make a token and print the key, which is shown this once, alone on standard output."""
    parser = Parser(
        "token",
        zh="创建 API 令牌；密钥只显示这一次，输出到标准输出。",
        en="Make an API token; its key is shown this once, on standard output.",
    )
    parser.add_argument("action", choices=["create"])
    parser.add_argument(
        "--staff", required=True, metavar="EMAIL", help=say("令牌所属员工", "whose token it is")
    )
    parser.add_argument("--name", required=True, help=say("用途，便于以后辨认", "what it is for"))
    parser.add_argument(
        "--scopes", required=True, metavar="A,B", help=say("权限，逗号分隔", "permissions, comma separated")
    )
    parser.add_argument(
        "--expires",
        default="90",
        help=say("天数或日期（默认 90 天）", "days, or a date such as 2027-01-31 (90)"),
    )
    options = parser.parse_args(words)
    days = _days(options.expires)
    folder = enter(options.data)
    start_django()
    wait_until_migrated(folder)
    print(_create(options.staff, name=options.name, scopes=options.scopes.split(","), days=days))
    last = date.today() + timedelta(days=days)  # noqa: DTZ011  (the reader's own calendar)
    print(
        say(
            f"请妥善保存，不会再次显示。有效期至 {last}。",
            f"Keep it safe; it isn't shown again. Valid until {last}.",
        ),
        file=sys.stderr,
    )
    return 0


def _create(email: str, *, name: str, scopes: list[str], days: int) -> str:
    from django.utils import timezone

    from zhiyin.people.commands.tokens import create_token
    from zhiyin.people.models import Staff
    from zhiyin.people.permissions import CODES

    wanted = [scope.strip() for scope in scopes if scope.strip()]
    unknown = sorted(set(wanted) - CODES)
    if unknown:
        raise CommandFailed(
            zh=f"没有这些权限：{'、'.join(unknown)}。可用的有：{', '.join(sorted(CODES))}",
            en=f"there are no such permissions: {', '.join(unknown)}. There are: {', '.join(sorted(CODES))}",
            exit_code=EX_USAGE,
        )
    owner = Staff.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if owner is None:
        raise CommandFailed(
            zh=f"没有邮箱为 {email} 的在职员工。请检查 --staff，或先在“设置 → 人员”中添加。",
            en=f"nobody active has the address {email}. Check --staff, or add them under Settings → People first.",
        )
    with explained():
        _, key = create_token(name=name, scopes=wanted, by=owner, now=timezone.now(), days=days)
    return key


def _days(told: str) -> int:
    if told.isdecimal():
        return int(told)
    try:
        return (date.fromisoformat(told) - date.today()).days  # noqa: DTZ011  (the reader's own calendar)
    except ValueError as problem:
        raise CommandFailed(
            zh=f"--expires {told!r} 既不是天数也不是日期（如 2027-01-31）。",
            en=f"--expires {told!r} is neither a number of days nor a date such as 2027-01-31.",
            exit_code=EX_USAGE,
        ) from problem
