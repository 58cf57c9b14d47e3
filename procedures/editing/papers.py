"""Papers of a dossier."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from documents.models import Retention
from documents.refusals import UploadRefused
from documents.services import store_upload
from procedures.content import Content
from procedures.editing import conditions, inputs
from procedures.editing.cases import CHANNELS
from procedures.editing.inputs import en, pair, spread, vi
from procedures.editing.keys import key_from
from procedures.editing.lists import key_of, listed, position
from procedures.editing.parts import Document, DocumentForm, Part, Refused

KINDS = (("pdf", "PDF"), ("jpg", _("Photograph (JPEG)")), ("png", _("Picture (PNG)")))
HOW = (
    ("upload", _("Uploaded: photograph or PDF")),
    ("present", _("Only shown, not handed in")),
    ("eform", _("It is the form filled in online")),
)
FORM_KINDS, FORM_BYTES = frozenset({"pdf", "docx", "xlsx"}), 10 * 1024 * 1024
TICKS = ("required", "many_files", "signature_optional", "digital_copy_accepted")
USUAL = (
    {"key": "application", "name": {"vi": "Đơn hoặc tờ khai (biểu mẫu điện tử)", "en": "Application (e-form)"},
     "originals": 1, "is_eform": True},
    {"key": "authorisation", "name": {"vi": "Văn bản ủy quyền", "en": "Authorisation"}, "originals": 1, "required": False,
     "condition": {"vi": "Khi người nộp hồ sơ được ủy quyền", "en": "When an authorised person files"}},
    {"key": "identity", "name": {"vi": "Giấy tờ tùy thân của người nộp hồ sơ", "en": "Identity paper of the person filing"},
     "originals": 0, "present_only": True,
     "national_database": {"vi": "Cơ sở dữ liệu quốc gia về dân cư", "en": "National population database"}},
)  # fmt: skip


class PaperForm(DocumentForm):
    """One paper."""

    groups = (
        ("", ("name_vi", "name_en", "how", "originals", "copies", *TICKS)),
        (_("Files"), ("accept", "max_mb", "form_code", "form_file", "drop_form_file")),
        (_("Already known to the agency"), ("database_vi", "database_en")),
        (_("Asked only when"), ("cases", "channels", "condition_vi", "condition_en", *conditions.NAMES)),
    )
    usual = ("all",)
    folded = (_("Already known to the agency"), _("Asked only when"))
    name_vi = inputs.long(vi(_("Name of the paper"), most=1000), 2)
    name_en = inputs.long(en(_("Name of the paper"), most=1000), 2)
    how = forms.ChoiceField(label=_("How it is handed in online"), choices=HOW, widget=forms.RadioSelect)
    originals = inputs.whole(_("Originals"), 0, 20, required=True)
    copies = inputs.whole(_("Copies"), 0, 20, required=True)
    required = inputs.yes(_("Always needed (where it is asked)"))
    many_files = inputs.yes(_("Several files"))
    signature_optional = inputs.yes(_("Need not be signed electronically"))
    digital_copy_accepted = inputs.yes(_("A digital copy is accepted instead of the paper"))
    accept = inputs.several(_("Accepted files"), KINDS)
    max_mb = inputs.whole(_("Largest file, in MB"), 1, 25, required=True)
    form_code = inputs.Line(
        label=_("Number of the form"), required=False, max_length=300, help_text=_("For example: “01-MĐ”")
    )
    form_file = forms.FileField(
        label=_("Form to download"), required=False, help_text=_("PDF, Word or Excel, at most 10 MB.")
    )
    drop_form_file = inputs.yes(_("Take the present form away"))
    database_vi = vi(_("National database the agency looks it up in"), required=False)
    database_en = en(_("National database the agency looks it up in"))
    condition_vi = vi(_("Words of the catalogue for when it is asked"), required=False)
    condition_en = en(_("Words of the catalogue for when it is asked"))

    def __init__(self, *args: Any, kept: Any = None, has_file: bool = False, **kwargs: Any) -> None:
        self.kept, self.has_file = kept, has_file
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Cases, channels and conditions of this document."""
        add_scope(self, self.content)
        conditions.add_inputs(self, self.content, get_language() or "vi", kept=self.kept)
        if not self.has_file:
            del self.fields["drop_form_file"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("how") == "upload" and not values.get("accept"):
            self.add_error("accept", gettext("Choose at least one kind of file"))
        return values


def add_scope(form: DocumentForm, content: Content) -> None:
    """Inputs for cases (when there are several) and channels."""
    language = get_language() or "vi"
    if len(content.cases) > 1:
        cases = [(case.key, case.name.in_(language)) for case in content.cases]
        form.fields["cases"] = inputs.several(gettext("Cases"), cases, help_text=gettext("None ticked: all."))
    offered = [(key, label) for key, label in CHANNELS if key in content.channels]
    form.fields["channels"] = inputs.several(gettext("Ways to file"), offered, help_text=gettext("None ticked: all."))


class Paper(Part):
    """One paper."""

    title = _("Paper")
    template = "procedures/admin/editor/paper.html"
    form = PaperForm
    back = "editor_papers"
    item: dict[str, Any] | None = None

    def find(self) -> None:
        if self.place:
            items = listed(self.document, "papers")
            self.item = items[position(items, self.place[0])]

    @property
    def heading(self) -> inputs.Words:
        """The name of the paper."""
        return str(self.item["name"]["vi"]) if self.item else gettext("New paper")

    def options(self) -> dict[str, Any]:
        kept = self.content.paper(self.item["key"]).show_if if self.item else None
        return {"content": self.content, "kept": kept, "has_file": bool((self.item or {}).get("form_file"))}

    def load(self) -> dict[str, Any]:
        if self.item is None:
            return {"how": "upload", "originals": 1, "copies": 0, "required": True, "digital_copy_accepted": True,
                    "accept": [key for key, _label in KINDS], "max_mb": 10, "when": "all"}  # fmt: skip
        item, paper = self.item, self.content.paper(self.item["key"])
        values = {name: getattr(paper, name) for name in (*TICKS, "originals", "copies", "max_mb", "form_code")}
        values |= {name: [str(one) for one in getattr(paper, name)] for name in ("accept", "cases", "channels")}
        values["how"] = "eform" if paper.is_eform else "present" if paper.present_only else "upload"
        values |= spread(item["name"], "name") | spread(item.get("national_database"), "database")
        return values | spread(item.get("condition"), "condition") | conditions.shown(paper.show_if)

    def put(self, document: Document, values: dict[str, Any], rows: dict[str, list[dict[str, Any]]]) -> None:
        show_if, faults = conditions.read(values, self.options()["kept"])
        if faults:
            raise Refused(faults)
        items = listed(document, "papers")
        if self.item:
            item = items[position(items, self.place[0])]
        else:
            item = {"key": key_from(values["name_vi"], {key_of(paper) for paper in items})}
            items.append(item)
        item |= {name: values[name] for name in (*TICKS, "originals", "copies", "max_mb", "form_code", "accept")}
        item |= {name: values.get(name, []) for name in ("cases", "channels")}
        item |= {"is_eform": values["how"] == "eform", "present_only": values["how"] == "present", "show_if": show_if}
        item |= {"name": pair(values, "name"), "national_database": pair(values, "database"),
                 "condition": pair(values, "condition")}  # fmt: skip
        item["accept"] = item["accept"] or [key for key, _label in KINDS]
        if values.get("stored_form"):
            item["form_file"] = values["stored_form"]
        elif values.get("drop_form_file"):
            item["form_file"] = None

    def take_files(self, values: dict[str, Any], user: Any, at: datetime) -> None:
        if not values.get("form_file"):
            return
        try:
            stored = store_upload(
                values["form_file"], room="procedures", purpose="form", owner=user, accept=FORM_KINDS, max_bytes=FORM_BYTES,
                at=at, retention=Retention.RESULT,
            )  # fmt: skip
        except UploadRefused as refused:
            raise Refused({"form_file": str(refused.message)}) from None
        values["stored_form"] = {
            "file": str(stored.public_id), "name": stored.original_name, "size": stored.size
        }  # fmt: skip

    def extras(self) -> dict[str, Any]:
        """The form to download that is there now."""
        return {"form_file": (self.item or {}).get("form_file")}


def add_usual(document: Document) -> int:
    """The papers nearly every dossier has, those that are missing; returns how many were added."""
    items = listed(document, "papers")
    there = {key_of(paper) for paper in items}
    fields = {
        field["key"]: field
        for section in (document.get("eform") or {}).get("sections", [])
        for field in section["fields"]
    }
    added = 0
    for usual in USUAL:
        if usual["key"] in there or (usual.get("is_eform") and any(paper.get("is_eform") for paper in items)):
            continue
        paper = dict(usual)
        if usual["key"] == "authorisation" and "applicant_role" in fields:
            paper |= {"required": True, "show_if": {"field": "applicant_role", "equals": "authorised"}}
        items.append(paper)
        added += 1
    return added
