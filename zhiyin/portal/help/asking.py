"""From reading to asking: what was read and looked for goes into the ticket."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.http import HttpRequest

from zhiyin.channels.commands.receiving import receive_raw_message
from zhiyin.channels.models import Channel
from zhiyin.knowledge.commands.questions import note_asked_on
from zhiyin.knowledge.commands.voicing import note_still_asked
from zhiyin.knowledge.models import Entry
from zhiyin.knowledge.queries.published import PublishedEdition
from zhiyin.portal.help.reading import edition_for
from zhiyin.portal.help.words import WORDS

MOST_READ = 5
LONGEST_TEXT, LONGEST_LINE = 20_000, 200


@dataclass(frozen=True)
class AskForm:
    """What was filled in, and what came along."""

    name: str
    email: str
    subject: str
    text: str
    read: list[str]  # keys of entries
    query: str
    form_id: str

    @classmethod
    def of(cls, request: HttpRequest) -> AskForm:
        told = request.POST if request.method == "POST" else request.GET

        def line(name: str, longest: int = LONGEST_LINE) -> str:
            return told.get(name, "").replace("\x00", "").strip()[:longest]

        return cls(
            name=line("name"),
            email=line("email", 320),
            subject=line("subject"),
            text=line("text", LONGEST_TEXT),
            read=list(dict.fromkeys(key for key in line("read", 600).split(",") if key))[-MOST_READ:],
            query=line("q"),
            form_id=line("form_id", 40),
        )

    @property
    def is_whole(self) -> bool:
        """Whether there is an address to answer to, and a question."""
        before, _, after = self.email.rpartition("@")
        return bool(self.text and self.form_id and before and "." in after and " " not in self.email)


def editions_read(
    keys: list[str], *, signed_in: bool, language: str, now: datetime
) -> list[PublishedEdition]:
    """Of the entries those that the visitor may read."""
    read = []
    for key in keys:
        try:
            read.append(edition_for(key, signed_in=signed_in, language=language, now=now))
        except Entry.DoesNotExist:
            continue
    return read


def told_before(*, query: str, read: list[PublishedEdition], language: str) -> list[str]:
    """What was looked for and what was read, in words; a paragraph each."""
    words = WORDS[language]
    listed = [f"· {one.title} (/help/{language}/a/{one.key})" for one in read]
    return [
        *([f"{words['looked_before']} {query}"] if query else []),
        *(["\n".join([words["read_before"], *listed])] if listed else []),
    ]


@transaction.atomic
def ask_on(
    *,
    channel: Channel,
    form: AskForm,
    read: list[PublishedEdition],
    language: str,
    voice: str,
    reader: str,
    now: datetime,
) -> None:
    """Take the question in as a message that begins a ticket, once for each form that was shown; what was read did not do."""
    before = told_before(query=form.query, read=read, language=language)
    said = {
        "thread": f"h{form.form_id}",
        "email": form.email,
        "name": form.name,
        "subject": form.subject or form.text.splitlines()[0][:80],
        "text": "\n\n".join([form.text, *before]),
        "file_ids": [],
        "at": now.isoformat(),
    }
    receive_raw_message(
        channel=channel,
        content=json.dumps(said, ensure_ascii=False).encode(),
        external_id=f"help:{form.form_id}",
        now=now,
    )
    note_still_asked(version_ids=[one.version_id for one in read], voice=reader, now=now)
    note_asked_on(text=form.query or form.text, language=language, voice=voice, now=now)
