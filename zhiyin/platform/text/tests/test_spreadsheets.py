from __future__ import annotations

import pytest

from zhiyin.platform.text.spreadsheets import as_cell, csv_of, text_of


def test_a_table_is_marked_as_utf8_and_runs_nothing() -> None:
    told = csv_of(["名称", "n"], [["退款，加急", 3], ["=1+1", -2], ['"引"', None]])
    assert told == '\ufeff名称,n\r\n退款，加急,3\r\n\'=1+1,-2\r\n"""引""",\r\n'


@pytest.mark.parametrize("text", ["", "退款", "=1+1", "-5", "@x", "\tx", "'quoted"])
def test_a_cell_that_was_guarded_is_read_as_it_was(text: str) -> None:
    assert text_of(as_cell(text)) == text
