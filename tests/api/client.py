"""A program that knows nothing of the portal but its OpenAPI document: addresses, methods and bodies come from there."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

SCHEMA = "/api/v1/schema/"


class Refused(Exception):
    """A problem document came back."""

    def __init__(self, status: int, problem: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        super().__init__(status, problem)
        self.status, self.problem, self.headers = status, problem, headers


@dataclass
class Document:
    """The OpenAPI document: operations by their id."""

    whole: Mapping[str, Any]
    operations: dict[str, tuple[str, str, Mapping[str, Any]]] = field(default_factory=dict)

    @classmethod
    def read(cls, http: httpx.Client) -> "Document":
        whole = http.get(SCHEMA).raise_for_status().json()
        found = cls(whole)
        for path, methods in whole["paths"].items():
            for method, operation in methods.items():
                found.operations[operation["operationId"]] = (method.upper(), path, operation)
        return found


@dataclass
class Program:
    """Somebody's program: `call` an operation by its id; what the address names is taken out of `values`."""

    http: httpx.Client
    document: Document
    token: str = ""
    language: str = "vi"

    def sign_in(self, username: str, password: str, scope: str) -> "Program":
        answer = self.call("token_create", username=username, password=password, scope=scope)
        self.token = answer["token"]
        return self

    def send(self, operation_id: str, *, key: str = "", files: Any = None, **values: Any) -> httpx.Response:
        """The raw answer."""
        method, path, operation = self.document.operations[operation_id]
        for name in re.findall(r"{(\w+)}", path):
            path = path.replace(f"{{{name}}}", str(values.pop(name)))
        named = {one["name"] for one in operation.get("parameters", []) if one["in"] == "query"}
        query = {name: values.pop(name) for name in list(values) if name in named}
        headers = {"Accept-Language": self.language} | ({"Idempotency-Key": key} if key else {})
        if "security" in operation and self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        kinds = operation.get("requestBody", {}).get("content", {})
        body: dict[str, Any] = {}
        if "multipart/form-data" in kinds:
            body = {"data": values, "files": files}
        elif kinds:
            body = {"json": values}
        answer = self.http.request(method, path, params=query, headers=headers, **body)
        assert str(answer.status_code) in operation["responses"], (operation_id, answer.status_code, answer.text[:500])
        return answer

    def call(self, operation_id: str, *, files: Any = None, **values: Any) -> Any:
        """The answer's content; raises Refused for a problem. Every unsafe call carries a key of its own."""
        answer = self.send(operation_id, key=str(uuid4()) if self.token else "", files=files, **values)
        kind = answer.headers.get("content-type", "")
        if kind == "application/problem+json":
            raise Refused(answer.status_code, answer.json(), answer.headers)
        assert answer.is_success, (operation_id, answer.status_code, answer.text[:300])
        return answer.json() if kind == "application/json" else answer.content

    # ── what programs do often ──
    def act(self, code: str, name: str, **values: Any) -> Any:
        """Read the dossier, take the action on the version that was read."""
        seen = self.call("dossiers_read", ref=code)
        assert name in seen["actions"], (name, seen["actions"])
        return self.call(f"action_{name}", ref=code, version=seen["version"], **values)

    def take_first(self, tab: str) -> str:
        """The code of the most urgent dossier of a tab."""
        return str(self.call("queue_list", tab=tab)["results"][0]["code"])
