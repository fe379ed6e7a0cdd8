"""Takes files in pieces and tells what is in them; the import itself is another address.

The pieces follow the core of tus 1.0 (tus.io): ``HEAD`` tells how far the file is, ``PATCH`` adds
at ``Upload-Offset``; any tus client can resume with the address that the creation gave.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.basemap.models import Upload
from spatial.basemap.services import upload_inspection, uploads
from spatial.core.errors import ConflictError, NotFoundError
from spatial.core.roles import owns
from webmap import feeds, surveys
from webmap.api.base import DataView
from webmap.api.params import read_body
from webmap.api.schema import answers
from webmap.api.upload_forms import InspectedForm, UploadForm, UploadList
from webmap.tasks import inspect_upload_task

PIECE_TYPE = "application/offset+octet-stream"
OFFSET = "Upload-Offset"
TUS = {"Tus-Resumable": "1.0.0"}
TAGS = {"tags": ["uploads"]}


class UploadOrder(serializers.Serializer):
    """The file to come."""

    name = serializers.CharField(max_length=1_000, trim_whitespace=False)
    bytes = serializers.IntegerField(min_value=0, max_value=2**53)


class InspectionOrder(serializers.Serializer):
    """What the user says of the file."""

    crs = serializers.RegexField(
        r"^(?:(?:EPSG:)?[0-9]{4,6}|GCJ-02|BD-09|LOCAL:[a-z0-9-]{1,12})\Z",
        allow_null=True,
        default=None,
        help_text="EPSG:N or N; GCJ-02, BD-09, or a local system as LOCAL:NAME",
    )
    encoding = serializers.CharField(default="auto", max_length=30, help_text="auto, GB18030 …")


class Uploads(DataView):
    """One's own uploads."""

    throttle_scope = "uploads"

    def get_throttles(self) -> list:
        """Only new files are counted."""
        return super().get_throttles() if self.request.method == "POST" else []

    @answers(UploadList, 403, operation_id="uploads", summary="My uploads", **TAGS)
    def get(self, request: Request) -> Response:
        """Files that lie here, the newest first."""
        own = Upload.objects.filter(created_by=request.user)
        return Response({"uploads": [form(upload) for upload in own]})

    @answers(
        UploadForm, 400, 403, 409, 413, 429, 507, status=201, request=UploadOrder,
        operation_id="upload_create", summary="Announce a file", **TAGS,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Announce a file by name and size; send its bytes to the address ``content`` then."""
        asked = read_body(UploadOrder, request)
        made = uploads.create(request.user, asked["name"], asked["bytes"])
        address = reverse("upload-content", args=[made.pk])
        return Response(form(made), status=201, headers={"Location": address, **TUS})


class UploadState(DataView):
    """An upload."""

    @answers(UploadForm, 403, 404, operation_id="upload", summary="An upload", **TAGS)
    def get(self, request: Request, upload_id: UUID) -> Response:
        """How far an upload is, and why it was refused if it was."""
        return Response(form(own(request.user, upload_id)))

    @answers(None, 403, 404, 409, status=204, operation_id="upload_delete",
             summary="Delete an upload", **TAGS)  # fmt: skip
    def delete(self, request: Request, upload_id: UUID) -> Response:
        """Remove an upload and its bytes."""
        uploads.delete(own(request.user, upload_id), request.user)
        return Response(status=204)


class UploadContent(DataView):
    """The bytes of an upload."""

    throttle_scope = "upload-pieces"

    @extend_schema(
        operation_id="upload_offset", summary="How far the bytes are", responses={200: None}, **TAGS
    )
    def head(self, request: Request, upload_id: UUID) -> Response:
        """Answer ``Upload-Offset`` and ``Upload-Length``."""
        upload = own(request.user, upload_id)
        return Response(headers=_progress(upload))

    @answers(
        UploadForm, 400, 403, 404, 409, 413, 429, 507,
        request={PIECE_TYPE: OpenApiTypes.BINARY},
        parameters=[OpenApiParameter(OFFSET, int, OpenApiParameter.HEADER, required=True)],
        operation_id="upload_piece", summary="Add a piece", **TAGS,
    )  # fmt: skip
    def patch(self, request: Request, upload_id: UUID) -> Response:
        """Add a piece of at most 16 MB; the last one begins the inspection.

        A file that is refused at a glance gets its code here; what the inspection finds is read
        from the upload.
        """
        upload = own(request.user, upload_id)
        if request.content_type != PIECE_TYPE:
            raise exceptions.UnsupportedMediaType(request.content_type)
        offset, length = _whole(request, OFFSET), _whole(request, "Content-Length")
        if uploads.append(upload, offset, length, request.stream or _Nothing()):
            uploads.accept(upload, request.user)
            inspect_upload_task.enqueue(str(upload.pk))
            upload.refresh_from_db()
            _raise_refusal(upload)
        return Response(form(upload), headers=_progress(upload))


class UploadInspection(DataView):
    """What is in an upload."""

    @answers(InspectedForm, 400, 403, 404, 409, operation_id="upload_inspection",
             summary="What is in an upload", **TAGS)  # fmt: skip
    def get(self, request: Request, upload_id: UUID) -> Response:
        """Layers, counts, fields, reference system, text samples and extent; or why it is refused.

        ``E-UPLOAD-STATE`` (409) while it is not known yet.
        """
        upload = own(request.user, upload_id)
        error = upload_inspection.stored_error(upload)
        if error is not None:
            raise error
        if upload.state != Upload.State.READY:
            text = _("The file has not been inspected yet; ask again soon.")
            raise ConflictError("E-UPLOAD-STATE", text, state=upload.state)
        return Response({**upload.inspected, "survey": surveys.seen_in(upload.inspected),
                         "feed": feeds.seen_in(upload.inspected)})  # fmt: skip

    @answers(
        UploadForm, 400, 403, 404, 409, status=202, request=InspectionOrder,
        operation_id="upload_inspect", summary="Inspect again", **TAGS,
    )  # fmt: skip
    def post(self, request: Request, upload_id: UUID) -> Response:
        """Inspect again with a reference system or encoding that the user knows."""
        upload = own(request.user, upload_id)
        order = read_body(InspectionOrder, request)
        uploads.ask_again(upload, order["crs"], order["encoding"])
        inspect_upload_task.enqueue(str(upload.pk))
        upload.refresh_from_db()
        return Response(form(upload), status=202)


class _Nothing:
    """The body of a request without one."""

    def read(self, _size: int) -> bytes:
        return b""


def _whole(request: Request, name: str) -> int:
    text = request.headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise exceptions.ValidationError({name: [_("A whole number is needed.")]})
    return int(text)


def _progress(upload: Upload) -> dict[str, str]:
    there = upload.received_bytes
    if upload.state == Upload.State.RECEIVING:
        there = uploads.received(upload)
    return {OFFSET: str(there), "Upload-Length": str(upload.size_bytes), **TUS}


def _raise_refusal(upload: Upload) -> None:
    error = upload_inspection.stored_error(upload)
    if upload.state == Upload.State.REFUSED and error is not None:
        raise error


def own(user: Any, upload_id: UUID) -> Upload:
    """The upload if it is the user's own or the user is an administrator."""
    upload = Upload.objects.filter(pk=upload_id).first()
    if upload is None or not owns(user, upload.created_by_id):
        raise NotFoundError("E-UPLOAD-MISSING", _("There is no such upload of yours."))
    return upload


def form(upload: Upload) -> dict[str, Any]:
    """An upload as the API shows it."""
    names = ("name", "state", "sha256", "crs", "encoding", "created_at")
    return {
        "id": str(upload.pk),
        **{name: getattr(upload, name) for name in names},
        "bytes": upload.size_bytes,
        "received_bytes": upload.received_bytes,
        "piece_bytes": uploads.PIECE_BYTES,
        "error": upload.error or None,
        "content": reverse("upload-content", args=[upload.pk]),
        "inspection": reverse("upload-inspection", args=[upload.pk]),
    }
