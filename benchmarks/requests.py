"""The requests of each operation, for the portal and for the floor."""

from typing import Any

from benchmarks.client import Request
from benchmarks.servers import Server

DESK = "/can-bo/ho-so/"
ACTS = {"claim": ("new", "nhan-ve-toi"), "receive": ("claimed", "tiep-nhan"), "forward": ("forward", "chuyen-tiep")}
FILED = {"name": "Nguyễn Thị Ánh Tuyết", "number": "020190000017", "born": "1990-05-17", "phone": "0912345678",
         "email": "anh@example.vn", "province": "20", "line": "Số 12, đường Ngô Quyền", "procedure": "Cấp Phiếu",
         "copies": "2", "consent": "on"}  # fmt: skip


def made(server: Server, name: str, count: int) -> list[Request]:
    """`count` requests of an operation; what they use up is never used again."""
    if server.name != "ours":
        return _floor(server, name, count)
    if name in ACTS:
        return _acts(server, name, count)
    if name in {"form", "submit"}:
        return _filing(server, name, count)
    return [_reading(server, name, number) for number in range(count)]


def _acts(server: Server, name: str, count: int) -> list[Request]:
    stock, slug = ACTS[name]
    who = server.plan["specialist" if name == "forward" else "reception"]
    form = {"csrfmiddlewaretoken": server.plan["token"], "sure": "1"}
    return [
        Request(f"{DESK}{code}/viec/{slug}/", who, form | {"version": str(version)}, 302)
        for code, version in server.take(stock, count)
    ]


def _filing(server: Server, name: str, count: int) -> list[Request]:
    plan = server.plan
    if name == "form":
        return [Request(f"{where}part0/", plan["citizens"][who]) for where, who in plan["drafts"][-count:]]
    form = {"csrfmiddlewaretoken": plan["token"], "undertaking": "on"}
    return [
        Request(f"{where}kiem-tra/", plan["citizens"][who], form, 302) for where, who in server.take("drafts", count)
    ]


def _reading(server: Server, name: str, number: int) -> Request:
    plan: dict[str, Any] = server.plan
    marks, cookies = plan["marks"], plan["reception"]
    match name:
        case "list":
            return Request(marks["first"], cookies)
        case "list100":
            return Request(f"{marks['first']}&so-dong=100", cookies)
        case "counts":
            return Request("/can-bo/so-dem/?tab=all", cookies)
        case "largest":
            return Request(marks["first"], plan["largest"])
        case "next" | "last":
            return Request(marks[name], cookies)
        case "rich":
            return Request(f"{DESK}{plan['rich'][number][0]}/", cookies)
        case "code" | "phone" | "name":
            phone, folded = plan["people"][number]
            wanted = {"code": plan["closed"][number], "phone": phone.replace("+84", "0"), "name": folded}[name]
            return Request("/can-bo/tim/", cookies, {"csrfmiddlewaretoken": plan["token"], "q": wanted}, 302)
    return Request(f"{DESK}{plan['forward'][-1 - number][0]}/", cookies)  # show: an open dossier of the usual size


def _floor(server: Server, name: str, count: int) -> list[Request]:
    plan, is_full = server.plan, server.name == "full"
    cookies = plan["cookies"] if is_full else ""
    done = 302 if is_full else 200
    token = {"csrfmiddlewaretoken": plan["token"]} if is_full else {}
    match name:
        case "list":
            return [Request(plan["marks"][number % 3], cookies) for number in range(count)]
        case "show":
            # never those that are moved: the full floor's page shows the events, and each move adds one
            return [Request(f"/show/{plan['codes'][-1 - number]}/", cookies) for number in range(count)]
        case "create":
            return [Request("/create/", cookies, FILED | token, done) for _ in range(count)]
    return [Request(f"/move/{plan['codes'][number]}/", cookies, dict(token), done) for number in range(count)]
