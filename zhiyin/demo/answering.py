"""The demo's chat answers simple questions by itself."""

from __future__ import annotations

from datetime import datetime

from zhiyin.assist.commands.answer_settings import AnswerChoices, change_answering
from zhiyin.channels.models import Channel
from zhiyin.demo import company
from zhiyin.people.models import Staff

SURE_FROM = 0.75


def answer_chats(*, by: Staff, now: datetime) -> None:
    """Switch answering on for the chat of the company's web site; mail is left to people, as it is everywhere at first."""
    chat = Channel.objects.get(key=company.CHAT)
    choices = AnswerChoices(
        mode="answer", threshold=SURE_FROM, most_answers=3, says_unsure=True, words_by_endpoint=False
    )
    change_answering(channel_id=chat.pk, choices=choices, by=by, now=now)
