"""`zhiyin doctor`: looks at everything and says what to do about what it found."""

from __future__ import annotations

import os

from zhiyin.cli.arguments import Parser
from zhiyin.cli.language import language, say
from zhiyin.cli.surroundings import enter, start_django

_SIGNS = {"ok": "✓", "warn": "!", "error": "✗"}


def run(words: list[str]) -> int:
    """Check and explain; 1 when something doesn't work."""
    parser = Parser(
        "doctor",
        zh="检查配置、数据库、邮箱、代理、时钟、磁盘、后台进程与积压，并说明每个问题怎么办。有错误时退出码为 1。",
        en="Check configuration, database, mailboxes, proxy, clock, disk, workers and lag, and say what to do about each. "
        "Exit code 1 when something doesn't work.",
    )
    parser.add_argument("--json", action="store_true", help=say("以 JSON 输出", "print JSON"))
    parser.add_argument(
        "--variables", action="store_true", help=say("列出全部环境变量", "list every environment variable")
    )
    options = parser.parse_args(words)
    if options.variables:
        return _list_variables()
    folder = enter(options.data, needs_database=False)
    if not os.environ.get("DATABASE_URL"):
        print(
            say(
                f"✗ {folder.path} 上没有正在运行的知音，也没有设置 DATABASE_URL。\n"
                "    → 运行 zhiyin up，或用 --data 指定正在运行的数据目录。",
                f"✗ No Zhiyin runs on {folder.path} and DATABASE_URL is not set.\n"
                "    → Start zhiyin up, or name the running one's data folder by --data.",
            )
        )
        return 1
    start_django()
    return _look(as_json=options.json)


def _look(*, as_json: bool) -> int:
    from django.utils import timezone

    from zhiyin.platform.ops.findings import run_checks, worst

    results = run_checks(now=timezone.now(), live=True)
    every = [finding for _, findings in results for finding in findings]
    if as_json:
        import json

        told = {
            check.name: [finding.in_words(language()) for finding in findings] for check, findings in results
        }
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return int(worst(every) == "error")
    for check, findings in results:
        print(check.title(language()))
        for finding in findings:
            print(f"  {_SIGNS[finding.level]} {finding.message(language())}")
            if step := finding.next_step(language()):
                print(f"      → {step}")
    errors, warnings = (sum(finding.level == level for finding in every) for level in ("error", "warn"))
    print(say(f"\n{errors} 个错误，{warnings} 个警告。", f"\n{errors} errors, {warnings} warnings."))
    return int(errors > 0)


def _list_variables() -> int:
    """The table of docs/configuration.md."""
    for name in ("DATABASE_URL", "ZHIYIN_SECRET_KEY", "ZHIYIN_KEYS"):
        os.environ.setdefault(name, "postgresql:///unused")  # only their description is wanted
    from zhiyin import settings

    print("| variable | default | meaning |\n| --- | --- | --- |")
    for variable in settings.env.variables:
        default = (
            say("必填", "required")
            if variable.default is None
            else f"`{variable.default}`"
            if variable.default
            else "—"
        )
        print(f"| `{variable.name}` | {default} | {variable.doc} |")
    return 0
