"""Procedures as data, and the systems they call."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Schema, Status
from pydantic import Field

from zhiyin.people.access import Signed, needs
from zhiyin.platform.http.shapes import Shape
from zhiyin.procedures.api.router import router
from zhiyin.procedures.checking import check
from zhiyin.procedures.commands.defining import (
    ProcedureForm,
    publish_procedure,
    renew_system_secret,
    save_system,
    switch_procedure,
)
from zhiyin.procedures.content import KEY
from zhiyin.procedures.models import OutsideSystem
from zhiyin.procedures.queries.definitions import procedure_with_version, procedures, versions_of
from zhiyin.procedures.queries.known import known_for
from zhiyin.procedures.shapes import ProblemShape, ProcedureRow, ProcedureShape, VersionShape, procedure_shape

MANAGE = needs("procedures.manage")


class ProcedureBody(Schema):
    key: str = Field(pattern=KEY, description="never changes; that of a new version is ignored")
    name_zh: str = Field(min_length=1, max_length=100, pattern=r"\S")
    name_en: str = Field(min_length=1, max_length=100, pattern=r"\S")
    about_zh: str = Field("", max_length=2000)
    about_en: str = Field("", max_length=2000)
    starts: dict[str, Any] = Field(
        default_factory=dict,
        description="on which tickets it begins by itself: conditions as views have them; empty: by hand only",
    )
    content: dict[str, Any]


class DefinitionCheckBody(Schema):
    key: str = Field("", max_length=50)
    content: dict[str, Any]


class ActiveBody(Schema):
    active: bool


class SystemBody(Schema):
    key: str = Field(pattern=KEY, description="never changes")
    name_zh: str = Field(min_length=1, max_length=100, pattern=r"\S")
    name_en: str = Field(min_length=1, max_length=100, pattern=r"\S")
    url: str = Field("", max_length=2000, description="empty: not connected, every call fails at once")


class SystemShape(Shape):
    id: int
    key: str
    name_zh: str
    name_en: str
    url: str


class SystemSecret(SystemShape):
    secret: str = Field(description="what the other side checks our signatures with")


@router.get("/procedures", response=list[ProcedureRow], auth=needs("tickets.read"))
def get_procedures(request: Signed) -> Any:
    """All procedures by name, with how many cases run."""
    return procedures()


@router.post("/procedures", response={201: ProcedureShape}, auth=MANAGE)
def post_procedure(request: Signed, body: ProcedureBody) -> Any:
    """Publish a new procedure."""
    made = publish_procedure(definition_id=None, form=_form(body), by=request.auth, now=timezone.now())
    return Status(201, procedure_shape(*procedure_with_version(made.pk)))


@router.post("/procedures/check", response=list[ProblemShape], auth=MANAGE)
def post_check(request: Signed, body: DefinitionCheckBody) -> Any:
    """What is wrong with a content, without keeping it; nothing where it could be published."""
    _, problems = check(body.content, known_for(body.key))
    return [ProblemShape(**vars(problem)) for problem in problems]


@router.get("/procedures/{int:procedure_id}", response=ProcedureShape, auth=needs("tickets.read"))
def get_procedure(request: Signed, procedure_id: int, version: int | None = None) -> Any:
    """A procedure with what its newest version says, or another one."""
    return procedure_shape(*procedure_with_version(procedure_id, number=version))


@router.put("/procedures/{int:procedure_id}", response=ProcedureShape, auth=MANAGE)
def put_procedure(request: Signed, procedure_id: int, body: ProcedureBody) -> Any:
    """Publish a new version; cases that run stay on theirs."""
    publish_procedure(definition_id=procedure_id, form=_form(body), by=request.auth, now=timezone.now())
    return procedure_shape(*procedure_with_version(procedure_id))


@router.patch("/procedures/{int:procedure_id}", response=ProcedureShape, auth=MANAGE)
def patch_procedure(request: Signed, procedure_id: int, body: ActiveBody) -> Any:
    """Take it into or out of use; cases that run go on."""
    switch_procedure(definition_id=procedure_id, active=body.active, by=request.auth, now=timezone.now())
    return procedure_shape(*procedure_with_version(procedure_id))


@router.get(
    "/procedures/{int:procedure_id}/versions", response=list[VersionShape], auth=needs("tickets.read")
)
def get_versions(request: Signed, procedure_id: int) -> Any:
    """Its versions, the newest first, with how many cases run on each."""
    return versions_of(procedure_id)


@router.get("/outside-systems", response=list[SystemShape], auth=MANAGE)
def get_systems(request: Signed) -> Any:
    """Outside systems that steps can call."""
    return list(OutsideSystem.objects.order_by("name_zh"))


@router.post("/outside-systems", response={201: SystemSecret}, auth=MANAGE)
def post_system(request: Signed, body: SystemBody) -> Any:
    """Name an outside system; the answer holds the secret that signs calls."""
    return Status(201, save_system(system_id=None, **body.dict(), by=request.auth, now=timezone.now()))


@router.put("/outside-systems/{int:system_id}", response=SystemShape, auth=MANAGE)
def put_system(request: Signed, system_id: int, body: SystemBody) -> Any:
    """Change its names or its address."""
    return save_system(system_id=system_id, **body.dict(), by=request.auth, now=timezone.now())


@router.post("/outside-systems/{int:system_id}/secret", response=SystemSecret, auth=MANAGE)
def post_system_secret(request: Signed, system_id: int) -> Any:
    """Sign with a fresh secret from now on, and see it once."""
    return renew_system_secret(system_id=system_id, by=request.auth, now=timezone.now())


def _form(body: ProcedureBody) -> ProcedureForm:
    told = body.dict()
    return ProcedureForm(**told)
