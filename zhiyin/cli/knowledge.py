"""`zhiyin knowledge reindex`: build this machine's knowledge index anew."""

from __future__ import annotations

import time

from zhiyin.cli.arguments import Parser
from zhiyin.cli.failures import CommandFailed
from zhiyin.cli.language import say
from zhiyin.cli.migrate import wait_until_migrated
from zhiyin.cli.surroundings import enter, start_django

PATIENCE_SECONDS = 3600
LOOK_EVERY_SECONDS = 0.5


def run(words: list[str]) -> int:
    """Build the index, here or by the worker that keeps it; search goes on with the old one meanwhile."""
    parser = Parser(
        "knowledge",
        zh="重建本机的知识索引。重建期间仍可用旧索引搜索。",
        en="Build this machine's knowledge index anew. Search goes on with the old one meanwhile.",
    )
    parser.add_argument("action", choices=["reindex"], help=say("重建索引", "build the index anew"))
    options = parser.parse_args(words)
    folder = enter(options.data)
    start_django()
    wait_until_migrated(folder)
    return _reindex()


def _reindex() -> int:
    from zhiyin.knowledge.search.keeping import machine_store, reindex
    from zhiyin.knowledge.search.store import AnotherWrites
    from zhiyin.knowledge.search.synonyms import concepts_now
    from zhiyin.knowledge.search.vectors import index_encoder

    store = machine_store()
    try:
        with store.writing():
            count = reindex(store=store, concepts=concepts_now(), encoder=index_encoder())
    except AnotherWrites:
        count = _by_the_worker()
    print(say(f"知识索引已重建：{count} 条。", f"The knowledge index is built: {count} entries."))
    return 0


def _by_the_worker() -> int:
    """Ask the worker of this machine, and wait until it has done it."""
    from zhiyin.knowledge.search.keeping import machine_store

    store = machine_store()
    before = store.current()
    store.ask_for_rebuild()
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if store.current() != before:
            index = store.reader(None)
            return index.size if index else 0
        time.sleep(LOOK_EVERY_SECONDS)
    raise CommandFailed(
        zh="后台进程一小时内没有重建索引。请运行 zhiyin doctor 查看原因。",
        en="the worker has not built the index within an hour. See zhiyin doctor for the reason.",
    )
