"""`zhiyin`: finds the command and runs it. Nothing heavy is imported here; mail-in starts often."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

from zhiyin.cli.failures import CommandFailed
from zhiyin.cli.language import choose_language, say

# name: (module, Chinese, English); a command without words is for our own processes only
COMMANDS: dict[str, tuple[str, str, str]] = {
    "up": (
        "up",
        "启动整个中心（内置 PostgreSQL、网页、推送、后台）",
        "run the whole centre (embedded PostgreSQL included)",
    ),
    "web": ("web", "只运行网页进程", "run the web part alone"),
    "stream": ("stream", "只运行实时推送进程", "run the live-stream part alone"),
    "worker": ("worker", "只运行后台进程", "run the background worker alone"),
    "migrate": ("migrate", "升级数据库结构", "bring the database up to this version"),
    "doctor": ("doctor", "检查配置与运行状况，并说明怎么办", "check everything and say what to do"),
    "mail-in": (
        "mail_in",
        "接收原始邮件（标准输入、目录或 mbox）",
        "take in raw mail (standard input, folder or mbox)",
    ),
    "export": ("export", "导出工单、消息或客户", "export tickets, messages or customers"),
    "backup": ("backup", "备份全部数据到一个加密文件", "back everything up into one sealed file"),
    "restore": ("restore", "从备份恢复", "restore a backup"),
    "token": ("token", "创建 API 令牌", "create API tokens"),
    "knowledge": ("knowledge", "重建知识索引", "build the knowledge index anew"),
    "demo": ("demo", "生成演示数据", "make demo data"),
    "intake": ("intake", "在 DATABASE_URL 旁单独接收 mail-in 的邮件", "serve mail-in where no up runs"),
    "welcome": ("welcome", "", ""),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one `zhiyin` command and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        words = choose_language(words)
        return _run(words)
    except CommandFailed as failure:
        print(f"zhiyin: {failure.words}", file=sys.stderr)
        return failure.exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output went away; Python would complain about it at exit
        return 141


def _run(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        print(_usage())
        return 0 if words else 2
    if words[0] in ("-V", "--version", "version"):
        from importlib.metadata import version

        print(f"zhiyin {version('zhiyin')}")
        return 0
    if words[0] not in COMMANDS:
        raise CommandFailed(
            zh=f"没有“{words[0]}”这个命令。{_nearest(words[0], zh='你是想输入')}运行 zhiyin --help 查看全部命令。",
            en=f"there is no command {words[0]!r}. {_nearest(words[0], en='Did you mean')}See zhiyin --help.",
            exit_code=2,
        )
    module = import_module(f"zhiyin.cli.{COMMANDS[words[0]][0]}")
    exit_code: int = module.run(words[1:])
    return exit_code


def _usage() -> str:
    lines = [
        say(
            "知音 Zhiyin —— 一个程序里的完整客服中心",
            "Zhiyin 知音: a whole customer-service centre in one program",
        ),
        "",
        say(
            "用法：zhiyin 命令 [--data 目录] [--lang zh|en] …",
            "usage: zhiyin COMMAND [--data DIR] [--lang zh|en] …",
        ),
        "",
        *(f"  {name:<9} {say(zh, en)}" for name, (_, zh, en) in COMMANDS.items() if en),
        "",
        say("各命令的说明：zhiyin 命令 --help", "Help on one command: zhiyin COMMAND --help"),
    ]
    return "\n".join(lines)


def _nearest(word: str, *, zh: str = "", en: str = "") -> str:
    from difflib import get_close_matches

    near = get_close_matches(word, [name for name in COMMANDS if COMMANDS[name][2]], n=1)
    if not near:
        return ""
    return f"{zh}“{near[0]}”吗？" if zh else f"{en} {near[0]!r}? "
