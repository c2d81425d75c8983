"""The JSON of the chat API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import AfterValidator, Field, StringConstraints


def storable(text: str) -> str:
    """PostgreSQL keeps neither NUL nor half of a surrogate pair."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


Text = Annotated[str, AfterValidator(storable)]
Short = Annotated[Text, StringConstraints(strip_whitespace=True, max_length=200)]
Url = Annotated[Text, StringConstraints(strip_whitespace=True, max_length=2000)]
Email = Annotated[
    Text,
    StringConstraints(
        strip_whitespace=True,
        max_length=254,
        pattern=r"^([^@\s<>\"',;:\x00-\x1f]+@[^@\s<>\"',;:\x00-\x1f]+\.[^@\s<>\"',;:.\x00-\x1f]{2,})?$",
    ),
]
Reason = Literal[
    "quick", "solved", "friendly", "knowledgeable", "slow", "unsolved", "unfriendly", "unclear", "repeated"
]
Number = Annotated[int, Field(ge=0, le=2_147_483_647)]
MOST_FILES = 10
LONGEST_TEXT = 8000


class FormFieldShape(Schema):
    """A question; `type` is name, email, phone, text, long, choice or consent."""

    key: str
    type: str
    label: str
    required: bool
    options: list[str]


class PreChatShape(Schema):
    pages: list[str]
    intro: str
    fields: list[FormFieldShape]


class OfflineShape(Schema):
    """Stands in place of the chat when closed (`when_closed`), and when nobody is there (`is_unstaffed`)."""

    when_closed: bool
    is_unstaffed: bool
    intro: str
    fields: list[FormFieldShape]


class GreetingShape(Schema):
    id: str
    pages: list[str]
    text: str
    after_seconds: int
    scroll_percent: int
    visits: str
    signed_in: str


class HoursShape(Schema):
    is_open: bool
    opens_at: datetime | None
    closes_at: datetime | None
    zone: str


class ConfigShape(Schema):
    name: str
    title: str
    greeting: str
    reply_hint: str
    launcher_label: str
    color: str
    color_dark: str
    theme: str
    position: str
    corners: str
    launcher_icon: str
    edge_side: int
    edge_bottom: int
    logo: str
    avatar: str
    email_offered: bool
    email_after_seconds: int
    max_file_bytes: int
    hours: HoursShape | None
    offline: OfflineShape | None
    pre_chat: list[PreChatShape]
    greetings: list[GreetingShape]
    greet_every_hours: int
    texts: dict[str, str]
    shows_wait: bool
    offers_person: bool
    good_reasons: list[str]
    bad_reasons: list[str]


class FileShape(Schema):
    id: int
    key: str
    name: str
    media_type: str
    size: int
    url: str


class SourceShape(Schema):
    """What an answer was taken from; `url` is an address of ours, '' where customers can't read it by themselves."""

    title: str
    url: str


class MachineShape(Schema):
    """`kind` is answer, unsure, passed, handed, greeting or asked; `helped` what the visitor said of an answer; `choices` what a
    question may be answered with, which stands in its text as numbered lines too."""

    kind: str
    sources: list[SourceShape]
    choices: list[str]
    helped: bool | None


class MessageShape(Schema):
    """`id` is the number in the conversation: catch up with `after`, page back with `before`."""

    id: int
    from_: str = Field(alias="from", serialization_alias="from")
    name: str
    text: str
    files: list[FileShape]
    at: datetime
    client_id: str
    read: bool
    machine: MachineShape | None


class SessionShape(Schema):
    visitor_token: str
    conversation_id: int
    history: list[MessageShape]
    has_more: bool
    read_up_to: int
    email: str
    is_answered: bool
    is_ended: bool
    asks_rating: bool


class WaitShape(Schema):
    """A place in the queue and seconds until the first answer; null for what is not known. Where `low` and `high` are
    told, the wait is between them. `call_back` is empty, offered or taken; `closed` is to be read outside the hours."""

    place: int | None
    seconds: int | None
    low: int | None
    high: int | None
    is_closed: bool
    opens_at: datetime | None
    closed: str
    call_back: Literal["", "offered", "taken"]


class WithdrawalBody(Schema):
    client_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]


class CallBackBody(WithdrawalBody):
    phone: Short


class PageShape(Schema):
    items: list[MessageShape]
    has_more: bool
    staff_read_up_to: int


class IdentityBody(Schema):
    """`id` needs `hmac`; name, e-mail and phone without an id are only the visitor's own word."""

    id: Short = ""
    name: Short = ""
    email: Email = ""
    phone: Short = ""
    hmac: Short = ""


class SessionBody(Schema):
    visitor_token: Short | None = None
    identity: IdentityBody | None = None
    page_url: Url = ""
    locale: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{0,10}$")] = "zh-CN"


class MessageBody(Schema):
    client_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
    text: Annotated[Text, StringConstraints(max_length=LONGEST_TEXT)] = ""
    file_ids: Annotated[list[Annotated[int, Field(ge=1, le=2**63 - 1)]], Field(max_length=MOST_FILES)] = []
    page_url: Url = ""
    greeting: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{0,40}$")] = ""


Value = bool | Annotated[int, Field(ge=0, le=1000)] | Annotated[Text, StringConstraints(max_length=4000)]
Values = Annotated[
    dict[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,30}$")], Value], Field(max_length=12)
]


class FormBody(Schema):
    """Answers by the keys of the questions: text, the number of a choice (from 0), or whether a box is ticked."""

    values: Values
    page_url: Url = ""


class OfflineBody(Schema):
    client_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
    text: Annotated[Text, StringConstraints(max_length=LONGEST_TEXT)]
    email: Annotated[Email, StringConstraints(min_length=6)]
    values: Values = {}
    page_url: Url = ""


class RatingBody(Schema):
    score: Annotated[int, Field(ge=1, le=5)]
    reasons: Annotated[list[Reason], Field(max_length=10)] = []
    words: Annotated[Text, StringConstraints(strip_whitespace=True, max_length=2000)] = ""


class Window(Schema):
    after: Number = 0
    before: Number = 0


class TypingBody(Schema):
    on: bool


class FeedbackBody(Schema):
    helped: bool


class ReadBody(Schema):
    up_to: Number


class EmailBody(Schema):
    email: Annotated[Email, StringConstraints(min_length=6)]
