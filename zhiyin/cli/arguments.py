"""Argument parsing that explains mistakes in both languages."""

from __future__ import annotations

import argparse
import os
import re
from typing import NoReturn

from zhiyin.cli.failures import EX_USAGE, CommandFailed
from zhiyin.cli.language import language, say

_IN_CHINESE = [
    (re.compile(r"the following arguments are required: (.+)"), r"缺少参数：\1"),
    (re.compile(r"unrecognized arguments: (.+)"), r"不认识的参数：\1"),
    (
        re.compile(r"argument (\S+): invalid choice: (.+) \(choose from (.+)\)"),
        r"参数 \1 不能是 \2，可选：\3",
    ),
    (re.compile(r"argument (\S+): invalid \S+ value: (.+)"), r"参数 \1 的值无效：\2"),
    (re.compile(r"argument (\S+): expected one argument"), r"参数 \1 需要一个值"),
    (re.compile(r"argument (\S+): not allowed with argument (\S+)"), r"参数 \1 不能与 \2 同用"),
]


class Parser(argparse.ArgumentParser):
    """One command's parser; every command knows --data and --lang."""

    def __init__(self, command: str, *, zh: str, en: str) -> None:
        super().__init__(prog=f"zhiyin {command}", description=say(zh, en), allow_abbrev=False)
        self.add_argument(
            "--data",
            default=os.environ.get("ZHIYIN_DATA") or "zhiyin-data",
            metavar="DIR",
            help=say(
                "数据目录（默认 $ZHIYIN_DATA，否则 ./zhiyin-data）",
                "data folder (else $ZHIYIN_DATA, else ./zhiyin-data)",
            ),
        )
        self.add_argument(
            "--lang",
            choices=["zh", "en"],
            help=say("提示语言（默认随系统）", "language of messages (else the locale's)"),
        )

    def error(self, message: str) -> NoReturn:
        usage = self.format_usage().strip()
        raise CommandFailed(
            zh=f"{_in_chinese(message)}\n{usage}", en=f"{message}\n{usage}", exit_code=EX_USAGE
        )


def _in_chinese(message: str) -> str:
    if language() != "zh":
        return message
    for pattern, words in _IN_CHINESE:
        if found := pattern.fullmatch(message):
            return found.expand(words)
    return f"参数有误：{message}"


def port_number(told: str) -> int:
    """A TCP port, 0 for any free one; for argparse's `type`."""
    number = int(told)
    if not 0 <= number <= 65_535:
        raise ValueError(told)
    return number


def positive(told: str) -> int:
    """A whole number from 1; for argparse's `type`."""
    number = int(told)
    if number < 1:
        raise ValueError(told)
    return number
