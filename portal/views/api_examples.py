"""The documentation for people, drawn from the OpenAPI document: every operation with a call that can be run."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.api.problems import KINDS

TAGS: dict[str, Any] = {
    "auth": _("Accounts and tokens"),
    "procedures": _("The catalogue"),
    "dossiers": _("Filing and following"),
    "payments": _("Paying"),
    "track": _("Looking a dossier up"),
    "desk": _("The desk"),
    "actions": _("Acts on a dossier"),
}
SAMPLES = {
    "ref": "H37.12-261121-0001", "code": "1.000501", "file": "6f1c3a1e-0b52-4a55-9a34-0d2f6a7c9b10", "username": "citizen",
    "password": "motcua-demo", "scope": "citizen", "procedure": "1.000501", "phone": "0912345678", "case": "standard",
    "secret": "A1B2C3D4", "assignee": "specialist", "birth_date": "1990-05-01", "on": "2026-12-30", "kind": "online",
    "national_id": "020190000017", "province": "20", "commune": "05977", "tab": "receive", "q": "khuyen mai", "agency": "05977",
    "organisation": "0100109106", "extension": "verification", "paper": "application",
}  # fmt: skip


def groups(document: Mapping[str, Any], address: str) -> list[dict[str, Any]]:
    """Operations by tag, each with method, path, words and a curl call."""
    found: dict[str, list[dict[str, Any]]] = {tag: [] for tag in TAGS}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            call = curl(document, address, method.upper(), path, operation)
            words = {"summary": operation["summary"], "text": operation.get("description", "")}
            entry = {"id": operation["operationId"], "method": method.upper(), "path": path, "curl": call, **words}
            found[operation["tags"][0]].append(entry)
    return [{"title": title, "operations": found[tag]} for tag, title in TAGS.items()]


def problems() -> list[dict[str, Any]]:
    """Every kind of problem, for the place its `type` leads to."""
    return [{"id": f"problem-{kind}", "title": title, "text": text} for kind, (title, text) in KINDS.items()]


def curl(document: Mapping[str, Any], address: str, method: str, path: str, operation: Mapping[str, Any]) -> str:
    """A call of the operation that can be pasted into a shell where $TOKEN is set."""
    for name, value in SAMPLES.items():
        path = path.replace(f"{{{name}}}", value)
    lines = [f"curl -X {method} '{address}{path}'"]
    lines += ['-H "Authorization: Bearer $TOKEN"'] if operation.get("security") else []
    if "Idempotency-Key" in {one["name"] for one in operation.get("parameters", [])}:
        lines.append('-H "Idempotency-Key: $(uuidgen)"')
    lines += _body(document, operation)
    return " \\\n  ".join(lines)


def _body(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[str]:
    kinds = operation.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in kinds:
        yield "-F 'paper=application'"
        yield "-F 'file=@paper.pdf'"
    elif kinds:
        body = sample(document, kinds["application/json"]["schema"], "")
        yield "-H 'Content-Type: application/json'"
        yield f"-d '{json.dumps(body, ensure_ascii=False)}'"


def sample(document: Mapping[str, Any], schema: Mapping[str, Any], name: str) -> Any:
    """A value that fits the schema: what is required, with plausible content."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "properties" in schema:
        wanted = schema.get("required") or list(schema["properties"])[:1]
        return {key: sample(document, schema["properties"][key], key) for key in schema["properties"] if key in wanted}
    if schema.get("enum"):
        return SAMPLES[name] if SAMPLES.get(name) in schema["enum"] else schema["enum"][0]
    kind = schema.get("type")
    if kind == "array":
        return [sample(document, schema["items"], name)]
    plain: dict[Any, Any] = {"integer": 1, "boolean": True, "object": {}}
    return plain[kind] if kind in plain else SAMPLES.get(name, "…")
