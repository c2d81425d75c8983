"""The knowledge index of a running centre: what is published is found within two seconds, and a keeper that is killed
while it writes leaves nothing out, nothing twice, and nothing that is no longer said."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.scenarios.kit import Person, eventually, joins, put, set_up, written_and_published
from zhiyin.testing.centre import RunningCentre, running_centre

WITHIN = 2.0
KILLS = 3
WORDS = ("山楂", "菠萝", "核桃", "荔枝", "石榴", "橄榄", "柠檬", "板栗", "枇杷", "杨梅", "樱桃", "龙眼")


@pytest.mark.slow
@pytest.mark.crash
@pytest.mark.xdist_group("up")
@pytest.mark.timeout(400)
def test_what_is_published_is_found_at_once_and_a_killed_keeper_loses_nothing(tmp_path: Path) -> None:
    with running_centre(tmp_path / "centre") as centre:
        lead = set_up(centre)
        author = joins(lead, centre, "knowledge_author", "qin@shop.example", "秦若兰")
        eventually(lambda: lead.call("GET", _search("退款")).status_code == 200, "the first index")
        took = [_seconds_until_found(author, lead, number) for number in range(5)]
        # the second of five: this machine does other things too
        assert sorted(took)[1] <= WITHIN, took
        written = _killed_while_it_writes(centre, author, lead)
        _everything_is_there_once(lead, written)
        _what_is_withdrawn_is_gone(centre, lead, written[WORDS[0]])


def _search(text: str) -> str:
    return f"/api/v1/knowledge/search?q={quote(text)}&limit=50"


def _titles(lead: Person, text: str) -> list[str]:
    return [hit["title"]["text"] for hit in lead.get(_search(text))]


def _seconds_until_found(author: Person, lead: Person, number: int) -> float:
    title = f"月饼{number}号礼盒怎么退"
    written_and_published(author, lead, "faq", title, "七天内可以退。")
    began = time.monotonic()
    eventually(lambda: title in _titles(lead, title), f"“{title}” in the index")
    return time.monotonic() - began


def _killed_while_it_writes(centre: RunningCentre, author: Person, lead: Person) -> dict[str, Any]:
    """Entries are published without a pause while the worker, which keeps the index, is killed again and again."""
    written: dict[str, Any] = {}
    is_over = threading.Event()

    def kill() -> None:
        for _ in range(KILLS):
            if is_over.wait(0.7):
                return
            centre.kill("worker")

    killer = threading.Thread(target=kill)
    killer.start()
    for word in WORDS:
        written[word] = written_and_published(author, lead, "faq", f"{word}怎么保存", f"{word}放在阴凉处。")
    is_over.set()
    killer.join()
    centre.kill("worker")  # and once more, with the last of it hardly written
    return written


def _everything_is_there_once(lead: Person, written: dict[str, Any]) -> None:
    eventually(lambda: f"{WORDS[-1]}怎么保存" in _titles(lead, WORDS[-1]), "the last entry")
    for word, version in written.items():
        hits = [hit for hit in lead.get(_search(word)) if hit["entry_id"] == version["entry_id"]]
        assert [hit["title"]["text"] for hit in hits] == [f"{word}怎么保存"]


def _what_is_withdrawn_is_gone(centre: RunningCentre, lead: Person, version: Any) -> None:
    put(lead, f"/api/v1/knowledge/editions/{version['edition_id']}/withdrawal")
    centre.kill("worker")
    eventually(
        lambda: version["entry_id"] not in [hit["entry_id"] for hit in lead.get(_search(WORDS[0]))],
        "the withdrawn entry to be gone",
    )
