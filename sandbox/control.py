"""What tests, drills and people use besides the protocols: books, faults, where the portal lives, health."""

from datetime import datetime

from sandbox import clock, html
from sandbox.faults import BadFault
from sandbox.web import Request, Response, as_json, route
from sandbox.world import World

BOOKS: dict[str, dict[str, str]] = {
    "vnpay": {
        "transactions": "SELECT * FROM transactions ORDER BY id",
        "refunds": "SELECT * FROM refunds ORDER BY id",
        "notices": "SELECT * FROM callbacks WHERE target = 'vnpay.ipn' ORDER BY id",
        "sends": "SELECT * FROM sends WHERE target = 'vnpay.ipn' ORDER BY id",
    },
    "sms": {
        "messages": "SELECT * FROM inbox WHERE channel = 'sms' ORDER BY id",
        "receipts": "SELECT * FROM callbacks WHERE target = 'sms.receipt' ORDER BY id",
        "sends": "SELECT * FROM sends WHERE target = 'sms.receipt' ORDER BY id",
    },
    "smtp": {"messages": "SELECT * FROM inbox WHERE channel = 'email' ORDER BY id"},
    "post": {
        "parcels": "SELECT * FROM parcels ORDER BY id",
        "events": "SELECT * FROM parcel_events ORDER BY id",
        "notices": "SELECT * FROM callbacks WHERE target = 'post.event' ORDER BY id",
        "sends": "SELECT * FROM sends WHERE target = 'post.event' ORDER BY id",
    },
    "csc": {
        "calls": "SELECT * FROM csc_calls ORDER BY id",
        "authorisations": "SELECT * FROM csc_authorisations ORDER BY id",
        "signatures": "SELECT * FROM csc_signatures ORDER BY id",
    },
}


@route("GET", r"/books/(\w+)\.json")
def books(world: World, request: Request) -> Response:
    """One book, whole: what really happened."""
    book = BOOKS.get(request.args[0])
    if book is None:
        return as_json({"error": f"books: {', '.join(BOOKS)}"}, 404)
    return as_json({name: world.books.rows(sql) for name, sql in book.items()})


@route("DELETE", "/books/?")
def forget(world: World, request: Request) -> Response:
    """Empty all books and forget what was still to be sent."""
    world.books.clear()
    return as_json({"books": "empty"})


@route("GET", "/faults/?")
def faults(world: World, request: Request) -> Response:
    """What is still scripted."""
    return as_json(world.faults.listed())


@route("POST", "/faults/?")
def script(world: World, request: Request) -> Response:
    """{target, mode, times (0: until deleted), seconds}."""
    try:
        return as_json(vars(world.faults.script(request.sent())), 201)
    except BadFault as error:
        return as_json({"error": str(error)}, 400)


@route("DELETE", "/faults/?")
def mend(world: World, request: Request) -> Response:
    """Nothing goes wrong any more."""
    world.faults.clear()
    return as_json([])


@route("PUT", "/portal/?")
def move_portal(world: World, request: Request) -> Response:
    """{url}: send callbacks to this address from now on."""
    url = str(request.sent().get("url", ""))
    if not url.startswith(("http://", "https://")):
        return as_json({"error": "url"}, 400)
    world.portal_url = url.rstrip("/")
    return as_json({"url": world.portal_url})


@route("PUT", "/clock/?")
def set_clock(world: World, request: Request) -> Response:
    """{now}: an aware ISO moment from which the clock goes on; empty for the real time."""
    text = str(request.sent().get("now", ""))
    try:
        wanted = datetime.fromisoformat(text) if text else None
    except ValueError:
        return as_json({"error": "now"}, 400)
    if wanted and wanted.tzinfo is None:
        return as_json({"error": "now"}, 400)
    clock.set_to(wanted)
    return as_json({"now": clock.moment().isoformat()})


@route("GET", "/healthz")
def healthz(world: World, request: Request) -> Response:
    """Alive."""
    return as_json({"ok": True, "smtp_port": world.config.smtp_port})


@route("GET", "/")
def home(world: World, request: Request) -> Response:
    """What is here."""
    links = {
        "/inbox/": "Hộp thư: tin nhắn SMS và thư điện tử đã gửi",
        "/post/": "Bưu chính công ích: chuyển trạng thái bưu gửi",
        "/books/vnpay.json": "Sổ của VNPAY",
        "/books/sms.json": "Sổ của nhà mạng",
        "/books/smtp.json": "Sổ của máy chủ thư",
        "/books/post.json": "Sổ của bưu chính",
        "/books/csc.json": "Sổ của dịch vụ ký số từ xa",
        "/faults": "Lỗi đang được dựng",
    }
    items = "".join(f'<p><a href="{address}">{text}</a></p>' for address, text in links.items())
    return html.page("Thế giới bên ngoài (thử nghiệm)", f'<div class="card">{items}</div>')
