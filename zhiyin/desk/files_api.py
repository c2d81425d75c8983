"""Files over HTTP: taken in from staff, given out to staff. Visitors have their own way in the chat."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Router, Schema, Status, UploadedFile

from zhiyin.people.access import Signed, signed_in
from zhiyin.platform.files.files import file_url, take_upload
from zhiyin.platform.files.models import StoredFile
from zhiyin.platform.files.serving import file_response

router = Router(tags=["files"])


class StoredFileShape(Schema):
    id: int
    name: str
    media_type: str
    size: int
    url: str

    @staticmethod
    def resolve_url(file: StoredFile) -> str:
        return file_url(file)


@router.post("/files", response={201: StoredFileShape}, auth=signed_in)
def post_file(request: Signed, file: File[UploadedFile]) -> Any:
    """Store a file to attach it to a message; one attached to nothing is gone after a day."""
    return Status(201, take_upload(file, owner=request.auth.upload_owner))


@router.get(
    "/files/{key}", auth=signed_in, openapi_extra={"responses": {200: {"description": "The content"}}}
)
def get_file(request: HttpRequest, key: str) -> HttpResponse:
    """The content; pictures are shown, all else is saved."""
    return file_response(request, StoredFile.objects.get(key=key))
