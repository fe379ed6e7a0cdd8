"""Notes on the map, and views of it that users keep."""

from __future__ import annotations

from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.core.roles import owns
from spatial.notes.models import Note
from spatial.notes.selectors import (
    MOST_LISTED,
    note_of_key,
    view_of_key,
    views_of,
    visible_notes,
)
from spatial.notes.services.noting import add_note, change_note, remove_note
from spatial.notes.services.viewing import change_view, drop_view, save_view
from webmap.api.base import DataView
from webmap.api.note_forms import (
    NoteForm,
    NoteOrder,
    NotesForm,
    ViewChange,
    ViewForm,
    ViewOrder,
    note_form,
    view_form,
)
from webmap.api.params import read, read_body
from webmap.api.schema import answers

TAGS = {"tags": ["notes"]}


class NotesQuery(serializers.Serializer):
    """Which notes."""

    district = serializers.RegexField(
        r"^[0-9]{6}\Z", default="", help_text="Code of a district; none for all."
    )


class Notes(DataView):
    """Notes on the map."""

    throttle_scope = "search"

    @answers(
        NotesForm, 400, 429, operation_id="notes", summary="Notes on the map",
        parameters=[NotesQuery], **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Notes that the user may see, the latest first, at most 500."""
        found = visible_notes(request.user)
        if district := read(NotesQuery, request)["district"]:
            found = found.filter(district_code=district)
        notes = list(found[: MOST_LISTED + 1])
        forms = [_form(note, request) for note in notes[:MOST_LISTED]]
        return Response({"notes": forms, "more": len(notes) > MOST_LISTED})

    @answers(
        NoteForm, 400, 403, 409, 413, 429, status=201, operation_id="note_add",
        summary="Write a note", request=NoteOrder, **TAGS,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Keep a note with its shape."""
        made = add_note(request.user, read_body(NoteOrder, request))
        return Response(_form(made, request), status=201)


class OneNote(DataView):
    """A note."""

    @answers(NoteForm, 404, operation_id="note", summary="A note", **TAGS)
    def get(self, request: Request, key: UUID) -> Response:
        """A note that the user may see."""
        return Response(_form(note_of_key(request.user, key), request))

    @answers(
        NoteForm, 400, 403, 404, 413, operation_id="note_change", summary="Change a note",
        request=NoteOrder, **TAGS,
    )  # fmt: skip
    def patch(self, request: Request, key: UUID) -> Response:
        """Change what is given; only who wrote it may."""
        note = note_of_key(request.user, key)
        values = read_body(NoteOrder, request, partial=True)
        return Response(_form(change_note(request.user, note, values), request))

    @answers(
        None, 403, 404, status=204, operation_id="note_remove", summary="Delete a note", **TAGS
    )
    def delete(self, request: Request, key: UUID) -> Response:
        """Delete a note; who wrote it may, and administrators."""
        remove_note(request.user, note_of_key(request.user, key))
        return Response(status=204)


def _form(note: Note, request: Request) -> dict:
    user = request.user
    removable = user.is_authenticated and owns(user, note.owner_id)
    return note_form(note, user, removable=removable)


class Views(DataView):
    """Saved views."""

    @answers(ViewForm(many=True), operation_id="views", summary="Saved views", tags=["views"])
    def get(self, request: Request) -> Response:
        """The user's own views by name."""
        return Response([view_form(one, request.user) for one in views_of(request.user)])

    @answers(
        ViewForm, 400, 409, status=201, operation_id="view_save", summary="Save a view",
        request=ViewOrder, tags=["views"],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Keep an address of the map; a view of the same name is replaced."""
        order = read_body(ViewOrder, request)
        made = save_view(request.user, order["name"], order["address"])
        return Response(view_form(made, request.user), status=201)


class OneView(DataView):
    """A saved view."""

    @answers(ViewForm, 404, operation_id="view", summary="A saved view", tags=["views"])
    def get(self, request: Request, key: UUID) -> Response:
        """A view, for whoever has its link; it shows what the reader may see."""
        return Response(view_form(view_of_key(key), request.user))

    @answers(
        ViewForm, 400, 404, 409, operation_id="view_change", summary="Change a view",
        request=ViewChange, tags=["views"],
    )  # fmt: skip
    def patch(self, request: Request, key: UUID) -> Response:
        """Rename it, open the map with it, or take its deletion back."""
        made = change_view(request.user, key, read_body(ViewChange, request))
        return Response(view_form(made, request.user))

    @answers(
        None, 404, status=204, operation_id="view_delete", summary="Delete a view", tags=["views"]
    )
    def delete(self, request: Request, key: UUID) -> Response:
        """Delete a view of one's own; for a day that can be taken back."""
        drop_view(request.user, key)
        return Response(status=204)
