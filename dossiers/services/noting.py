"""Notes among colleagues on a dossier. The applicant never sees them, on no page and through no door of the API."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from dossiers.errors import Denied, Invalid
from dossiers.models import Dossier, Note
from dossiers.services import messaging
from dossiers.services.performing import lock

CHANGEABLE = timedelta(minutes=10)
LONGEST = 2000


def may_note(dossier: Dossier, user: User) -> bool:
    """Officers of the agencies that work on the dossier."""
    return user.is_officer and messaging.may_write(dossier, user)


def may_change(note: Note, user: User, at: datetime) -> bool:
    """Its author, for ten minutes, as long as it is not struck through."""
    return note.author_id == user.pk and note.struck_at is None and at <= note.at + CHANGEABLE


def write(dossier_id: int, *, user: User, words: str, pinned: bool = False, at: datetime | None = None) -> Note:
    """Write a note, on top of all others when `pinned`; raises Denied, Invalid without words."""
    at = at or timezone.now()
    with transaction.atomic():
        dossier = _locked(dossier_id, user)
        words = _words(words)
        if pinned:
            dossier.notes.filter(is_pinned=True).update(is_pinned=False)
        return Note.objects.create(dossier=dossier, author=user, text=words, at=at, is_pinned=pinned)


def change(dossier_id: int, note_id: int, *, user: User, words: str, at: datetime | None = None) -> Note:
    """Put other words; after ten minutes a note can only be struck through."""
    at = at or timezone.now()
    with transaction.atomic():
        note = _note(dossier_id, note_id, user)
        if not may_change(note, user, at):
            raise Invalid({"text": _("A note can be changed for ten minutes by who wrote it; strike it through.")})
        note.text, note.changed_at = _words(words), at
        note.save(update_fields=["text", "changed_at"])
    return note


def strike(dossier_id: int, note_id: int, *, user: User, at: datetime | None = None) -> Note:
    """Strike a note through: it stays readable, with who did it. A struck note is not pinned."""
    with transaction.atomic():
        note = _note(dossier_id, note_id, user)
        if note.struck_at is None:
            note.struck_at, note.struck_by, note.is_pinned = at or timezone.now(), user, False
            note.save(update_fields=["struck_at", "struck_by", "is_pinned"])
    return note


def pin(dossier_id: int, note_id: int, *, user: User, pinned: bool = True) -> Note:
    """Keep a note on top, in the place of the one that was there; or let it go down again."""
    with transaction.atomic():
        note = _note(dossier_id, note_id, user)
        if pinned and note.struck_at:
            raise Invalid({"text": _("A struck note cannot be pinned.")})
        Note.objects.filter(dossier=dossier_id, is_pinned=True).update(is_pinned=False)
        note.is_pinned = pinned
        note.save(update_fields=["is_pinned"])
    return note


def _locked(dossier_id: int, user: User) -> Dossier:
    dossier = lock(dossier_id)
    if not may_note(dossier, user):
        raise Denied(_("You may not do this on this dossier."))
    return dossier


def _note(dossier_id: int, note_id: int, user: User) -> Note:
    _locked(dossier_id, user)
    note = Note.objects.filter(dossier=dossier_id, pk=note_id).first()
    if note is None:
        raise Invalid({"text": _("The dossier has no such note.")})
    return note


def _words(words: str) -> str:
    cleaned = messaging.clean(words)
    if not cleaned:
        raise Invalid({"text": _("Write the note first.")})
    if len(cleaned) > LONGEST:
        raise Invalid({"text": _("A note has at most %(n)s characters.") % {"n": LONGEST}})
    return cleaned
