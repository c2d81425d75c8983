"""`zhiyin demo`: one believable company, of any size."""

from __future__ import annotations

from zhiyin.cli.arguments import Parser
from zhiyin.cli.language import say
from zhiyin.cli.processes import end_with_parent
from zhiyin.cli.surroundings import enter, start_django


def run(words: list[str]) -> int:
    """Fill the database with demo data."""
    parser = Parser("demo", zh="生成演示数据：一家可信的公司。", en="Make demo data: one believable company.")
    parser.add_argument(
        "--tickets",
        type=int,
        default=0,
        metavar="N",
        help=say("工单数（默认按示例公司）", "number of tickets"),
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="S", help=say("随机种子（默认 1）", "random seed (1)")
    )
    parser.add_argument(
        "--if-empty", action="store_true", help=say("仅当没有员工时", "only when there is nobody yet")
    )
    options = parser.parse_args(words)
    enter(options.data)
    end_with_parent()
    start_django()
    raise NotImplementedError(options)
