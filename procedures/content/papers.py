"""Papers of a dossier (thành phần hồ sơ)."""

from typing import Literal

from pydantic import Field

from procedures.content.base import Channel, Evidence, Key, Strict, Text
from procedures.content.conditions import Condition


class FormFile(Strict):
    """A blank form to download: the public id of the stored file, its name and its size in bytes."""

    file: str = Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
    name: str = Field(min_length=1, max_length=200)
    size: int = Field(ge=0)


class Paper(Strict):
    """One paper. Not uploaded when it is the form filled online (`is_eform`) or only shown (`present_only`)."""

    key: Key
    name: Text
    originals: int = Field(default=1, ge=0, le=20)
    copies: int = Field(default=0, ge=0, le=20)
    required: bool = True
    show_if: Condition | None = None
    cases: tuple[Key, ...] = ()
    channels: tuple[Channel, ...] = ()
    condition: Text | None = None
    accept: tuple[Literal["pdf", "jpg", "png"], ...] = ("pdf", "jpg", "png")
    max_mb: int = Field(default=10, ge=1, le=25)
    many_files: bool = False
    signature_optional: bool = False
    digital_copy_accepted: bool = True
    present_only: bool = False
    is_eform: bool = False
    form_code: str = ""
    form_file: FormFile | None = None
    national_database: Text | None = None  # the agency looks it up itself: not asked when the data are there
    evidence: Evidence = Evidence()

    @property
    def is_uploaded(self) -> bool:
        """Whether the citizen sends a file for it when filing online."""
        return not (self.present_only or self.is_eform)
