"""A page of the editor: which part of the document it shows, and how what is typed goes back into the document."""

from datetime import datetime
from typing import Any, ClassVar

from procedures.content import Content, parse
from procedures.editing.forms import EditForm, Rows
from procedures.editing.inputs import Words

Document = dict[str, Any]


class Gone(LookupError):
    """The document has no such part (any more)."""


class Refused(Exception):
    """What was typed cannot be saved: {field of the form, or "" for the page: sentence}."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__("; ".join(faults.values()))
        self.faults = faults


class Part:
    """One page. `place`: keys out of the address, empty for something new; raises Gone for unknown ones.

    `load` and `load_rows` read the document given at construction; `save` changes the document in place.
    """

    title: ClassVar[Words] = ""
    hint: ClassVar[Words] = ""
    template: ClassVar[str] = "procedures/admin/editor/edit.html"
    form: ClassVar[type[EditForm]]
    rows: ClassVar[tuple[Rows, ...]] = ()
    back: ClassVar[str] = "editor"

    def __init__(self, document: Document, place: tuple[str, ...] = (), kind: str = "") -> None:
        self.document, self.place, self.kind = document, place, kind
        self.content: Content = parse(document)
        self.find()

    def find(self) -> None:
        """Look up the thing `place` names; raises Gone."""

    def options(self) -> dict[str, Any]:
        """What the form needs besides the data."""
        return {}

    def row_options(self, name: str) -> dict[str, Any]:
        """The same for rows."""
        return {}

    def load(self) -> dict[str, Any]:
        """What stands in the inputs."""
        return {}

    def load_rows(self) -> dict[str, list[dict[str, Any]]]:
        """What stands in the rows."""
        return {}

    def put(self, document: Document, values: dict[str, Any], rows: dict[str, list[dict[str, Any]]]) -> None:
        """Put it into the document; raises Refused."""
        raise NotImplementedError

    def take_files(self, values: dict[str, Any], user: Any, at: datetime) -> None:
        """Store uploaded files and put their references among the values; raises Refused."""

    @property
    def heading(self) -> Words:
        """The heading of the page."""
        return self.title

    def extras(self) -> dict[str, Any]:
        """More for the template."""
        return {}

    def after(self) -> tuple[str, tuple[str, ...]]:
        """Where to go once saved: name of the address and its arguments after the code."""
        return self.back, ()


class DocumentForm(EditForm):
    """A form whose choices come from the document."""

    def __init__(self, *args: Any, content: Content, **kwargs: Any) -> None:
        self.content = content
        super().__init__(*args, **kwargs)
