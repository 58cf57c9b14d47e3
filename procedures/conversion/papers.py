"""Legal papers and uploaded files of the source → papers of our document."""

from typing import Any

from procedures.conversion import curated
from procedures.conversion.texts import evidence, text

Raw = dict[str, Any]


def papers(raw: Raw) -> list[Raw]:
    """Papers in the order of the law's list, then files that only help the agency."""
    files = {field["key"]: field for field in raw["eform_fields"] if field["type"] == "file"}
    places = curated.FILES.get(raw["key"], {})
    found = {place: key for key, place in places.items() if place is not None}
    result = []
    for index, document in enumerate(raw["required_documents"]):
        paper = _legal(document)
        if index in found:
            paper |= _uploaded(files[found[index]], raw["key"])
        else:
            paper |= {"key": f"paper_{index + 1}"} | _curated(raw["key"], index)
        result.append(paper)
    extra = [key for key in files if places.get(key) is None]
    return result + [_only_file(files[key], raw["key"]) for key in extra]


def _legal(document: Raw) -> Raw:
    paper: Raw = {
        "name": text(document["name_vi"]),
        "originals": document["original"],
        "copies": document["copy"],
        "required": document["required"],
        "digital_copy_accepted": document["digital_copy_acceptable"],
        "present_only": document.get("present_only", False),
        "form_code": document.get("form_code") or "",
        "evidence": evidence(document),
    }
    if condition := document.get("condition_vi"):
        paper["condition"] = text(condition)
    return paper


def _uploaded(field: Raw, procedure: str) -> Raw:
    rules = field["validation"]
    paper: Raw = {
        "key": field["key"],
        "required": field["required"],
        "accept": rules["accept"],
        "max_mb": rules["max_mb"],
        "many_files": rules.get("multiple", False),
        "signature_optional": rules.get("digital_signature_optional", False),
    }
    if "show_if" in field:
        paper["show_if"] = field["show_if"]
    return paper | _texts(curated.PAPER_NOTES.get((procedure, field["key"]), {}))


def _only_file(field: Raw, procedure: str) -> Raw:
    paper: Raw = {"name": text(field["label_vi"], field["label_en"]), "originals": 0, "copies": 1}
    return paper | _uploaded(field, procedure) | {"evidence": {"verified": "no", "source": "A"}}


def _curated(procedure: str, index: int) -> Raw:
    return _texts(curated.PAPERS.get((procedure, index), {}))


def _texts(notes: Raw) -> Raw:
    return {k: text(v) if k in {"condition", "national_database"} else v for k, v in notes.items()}
