"""What readers say of an entry: that it is wrong, or whether it helped."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Status

from zhiyin.knowledge.api.router import router
from zhiyin.knowledge.commands.flagging import dismiss_flag, flag_version
from zhiyin.knowledge.commands.voicing import give_feedback
from zhiyin.knowledge.models import Flag
from zhiyin.knowledge.queries.library import open_flags, version_for
from zhiyin.knowledge.shapes import FeedbackBody, FlagBody, FlagDismissalBody, FlagShape
from zhiyin.knowledge.telling import told_flag
from zhiyin.people.access import Signed, needs

READ, WRITE = needs("knowledge.read"), needs("knowledge.write")


@router.get("/knowledge/flags", response=list[FlagShape], auth=READ)
def get_flags(request: Signed, mine: bool = False) -> Any:
    """Open reports that something is wrong, the oldest first; `mine`: of entries you look after."""
    return [told_flag(flag) for flag in open_flags(by=request.auth, mine=mine)]


@router.post("/knowledge/versions/{int:version_id}/flags", response={201: FlagShape}, auth=READ)
def post_flag(request: Signed, version_id: int, body: FlagBody) -> Any:
    """Say that a version is wrong; its owner is told."""
    version_for(version_id=version_id, by=request.auth)
    flag = flag_version(
        version_id=version_id, **body.dict(), ticket_id=None, by=request.auth, now=timezone.now()
    )
    return Status(201, _told(flag.pk))


@router.post("/knowledge/flags/{int:flag_id}/dismissal", response=FlagShape, auth=WRITE)
def post_dismissal(request: Signed, flag_id: int, body: FlagDismissalBody) -> Any:
    """Say why nothing is wrong."""
    dismiss_flag(flag_id=flag_id, answer=body.answer, by=request.auth, now=timezone.now())
    return _told(flag_id)


@router.put("/knowledge/versions/{int:version_id}/feedback", response={204: None}, auth=READ)
def put_feedback(request: Signed, version_id: int, body: FeedbackBody) -> Any:
    """Say whether it helped; saying it again replaces what you said."""
    version_for(version_id=version_id, by=request.auth)
    give_feedback(version_id=version_id, **body.dict(), voice=request.auth.upload_owner, now=timezone.now())
    return Status(204, None)


def _told(flag_id: int) -> dict[str, Any]:
    found = Flag.objects.select_related("by", "settled_by", "version", "corrected_by").get(pk=flag_id)
    return told_flag(found)
