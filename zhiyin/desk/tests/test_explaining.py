"""Failures in people's words: what happened, and what to do."""

from __future__ import annotations

import pytest

from zhiyin.desk.explaining import explain_failed_event, explain_failed_sending


@pytest.mark.parametrize(
    ("told", "begins"),
    [
        ("5.1.1 550 no such user", "The address does not exist"),
        ("550 5.2.2 The email account is over quota", "The recipient's mailbox is full"),
        ("552 5.3.4 message size exceeds limit", "The mail is too large"),
        ("535 5.7.8 authentication failed", "The sending server refused our sign-in"),
        ("554 5.7.1 refused as spam", "The other side refused it by its rules"),
        ("421 4.7.28 rate limit exceeded", "The other side found us too fast"),
        ("[Errno 111] Connection refused", "The other side can't be reached"),
        ("SSLCertVerificationError: certificate verify failed", "No encrypted line came about"),
        ("503 upstream", "The receiving program failed"),
        ("something nobody knows", "What the other side said"),
    ],
)
def test_what_a_failed_sending_means(told: str, begins: str) -> None:
    assert explain_failed_sending(told).en.startswith(begins)


@pytest.mark.parametrize(
    ("told", "begins"),
    [
        ("OperationalError: deadlock detected", "The database was busy"),
        ("DoesNotExist: Ticket matching query does not exist.", "What the event points to is gone"),
        ("IntegrityError: duplicate key", "The data do not fit"),
        ("FileNotFoundError: ab/cd", "A file can't be read"),
        ("ValueError: 7", "Probably a bug of ours"),
    ],
)
def test_what_a_parked_event_means(told: str, begins: str) -> None:
    assert explain_failed_event(told).en.startswith(begins)
