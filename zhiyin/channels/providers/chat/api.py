"""What the widget speaks to. Every call names its channel; the gate in `origins` has let it in already."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from ninja import File, NinjaAPI, Query, Status
from ninja.files import UploadedFile

from zhiyin.channels.providers.chat import shapes
from zhiyin.channels.providers.chat.calling_back import ask_call_back, withdraw_call_back
from zhiyin.channels.providers.chat.config import config_for
from zhiyin.channels.providers.chat.continuing import leave_email
from zhiyin.channels.providers.chat.ending import end_conversation, rate_conversation
from zhiyin.channels.providers.chat.filling_in import fill_in
from zhiyin.channels.providers.chat.identity import Claim
from zhiyin.channels.providers.chat.mailing_transcript import mail_transcript
from zhiyin.channels.providers.chat.models import ChatFile, Conversation
from zhiyin.channels.providers.chat.moments import visitor_typing
from zhiyin.channels.providers.chat.origins import ChatRequest
from zhiyin.channels.providers.chat.pictures import picture
from zhiyin.channels.providers.chat.talking import Said, leave_message, write_as_visitor
from zhiyin.channels.providers.chat.transcript import (
    Page,
    chat_file,
    file_shape,
    line_shape,
    lines_after,
    lines_before,
    open_source_as_visitor,
    rate_answer_as_visitor,
    read_as_visitor,
)
from zhiyin.channels.providers.chat.visitors import conversation_for, note_seen, start_session
from zhiyin.channels.providers.chat.waiting import wait_for
from zhiyin.people.access import public
from zhiyin.platform.crypto.blind_index import blind_index
from zhiyin.platform.files.files import take_upload
from zhiyin.platform.files.serving import file_response
from zhiyin.platform.http.errors import language_of
from zhiyin.platform.http.handlers import tell_errors
from zhiyin.platform.http.parsing import TidyParser
from zhiyin.platform.http.rendering import QuickRenderer
from zhiyin.platform.limits.limits import Limit, address_of, use

SESSIONS = Limit("sessions", times=60, per_seconds=600)  # per address: a whole office may share one
MESSAGES = Limit("messages", times=30, per_seconds=60)
MESSAGES_OF_ADDRESS = Limit("messages-address", times=300, per_seconds=60)
FILES = Limit("files", times=30, per_seconds=600)
SIGNALS = Limit("signals", times=120, per_seconds=60)
READS = Limit("reads", times=240, per_seconds=60)
EMAILS = Limit("emails", times=5, per_seconds=3600)
FORMS = Limit("forms", times=20, per_seconds=600)
CALL_BACKS = Limit("call-backs", times=5, per_seconds=3600)
CALL_BACKS_OF_ADDRESS = Limit("call-backs-address", times=20, per_seconds=3600)
RATINGS = Limit("ratings", times=10, per_seconds=3600)
TRANSCRIPTS = Limit("transcripts", times=3, per_seconds=3600)
TRANSCRIPTS_OF_ADDRESS = Limit("transcripts-address", times=10, per_seconds=3600)
TRANSCRIPTS_TO = Limit("transcripts-to", times=3, per_seconds=86400)  # nobody's inbox is filled by strangers

api = NinjaAPI(
    title="Zhiyin web chat",
    version="1",
    urls_namespace="chat-v1",
    docs_url=None,
    openapi_url=None,
    parser=TidyParser(),
    renderer=QuickRenderer(),
)
tell_errors(api)


class VisitorRequest(ChatRequest):
    """A request whose visitor is known."""

    auth: Conversation


def visitor(request: ChatRequest) -> Conversation:
    """For operations of a visitor on their own conversation: `Authorization: Visitor <token>`."""
    here = conversation_for(request.chat_channel, request.headers.get("Authorization", ""))
    note_seen(here, timezone.now())
    return here


@api.get("/{channel_key}/config", response=shapes.ConfigShape, auth=public)
def get_config(request: ChatRequest, response: HttpResponse, channel_key: str, locale: str = "") -> Any:
    """How the widget looks and greets."""
    language = ("zh" if locale.lower().startswith("zh") else "en") if locale else language_of(request)
    response["Cache-Control"] = "private, max-age=60"
    limit = settings.MAX_FILE_MB * 1024 * 1024
    return config_for(request.chat_channel, language, max_file_bytes=limit, now=timezone.now())


@api.post("/{channel_key}/sessions", response=shapes.SessionShape, by_alias=True, auth=public)
def post_session(request: ChatRequest, channel_key: str, body: shapes.SessionBody) -> Any:
    """Come in: as whoever the token or the proven identity says, else as somebody new."""
    use(SESSIONS, address_of(request))
    session = start_session(
        channel=request.chat_channel,
        token=body.visitor_token or "",
        claim=Claim(**body.identity.dict()) if body.identity else Claim(),
        page_url=body.page_url,
        locale=body.locale,
        now=timezone.now(),
    )
    here = session.conversation
    page = lines_before(here, None)
    return {
        "visitor_token": session.token,
        "conversation_id": here.pk,
        "history": [line_shape(line, here) for line in page.lines],
        "has_more": page.has_more,
        "read_up_to": here.visitor_read_up_to,
        "email": here.visitor.email,
        "is_answered": here.answered_at is not None,
        "is_ended": here.ended_at is not None,
        "asks_rating": here.asks_rating,
    }


@api.post(
    "/{channel_key}/messages",
    response={200: shapes.MessageShape, 201: shapes.MessageShape},
    by_alias=True,
    auth=visitor,
)
def post_message(request: VisitorRequest, channel_key: str, body: shapes.MessageBody) -> Any:
    """Send a message; the same client_id again gives the same message."""
    use(MESSAGES, f"{request.auth.pk}")
    use(MESSAGES_OF_ADDRESS, address_of(request))
    line, new = write_as_visitor(
        conversation_id=request.auth.pk, said=Said(**body.dict()), now=timezone.now()
    )
    return Status(201 if new else 200, line_shape(line, request.auth))


@api.get("/{channel_key}/messages", response=shapes.PageShape, by_alias=True, auth=visitor)
def get_messages(request: VisitorRequest, channel_key: str, window: Query[shapes.Window]) -> Any:
    """What came after a message, or the page before one."""
    use(READS, f"{request.auth.pk}")
    here = request.auth
    page: Page = lines_before(here, window.before) if window.before else lines_after(here, window.after)
    return {
        "items": [line_shape(line, here) for line in page.lines],
        "has_more": page.has_more,
        "staff_read_up_to": here.staff_read_up_to,
    }


@api.post("/{channel_key}/messages/{int:number}/feedback", response={204: None}, auth=visitor)
def post_feedback(request: VisitorRequest, channel_key: str, number: int, body: shapes.FeedbackBody) -> Any:
    """Say whether what a machine answered helped; what was said first holds."""
    use(RATINGS, f"{request.auth.pk}")
    rate_answer_as_visitor(
        conversation_id=request.auth.pk, number=number, helped=body.helped, now=timezone.now()
    )
    return Status(204, None)


@api.post("/{channel_key}/messages/{int:number}/source", response={204: None}, auth=visitor)
def post_source(request: VisitorRequest, channel_key: str, number: int) -> Any:
    """Tell that what an answer was taken from was opened."""
    use(SIGNALS, f"{request.auth.pk}")
    open_source_as_visitor(conversation_id=request.auth.pk, number=number, now=timezone.now())
    return Status(204, None)


@api.post("/{channel_key}/typing", response={204: None}, auth=visitor)
def post_typing(request: VisitorRequest, channel_key: str, body: shapes.TypingBody) -> Any:
    """Tell that the visitor writes, or has stopped; not kept."""
    use(SIGNALS, f"{request.auth.pk}")
    visitor_typing(request.auth, on=body.on)
    return Status(204, None)


@api.post("/{channel_key}/read", response={204: None}, auth=visitor)
def post_read(request: VisitorRequest, channel_key: str, body: shapes.ReadBody) -> Any:
    """Tell up to which message the visitor has read."""
    use(SIGNALS, f"{request.auth.pk}")
    read_as_visitor(conversation_id=request.auth.pk, up_to=body.up_to, now=timezone.now())
    return Status(204, None)


@api.post("/{channel_key}/presence", response={204: None}, auth=visitor)
def post_presence(request: VisitorRequest, channel_key: str) -> Any:
    """Tell that the visitor still has the page before them; repeat every minute."""
    use(SIGNALS, f"{request.auth.pk}")
    return Status(204, None)


@api.post("/{channel_key}/files", response={201: shapes.FileShape}, auth=visitor)
def post_file(request: VisitorRequest, channel_key: str, file: File[UploadedFile]) -> Any:
    """Put up a file, to be sent with a message by its id."""
    use(FILES, f"{request.auth.pk}")
    kept = ChatFile.objects.create(
        visitor=request.auth.visitor, file=take_upload(file), created_at=timezone.now()
    )
    return Status(201, file_shape(kept, channel_key))


@api.get("/{channel_key}/files/{file_key}", auth=public, include_in_schema=False)
def get_file(request: ChatRequest, channel_key: str, file_key: str) -> HttpResponse:
    """A file of a conversation; its key can't be guessed, and pictures can't show a token."""
    return file_response(request, chat_file(request.chat_channel, file_key).file, shared_with="cross-origin")


@api.post("/{channel_key}/email", response={204: None}, auth=visitor)
def post_email(request: VisitorRequest, channel_key: str, body: shapes.EmailBody) -> Any:
    """Leave an e-mail address for answers that come when the visitor has gone."""
    use(EMAILS, f"{request.auth.pk}")
    leave_email(conversation_id=request.auth.pk, email=body.email, now=timezone.now())
    return Status(204, None)


@api.get("/{channel_key}/pictures/{file_key}", auth=public, include_in_schema=False)
def get_picture(request: ChatRequest, channel_key: str, file_key: str) -> HttpResponse:
    """The channel's logo or avatar."""
    return file_response(request, picture(request.chat_channel, file_key).file, shared_with="cross-origin")


@api.get("/{channel_key}/wait", response=shapes.WaitShape, auth=visitor)
def get_wait(request: VisitorRequest, channel_key: str) -> Any:
    """How long the first answer will probably take."""
    use(READS, f"{request.auth.pk}")
    wait = wait_for(request.chat_channel, request.auth, timezone.now())
    return wait.told(request.auth.visitor.language)


@api.post(
    "/{channel_key}/call-backs",
    response={200: shapes.MessageShape, 201: shapes.MessageShape},
    by_alias=True,
    auth=visitor,
)
def post_call_back(request: VisitorRequest, channel_key: str, body: shapes.CallBackBody) -> Any:
    """Be called when it is one's turn, at the same place; with another client_id, at another number."""
    use(CALL_BACKS, f"{request.auth.pk}")
    use(CALL_BACKS_OF_ADDRESS, address_of(request))
    line, new = ask_call_back(conversation_id=request.auth.pk, **body.dict(), now=timezone.now())
    return Status(201 if new else 200, line_shape(line, request.auth))


@api.post(
    "/{channel_key}/call-backs/withdrawal",
    response={200: shapes.MessageShape, 201: shapes.MessageShape},
    by_alias=True,
    auth=visitor,
)
def post_withdrawal(request: VisitorRequest, channel_key: str, body: shapes.WithdrawalBody) -> Any:
    """Not be called after all; the place stays."""
    use(MESSAGES, f"{request.auth.pk}")
    use(MESSAGES_OF_ADDRESS, address_of(request))
    line, new = withdraw_call_back(conversation_id=request.auth.pk, **body.dict(), now=timezone.now())
    return Status(201 if new else 200, line_shape(line, request.auth))


@api.post("/{channel_key}/forms", response={204: None}, auth=visitor)
def post_form(request: VisitorRequest, channel_key: str, body: shapes.FormBody) -> Any:
    """Fill in what is asked before the first message."""
    use(FORMS, f"{request.auth.pk}")
    fill_in(conversation_id=request.auth.pk, values=body.values, page_url=body.page_url, now=timezone.now())
    return Status(204, None)


@api.post(
    "/{channel_key}/offline-messages",
    response={200: shapes.MessageShape, 201: shapes.MessageShape},
    by_alias=True,
    auth=visitor,
)
def post_offline_message(request: VisitorRequest, channel_key: str, body: shapes.OfflineBody) -> Any:
    """Leave a message when nobody is there; the answer comes by mail. The same client_id stores it once."""
    use(MESSAGES, f"{request.auth.pk}")
    use(MESSAGES_OF_ADDRESS, address_of(request))
    line, new = leave_message(
        conversation_id=request.auth.pk,
        said=Said(client_id=body.client_id, text=body.text, page_url=body.page_url),
        email=body.email,
        values=body.values,
        now=timezone.now(),
    )
    return Status(201 if new else 200, line_shape(line, request.auth))


@api.post("/{channel_key}/end", response={204: None}, auth=visitor)
def post_end(request: VisitorRequest, channel_key: str) -> Any:
    """End the conversation; what is written later goes on with it."""
    use(SIGNALS, f"{request.auth.pk}")
    end_conversation(conversation_id=request.auth.pk, now=timezone.now())
    return Status(204, None)


@api.post("/{channel_key}/ratings", response={204: None}, auth=visitor)
def post_rating(request: VisitorRequest, channel_key: str, body: shapes.RatingBody) -> Any:
    """Say how the service was; once, when asked."""
    use(RATINGS, f"{request.auth.pk}")
    rate_conversation(conversation_id=request.auth.pk, **body.dict(), now=timezone.now())
    return Status(204, None)


@api.post("/{channel_key}/transcripts", response={204: None}, auth=visitor)
def post_transcript(request: VisitorRequest, channel_key: str, body: shapes.EmailBody) -> Any:
    """Have the conversation sent by mail."""
    use(TRANSCRIPTS, f"{request.auth.pk}")
    use(TRANSCRIPTS_OF_ADDRESS, address_of(request))
    use(TRANSCRIPTS_TO, blind_index(body.email.lower(), "chat-transcript"))
    mail_transcript(conversation_id=request.auth.pk, email=body.email, now=timezone.now())
    return Status(204, None)
