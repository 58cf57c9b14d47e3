"""The documentation is true: the examples of docs/api.md run, and the page for people names every operation and problem."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.services import Details, open_account
from agencies.models import Agency, Role
from agencies.services import appoint
from common.api.problems import KINDS
from portal.views.api import document
from tests import cast
from tests.procedures.answers import answers

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(
    r"(?:`(?P<file>[\w.]+)`:\n\n)?```(?P<kind>bash|json)\n(?P<text>.*?)```\n(?:\nAnswer: `(?P<status>\d+)`)?", re.DOTALL
)
CAPTURE = re.compile(r"(?P<name>[A-Z]+)=\$\((?P<call>curl .*?) \| jq -r (?P<path>[\w.]+)\)\s*$", re.DOTALL)
DEMO = "motcua-demo"


class Shell:
    """As much of a shell as the examples need: variables, curl, `jq -r .a.0.b`."""

    def __init__(self) -> None:
        self.names = {"URL": ""}
        self.files: dict[str, bytes] = {"paper.pdf": cast.PDF}

    def run(self, text: str) -> Any:
        """Every command of a block; the answer of the last one."""
        answer = None
        for command in re.split(r"\n(?=curl |[A-Z]+=\$)", text.strip()):
            found = CAPTURE.match(command)
            answer = self.curl(found["call"] if found else command)
            if found:
                value = answer.json()
                for part in found["path"].strip(".").split("."):
                    value = value[int(part) if part.isdigit() else part]
                assert value is not None, command
                self.names[found["name"]] = str(value)
        return answer

    def curl(self, command: str) -> Any:
        words = [self._filled(word) for word in shlex.split(command.replace("\\\n", " "))]
        assert words.pop(0) == "curl"
        method, url, headers, body, form = "GET", "", {}, "", {}
        while words:
            match words.pop(0):
                case "-s":
                    pass
                case "-X":
                    method = words.pop(0)
                case "-H":
                    name, _colon, value = words.pop(0).partition(": ")
                    headers[name.lower()] = value
                case "-d":
                    body = words.pop(0)
                case "-F":
                    name, _equals, value = words.pop(0).partition("=")
                    form[name] = SimpleUploadedFile(value[1:], self.files[value[1:]]) if value[:1] == "@" else value
                case address:
                    url = address
        if form:
            return Client().post(url, form, headers=headers)
        sent = self.files[body[1:]] if body[:1] == "@" else body.encode()
        kind = headers.pop("content-type", "application/octet-stream")
        return Client().generic(method, url, sent, content_type=kind, headers=headers)

    def _filled(self, word: str) -> str:
        return re.sub(r"\$([A-Z]+)", lambda found: self.names[found[1]], word)


@pytest.fixture
def demonstration(transactional_db: None) -> None:
    """The accounts the examples name, and a dossier in the queue."""
    people = cast.make_cast()
    details = Details(
        "Hoàng Thị Lan", "020185000345", timezone.localdate().replace(year=1985), "female", dict(cast.HOME)
    )
    open_account(details, password=DEMO, phone="+84905000111", username="citizen", at=timezone.now())
    reception = cast.officer("reception", "Nông Thị Hạnh")
    reception.set_password(DEMO)
    reception.save()
    appoint(reception, Agency.objects.get(key="sct"), Role.RECEPTION, actor=None, since=cast.SINCE)
    cast.filed(people.hai, "promotion-notification", answers("promotion-notification"), at=timezone.now())


def test_the_examples_of_the_document_run(demonstration):
    shell, count = Shell(), 0
    for block in BLOCK.finditer((ROOT / "docs" / "api.md").read_text(encoding="utf-8")):
        if block["kind"] == "json":
            json.loads(block["text"])
            shell.files[block["file"]] = block["text"].encode()
            continue
        answer = shell.run(block["text"])
        assert block["status"], f"no answer is named: {block['text']}"
        assert answer.status_code == int(block["status"]), (block["text"], answer.content[:400])
        count += 1
    assert count >= 10


def test_the_page_names_every_operation_with_a_call_and_every_problem(client: Client):
    html = client.get("/api/v1/docs/", headers={"accept-language": "en"}).content.decode()
    for methods in document()["paths"].values():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in html
    for kind in KINDS:
        assert f'id="problem-{kind}"' in html
    assert html.count("curl -X") >= 58


def test_the_page_keeps_the_strict_policy_in_both_languages(client: Client):
    for language in ("vi", "en"):
        answer = client.get("/api/v1/docs/", headers={"accept-language": language})
        html = answer.content.decode()
        assert f'<html lang="{language}"' in html
        assert not re.search(r"<script(?![^>]* src=)|\sstyle=|\son\w+=|<style", html)
        assert not re.findall(r'(?:src|action)="(?:https?:)?//', html)
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert len(answer.content) < 100_000
