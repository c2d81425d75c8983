import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from zhiyin.platform.ops.logs import configure
from zhiyin.platform.ops.personal_data import mask, remove_personal_data

PROGRAM = """
import logging, structlog
from structlog.contextvars import bound_contextvars
from zhiyin.platform.ops.logs import configure
configure({"level": "info", "form": "json"})
log = logging.getLogger("zhiyin.test")
with bound_contextvars(request_id="req-12345678"):
    log.info("taken in %s", 7, extra={"channel_id": 3, "subject": "我的密码", "sender": "张三"})
    structlog.get_logger("zhiyin.other").warning("slow", ms=12.5)
log.debug("not shown")
try:
    raise ValueError("no such customer zhang@example.com, 13800138000")
except ValueError:
    log.exception("failed for zhang@example.com")
logging.getLogger("django.request").warning("Not Found: /x")
"""


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    """What a process of its own writes, so that the configuration is the real one."""
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in run.stderr.splitlines()]


@pytest.fixture
def given_back() -> Iterator[None]:
    """Give the test run its own logging back."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before[0], before[1]
    structlog.reset_defaults()


def test_each_line_is_json_with_level_logger_time_and_request_id(lines: list[dict[str, Any]]) -> None:
    taken_in = lines[0]
    assert (taken_in["event"], taken_in["level"]) == ("taken in 7", "info")
    assert (taken_in["logger"], taken_in["channel_id"]) == ("zhiyin.test", 3)
    assert taken_in["request_id"] == "req-12345678"
    assert taken_in["timestamp"].endswith("Z")


def test_structlog_loggers_write_the_same_way(lines: list[dict[str, Any]]) -> None:
    slow = lines[1]
    assert (slow["event"], slow["ms"], slow["request_id"]) == ("slow", 12.5, "req-12345678")


def test_fields_that_hold_people_are_left_out(lines: list[dict[str, Any]]) -> None:
    assert (lines[0]["subject"], lines[0]["sender"]) == ("[removed]", "[removed]")


def test_addresses_are_masked_in_messages_and_tracebacks(lines: list[dict[str, Any]]) -> None:
    failed = lines[2]
    assert failed["event"] == "failed for [email]"
    assert "ValueError: no such customer [email], [phone]" in failed["exception"]
    assert "zhang" not in failed["exception"].split("Traceback")[-1].rsplit("ValueError", 1)[-1]


def test_lower_levels_and_refusals_are_not_written_twice(lines: list[dict[str, Any]]) -> None:
    assert len(lines) == 3


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mail from zhang.san@example.com.", "mail from [email]."),
        ("call +86 138-0013-8000 or +4930123456789", "call [phone] or [phone]"),
        ("id 11010119900307123X", "id [id]"),
        ("GET /search?q=张三&page=2 200", "GET /search?[removed] 200"),
        ("postgresql://zhiyin:s3cret@db/zhiyin", "postgresql://[credentials]@db/zhiyin"),
        ("Authorization: Bearer abcdefghijklmnop", "Authorization: [credentials]"),
        ("token zyt_abcdefgh12345678", "token [token]"),
        ("bad\nDETAIL:  Key (name)=(张三) already exists.\nend", "bad\nDETAIL: [removed]\nend"),
        ("position 12345678901234567890 in 3 s", "position 12345678901234567890 in 3 s"),
    ],
)
def test_what_points_to_a_person_is_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_nested_values_are_cleaned_too() -> None:
    line = {
        "event": "x",
        "found": {"customer": {"name": "张三"}, "ids": [1, "a@b.cn"], "customer_email": "a@b.cn"},
    }
    cleaned = remove_personal_data(None, "info", line)
    assert cleaned["found"] == {"customer": "[removed]", "ids": [1, "[email]"], "customer_email": "[removed]"}


def test_text_is_for_terminals(given_back: None, capsys: pytest.CaptureFixture[str]) -> None:
    configure({"level": "warning", "form": "text"})
    logging.getLogger("zhiyin.test").warning("words for %s", "zhang@example.com")
    logging.getLogger("zhiyin.test").info("nothing")
    assert "words for [email]" in capsys.readouterr().err
