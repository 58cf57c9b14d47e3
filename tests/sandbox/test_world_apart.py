"""The sandbox is another program: neither side imports the other, and what it shows is what it did."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox_process import PortalEar, Sandbox

ROOT = Path(__file__).resolve().parents[2]
ROOMS = {
    *("portal", "reports", "payments", "postal", "dossiers", "procedures", "agencies", "accounts", "documents"),
    *("notifications", "audit", "common"),
}


def imports_of(folder: str) -> Iterator[tuple[str, str]]:
    for file in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            yield from ((str(file), name.partition(".")[0]) for name in names)


def test_the_sandbox_imports_nothing_of_the_product() -> None:
    found = list(imports_of("sandbox"))
    assert len(found) > 50
    assert [each for each in found if each[1] in ROOMS | {"django"}] == []


def test_the_product_imports_nothing_of_the_sandbox() -> None:
    assert [each for room in ROOMS for each in imports_of(room) if each[1] == "sandbox"] == []


@pytest.mark.parametrize("path", ["/", "/inbox/", "/post/", "/faults", "/healthz", "/books/vnpay.json", "/inbox.json"])
def test_every_page_opens_and_needs_no_script(path: str, sandbox: Sandbox, portal_ear: PortalEar) -> None:
    answer = sandbox.http.get(path)
    assert answer.status_code == 200
    assert "<script" not in answer.text


def test_what_is_not_there_is_not_found_and_what_cannot_be_done_is_said(sandbox: Sandbox) -> None:
    assert sandbox.http.get("/nowhere").status_code == 404
    assert sandbox.http.get("/books/gold.json").status_code == 404
    assert sandbox.http.post("/healthz").status_code == 405
    assert sandbox.http.post("/vnpay/pay-now", json={"txn_ref": "nobody"}).status_code == 404
    assert sandbox.http.put("/portal", json={"url": "file:///etc/passwd"}).status_code == 400


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"target": "bank"},
        {"target": "vnpay.ipn", "mode": "explode"},
        {"target": "sms.send", "mode": "out_of_order"},
        {"target": "smtp", "mode": "slow", "seconds": "long"},
    ],
)
def test_a_fault_that_cannot_be_shown_is_refused(wish: dict[str, str], sandbox: Sandbox, portal_ear: PortalEar) -> None:
    assert sandbox.http.post("/faults", json=wish).status_code == 400
    assert sandbox.http.get("/faults").json() == []


def test_a_fault_is_shown_as_often_as_it_was_scripted_and_ends_when_mended(
    sandbox: Sandbox, portal_ear: PortalEar
) -> None:
    url = "/vnpay/paymentv2/vpcpay.html"
    sandbox.script("vnpay.pay", "error_500", times=2)
    assert [sandbox.http.get(url).status_code for _ in range(3)] == [500, 500, 400]
    sandbox.script("vnpay.pay", "error_500", times=0)
    assert [sandbox.http.get(url).status_code for _ in range(3)] == [500, 500, 500]
    sandbox.http.delete("/faults")
    assert sandbox.http.get(url).status_code == 400


def test_what_people_wrote_is_shown_as_text(sandbox: Sandbox, portal_ear: PortalEar) -> None:
    import smtplib
    from email.message import EmailMessage

    letter = EmailMessage()
    letter["Subject"], letter["From"], letter["To"] = "<script>alert(1)</script>", "a@example.com", "b@example.com"
    letter.set_content("<img src=x onerror=alert(1)> http://127.0.0.1/x?a=1&b=2")
    with smtplib.SMTP("127.0.0.1", sandbox.smtp_port) as server:
        server.send_message(letter)
    page = sandbox.http.get("/inbox/", params={"to": '"><script>'}).text + sandbox.http.get("/inbox/").text
    assert "<script" not in page
    assert "<img" not in page
    assert '<a href="http://127.0.0.1/x?a=1&amp;b=2">' in page
    after = sandbox.inbox()[0]["id"]
    assert sandbox.inbox(after=after) == []
