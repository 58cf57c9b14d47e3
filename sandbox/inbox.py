"""The inbox page: every SMS and e-mail that left the portal, for people and for tests."""

from html import escape

from sandbox import html
from sandbox.books import Row
from sandbox.web import Request, Response, as_json, route
from sandbox.world import World

LIMIT = 200


def _found(world: World, to: str, after: int) -> list[Row]:
    """Newest first; `to` is a phone in any writing (0…, 84…, +84…) or a part of an e-mail address."""
    wanted = _phone(to)
    sql = "SELECT * FROM inbox WHERE id > ? AND status <> 'lost' AND instr(lower(recipient), ?) > 0"
    return world.books.rows(f"{sql} ORDER BY id DESC LIMIT ?", after, wanted, LIMIT)


def _phone(text: str) -> str:
    text = text.strip().lower()
    if "@" in text:
        return text
    digits = "".join(letter for letter in text if letter not in " .-+()")
    return "84" + digits[1:] if digits.isdigit() and digits.startswith("0") and len(digits) == 10 else digits


def _after(fields: dict[str, str]) -> int:
    text = fields.get("after", "")
    return int(text) if text.isascii() and text.isdigit() else 0


@route("GET", r"/inbox\.json")
def as_data(world: World, request: Request) -> Response:
    """?to=&after=<id>: what came for somebody since a message, newest first."""
    fields = request.fields()
    names = (
        "id channel message_id reference sender recipient subject text html kind segments encoding status requests at"
    )
    rows = _found(world, fields.get("to", ""), _after(fields))
    return as_json([{name: row[name] for name in names.split()} for row in rows])


@route("GET", "/inbox/?")
def show(world: World, request: Request) -> Response:
    """The page for people; ?to= finds a phone or an e-mail address."""
    to = request.fields().get("to", "")
    rows = _found(world, to, 0)
    search = (
        '<form class="row card" method="get" action="/inbox/"><label for="to">Số điện thoại hoặc e-mail</label>'
        f'<input id="to" name="to" value="{escape(to)}"><button>Tìm</button></form>'
    )
    empty = '<p class="card">Chưa có tin nhắn nào.</p>'
    return html.page("Hộp thư thử nghiệm", search + ("".join(_card(row) for row in rows) or empty))


def _card(row: Row) -> str:
    kind = "Tin nhắn SMS" if row["channel"] == "sms" else "Thư điện tử"
    size = f" · {row['encoding']}, {row['segments']} phần" if row["channel"] == "sms" else ""
    subject = f"<h2>{escape(row['subject'])}</h2>" if row["subject"] else ""
    at = row["at"][:19].replace("T", " ")
    return (
        f'<article class="card">{subject}<p class="small">{kind} · từ {escape(row["sender"])} đến '
        f"<b>{escape(row['recipient'])}</b> · {at} UTC{size}</p><pre>{html.with_links(row['text'])}</pre></article>"
    )
