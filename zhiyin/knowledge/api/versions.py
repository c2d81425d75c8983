"""Versions: read, compared, begun, saved, thrown away."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Status

from zhiyin.knowledge.api.router import router
from zhiyin.knowledge.commands.authoring import VersionContent, begin_version, discard_version, save_version
from zhiyin.knowledge.commands.reviewing import withdraw_edition
from zhiyin.knowledge.diffing import difference
from zhiyin.knowledge.queries.library import version_for, version_numbered
from zhiyin.knowledge.shapes import ComparisonShape, KnowledgeVersionShape, NewVersionBody, SaveVersionBody
from zhiyin.knowledge.telling import told_line, told_version
from zhiyin.people.access import Signed, needs

READ, WRITE, REVIEW = needs("knowledge.read"), needs("knowledge.write"), needs("knowledge.review")


@router.post(
    "/knowledge/editions/{int:edition_id}/versions", response={201: KnowledgeVersionShape}, auth=WRITE
)
def post_version(request: Signed, edition_id: int, body: NewVersionBody) -> Any:
    """Begin a new version from what is published, or from a former one to bring it back."""
    made = begin_version(edition_id=edition_id, restores=body.restores, by=request.auth, now=timezone.now())
    return Status(201, told_version(version_for(version_id=made.pk, by=request.auth), by=request.auth))


@router.put("/knowledge/editions/{int:edition_id}/withdrawal", response={204: None}, auth=REVIEW)
def put_withdrawal(request: Signed, edition_id: int) -> Any:
    """Take what is published out of use at once."""
    withdraw_edition(edition_id=edition_id, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.get("/knowledge/versions/{int:version_id}", response=KnowledgeVersionShape, auth=READ)
def get_version(request: Signed, version_id: int) -> Any:
    """What a version says, and what was said of it."""
    return told_version(version_for(version_id=version_id, by=request.auth), by=request.auth)


@router.put("/knowledge/versions/{int:version_id}", response=KnowledgeVersionShape, auth=WRITE)
def put_version(request: Signed, version_id: int, body: SaveVersionBody) -> Any:
    """Save a draft."""
    told = body.dict()
    revision = told.pop("revision")
    save_version(
        version_id=version_id,
        content=VersionContent(**told),
        revision=revision,
        by=request.auth,
        now=timezone.now(),
    )
    return told_version(version_for(version_id=version_id, by=request.auth), by=request.auth)


@router.delete("/knowledge/versions/{int:version_id}", response={204: None}, auth=WRITE)
def delete_version(request: Signed, version_id: int) -> Any:
    """Throw a draft away."""
    discard_version(version_id=version_id, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.get("/knowledge/versions/{int:version_id}/comparison", response=ComparisonShape, auth=READ)
def get_comparison(request: Signed, version_id: int, number: int) -> Any:
    """What changed from version `number` of the same edition to this one."""
    after = version_for(version_id=version_id, by=request.auth)
    before = version_numbered(edition_id=after.edition_id, number=number, by=request.auth)
    return {
        "before": told_line(before),
        "after": told_line(after),
        "title": difference(before.title, after.title),
        "summary": difference(before.summary, after.summary),
        "questions": difference("\n".join(before.questions), "\n".join(after.questions)),
        "text": difference(before.text, after.text),
    }
