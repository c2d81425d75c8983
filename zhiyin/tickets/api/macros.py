"""Macros and scripts: the picker, the settings, and doing what one says to a ticket."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Schema, Status
from pydantic import Field

from zhiyin.people.access import Signed, needs
from zhiyin.people.models import Staff
from zhiyin.tickets.api.router import router
from zhiyin.tickets.commands.macro_actions import perform_actions
from zhiyin.tickets.commands.macro_transfer import import_macros
from zhiyin.tickets.commands.macros import (
    MacroContent,
    add_macro,
    change_macro,
    delete_macro,
    favour_macro,
    note_macro_use,
)
from zhiyin.tickets.models import Macro, Ticket
from zhiyin.tickets.placeholders import PLACEHOLDERS, Filled, field_keys, fill, values_for
from zhiyin.tickets.queries.macro_csv import macros_as_csv
from zhiyin.tickets.queries.macros import MacroFilter, list_macros, macro_for, suggested_macros
from zhiyin.tickets.queries.page import ticket_for_page
from zhiyin.tickets.shapes import TicketRow
from zhiyin.tickets.shapes_macros import (
    LONGEST_TEXT,
    FilledShape,
    MacroBody,
    MacroInSettings,
    SuggestedMacro,
)


class MacroQuery(Schema):
    q: str = ""
    kind: str = ""
    visibility: str = ""
    folder: str = ""
    cursor: str | None = None
    limit: int = 50


class SuggestionQuery(Schema):
    q: str = ""
    kind: str = ""


class MacroPage(Schema):
    items: list[MacroInSettings]
    next_cursor: str | None


class PreviewBody(Schema):
    text: str = Field(max_length=LONGEST_TEXT)
    ticket_id: int | None = None


class ApplicationBody(Schema):
    idempotency_key: str = Field(min_length=8, max_length=100)


class ImportBody(Schema):
    csv: str = Field(max_length=5_000_000)
    is_trial: bool = False


class RefusedLine(Schema):
    line: int
    reason: str


class ImportShape(Schema):
    """How many macros an import adds and changes; of a trial, how many it would."""

    added: int
    changed: int
    refused: list[RefusedLine]


@router.get("/macros", response=MacroPage, auth=needs("tickets.read"))
def get_macros(request: Signed, query: Query[MacroQuery]) -> Any:
    """Macros and scripts you can use or look after, by name."""
    narrowed = MacroFilter(query=query.q, kind=query.kind, visibility=query.visibility, folder=query.folder)
    page = list_macros(narrowed=narrowed, cursor=query.cursor, limit=query.limit, by=request.auth)
    editable = set(
        Macro.objects.editable_by(request.auth)
        .filter(pk__in=[macro.pk for macro in page.items])
        .values_list("pk", flat=True)
    )
    return {
        "items": [_in_settings(macro, is_editable=macro.pk in editable) for macro in page.items],
        "next_cursor": page.next_cursor,
    }


@router.get("/macros/placeholders", response=list[str], auth=needs("tickets.read"))
def get_placeholders(request: Signed) -> Any:
    """What can stand in a macro's text, between {{ and }}."""
    return [*PLACEHOLDERS, *(f"field.{key}" for key in field_keys())]


@router.get("/macros/export", auth=needs("tickets.read"))
def get_export(request: Signed) -> HttpResponse:
    """All macros you can use or look after, as a CSV file that can be read in again."""
    headers = {"Content-Disposition": 'attachment; filename="macros.csv"'}
    content = macros_as_csv(by=request.auth)
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


@router.post("/macros/imports", response=ImportShape, auth=needs("tickets.read"))
def post_import(request: Signed, body: ImportBody) -> Any:
    """Read macros in from CSV; one of the same name, folder and reach is written anew. A trial changes nothing."""
    return import_macros(text=body.csv, is_trial=body.is_trial, by=request.auth, now=timezone.now())


@router.post("/macros/previews", response=FilledShape, auth=needs("tickets.read"))
def post_preview(request: Signed, body: PreviewBody) -> Any:
    """A text as it would read on a ticket; without a ticket only unknown placeholders are told."""
    if body.ticket_id is None:
        return fill(body.text, dict.fromkeys(get_placeholders(request), ""))
    ticket = ticket_for_page(ticket_id=body.ticket_id, by=request.auth)
    return fill(body.text, values_for(ticket, by=request.auth, now=timezone.now()))


@router.post("/macros", response={201: MacroInSettings}, auth=needs("tickets.read"))
def post_macro(request: Signed, body: MacroBody) -> Any:
    """Write a macro or script: for yourself, or, with macros.manage, for a group or everyone."""
    macro = add_macro(content=_content(body), by=request.auth, now=timezone.now())
    return Status(201, _editable(macro.pk, request.auth))


@router.get("/macros/{int:macro_id}", response=MacroInSettings, auth=needs("tickets.read"))
def get_macro(request: Signed, macro_id: int) -> Any:
    """One macro."""
    macro = macro_for(macro_id=macro_id, by=request.auth)
    is_editable = Macro.objects.editable_by(request.auth).filter(pk=macro_id).exists()
    return _in_settings(macro, is_editable=is_editable)


@router.put("/macros/{int:macro_id}", response=MacroInSettings, auth=needs("tickets.read"))
def put_macro(request: Signed, macro_id: int, body: MacroBody) -> Any:
    """Write a macro anew."""
    change_macro(macro_id=macro_id, content=_content(body), by=request.auth, now=timezone.now())
    return _editable(macro_id, request.auth)


@router.delete("/macros/{int:macro_id}", response={204: None}, auth=needs("tickets.read"))
def remove_macro(request: Signed, macro_id: int) -> Any:
    """Throw a macro away."""
    delete_macro(macro_id=macro_id, by=request.auth)
    return Status(204, None)


@router.put("/macros/{int:macro_id}/favourite", response={204: None}, auth=needs("tickets.read"))
def put_favourite(request: Signed, macro_id: int) -> Any:
    """Keep a macro among your favourites."""
    favour_macro(macro_id=macro_id, is_favourite=True, by=request.auth)
    return Status(204, None)


@router.delete("/macros/{int:macro_id}/favourite", response={204: None}, auth=needs("tickets.read"))
def delete_favourite(request: Signed, macro_id: int) -> Any:
    """Take a macro from your favourites."""
    favour_macro(macro_id=macro_id, is_favourite=False, by=request.auth)
    return Status(204, None)


@router.post("/macros/{int:macro_id}/uses", response={204: None}, auth=needs("tickets.read"))
def post_use(request: Signed, macro_id: int) -> Any:
    """Count that you put a macro's text into an answer; what is used most is offered first."""
    note_macro_use(macro_id=macro_id, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.get("/tickets/{int:ticket_id}/macros", response=list[SuggestedMacro], auth=needs("tickets.reply"))
def get_suggestions(request: Signed, ticket_id: int, query: Query[SuggestionQuery]) -> Any:
    """Macros for this ticket, best first, with their placeholders filled."""
    ticket = ticket_for_page(ticket_id=ticket_id, by=request.auth)
    values = values_for(ticket, by=request.auth, now=timezone.now())
    narrowed = MacroFilter(query=query.q, kind=query.kind)
    found = suggested_macros(
        narrowed=narrowed, language=ticket.language, region=ticket.region, by=request.auth
    )
    for macro in found:
        _fill(macro, fill(macro.text, values))
    return found


@router.post(
    "/tickets/{int:ticket_id}/macros/{int:macro_id}/application",
    response=TicketRow,
    auth=needs("tickets.edit"),
)
def post_application(request: Signed, ticket_id: int, macro_id: int, body: ApplicationBody) -> Any:
    """Do to the ticket what the macro says, without its text: that goes with an answer."""
    macro = Macro.objects.visible_to(request.auth).get(pk=macro_id)
    by, now = request.auth, timezone.now()
    perform_actions(
        ticket_id=ticket_id, actions=macro.actions, idempotency_key=body.idempotency_key, by=by, now=now
    )
    note_macro_use(macro_id=macro_id, by=by, now=now)
    return Ticket.objects.with_rows().get(pk=ticket_id)


def _content(body: MacroBody) -> MacroContent:
    plain = body.dict(exclude={"actions", "attachment_ids"})
    for name in ("name", "folder", "situation", "mood", "region"):
        plain[name] = plain[name].strip()
    return MacroContent(**plain, actions=body.actions.named(), file_ids=body.attachment_ids)


def _editable(macro_id: int, by: Staff) -> Macro:
    return _in_settings(macro_for(macro_id=macro_id, by=by), is_editable=True)


def _in_settings(macro: Macro, *, is_editable: bool) -> Macro:
    vars(macro)["is_editable"] = is_editable
    return macro


def _fill(macro: Macro, filled: Filled) -> None:
    vars(macro)["filled"] = filled
