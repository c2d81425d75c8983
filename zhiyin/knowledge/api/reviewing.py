"""A second person's eyes: what waits for them, and what they say."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from zhiyin.knowledge.api.router import router
from zhiyin.knowledge.commands.reviewing import (
    approve_version,
    return_version,
    submit_version,
    take_back_version,
)
from zhiyin.knowledge.queries.library import tasks_of, to_review, version_for
from zhiyin.knowledge.shapes import KnowledgeTasksShape, KnowledgeVersionShape, ReviewBody, WaitingShape
from zhiyin.knowledge.telling import told_version, told_waiting
from zhiyin.people.access import Signed, needs

READ, WRITE, REVIEW = needs("knowledge.read"), needs("knowledge.write"), needs("knowledge.review")


@router.get("/knowledge/tasks", response=KnowledgeTasksShape, auth=READ)
def get_tasks(request: Signed) -> Any:
    """How much waits for you: to review, drafts, reports, and what expires."""
    return tasks_of(by=request.auth, now=timezone.now())


@router.get("/knowledge/reviews", response=list[WaitingShape], auth=REVIEW)
def get_reviews(request: Signed) -> Any:
    """What waits for a second person, the longest wait first."""
    return [told_waiting(version, by=request.auth) for version in to_review(by=request.auth)]


@router.put("/knowledge/versions/{int:version_id}/submission", response=KnowledgeVersionShape, auth=WRITE)
def put_submission(request: Signed, version_id: int) -> Any:
    """Have a second person read it."""
    submit_version(version_id=version_id, by=request.auth, now=timezone.now())
    return told_version(version_for(version_id=version_id, by=request.auth), by=request.auth)


@router.delete("/knowledge/versions/{int:version_id}/submission", response=KnowledgeVersionShape, auth=WRITE)
def delete_submission(request: Signed, version_id: int) -> Any:
    """Make a draft of it again, also when it was approved and waits for its hour."""
    take_back_version(version_id=version_id, by=request.auth, now=timezone.now())
    return told_version(version_for(version_id=version_id, by=request.auth), by=request.auth)


@router.post("/knowledge/versions/{int:version_id}/reviews", response=KnowledgeVersionShape, auth=REVIEW)
def post_review(request: Signed, version_id: int, body: ReviewBody) -> Any:
    """Approve it, now or at its hour, or send it back with what has to change."""
    told: dict[str, Any] = {
        "version_id": version_id,
        "note": body.note,
        "revision": body.revision,
        "by": request.auth,
        "now": timezone.now(),
    }
    if body.verdict == "approved":
        approve_version(**told, publish_at=body.publish_at)
    else:
        return_version(**told)
    return told_version(version_for(version_id=version_id, by=request.auth), by=request.auth)
