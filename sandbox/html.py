"""The look of the sandbox's few pages: readable at 320 px, no JavaScript, plainly marked as not real."""

import re
from html import escape

from sandbox.web import Response

STYLE = """
*{box-sizing:border-box}
body{margin:0;font:16px/1.6 system-ui,sans-serif;color:#201a17;background:#f3f5f8}
header{background:#123a63;color:#fff;padding:12px 16px}
header b{font-size:18px}
header a{color:#fff;margin-right:12px}
main{max-width:720px;margin:0 auto;padding:16px}
.card{background:#fff;border:1px solid #cdd5de;border-radius:6px;padding:16px;margin:0 0 16px;overflow-wrap:anywhere}
.note{background:#fdf0d5;border-left:4px solid #d98a00;padding:8px 12px;margin:0 0 16px}
h1{font-size:22px;line-height:1.35;margin:0 0 12px}
h2{font-size:18px;margin:0 0 8px}
dl{display:grid;grid-template-columns:auto 1fr;gap:4px 16px;margin:0 0 8px}
dt{color:#4a5563}
dd{margin:0;text-align:right}
button{display:block;width:100%;min-height:48px;margin:0 0 12px;padding:8px 16px;font:inherit;
  border:1px solid #123a63;border-radius:4px;background:#fff;color:#123a63;cursor:pointer;text-align:center}
button.main{background:#10634a;border-color:#10634a;color:#fff;font-weight:700}
button:focus,a:focus,input:focus{outline:3px solid #ffd033;outline-offset:2px}
form.row{display:flex;flex-wrap:wrap;gap:8px}
form.row button{width:auto;margin:0}
input{font:inherit;min-height:44px;padding:6px 10px;border:1px solid #756b62;border-radius:4px;
  width:100%;max-width:340px}
pre{white-space:pre-wrap;font:inherit;margin:0}
.small{color:#4a5563;font-size:14px}
"""


def page(title: str, content: str, *, language: str = "vi", status: int = 200, head: str = "") -> Response:
    """A whole page; `content` is HTML already, `title` is text."""
    links = '<a href="/">Sandbox</a> <a href="/inbox/">Hộp thư</a> <a href="/post/">Bưu chính</a>'
    note = "Môi trường thử nghiệm: không có tiền, tin nhắn hay bưu gửi thật."
    if language == "en":
        note = "Test environment: no real money, messages or parcels."
    text = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head><body>'
        f'<header>{head or links}</header><main><p class="note">{note}</p><h1>{escape(title)}</h1>{content}'
        "</main></body></html>"
    )
    return Response(status, text.encode())


def money(amount: int) -> str:
    """VND as people write it: 200.000 đ."""
    return f"{amount:,}".replace(",", ".") + " đ"


def facts(pairs: list[tuple[str, str]]) -> str:
    """A list of names and values."""
    return "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in pairs) + "</dl>"


def with_links(text: str) -> str:
    """Escaped text whose web addresses can be pressed."""
    pieces = re.split(r"(https?://[^\s<>\"']+[^\s<>\"'.,;)])", text)  # every second piece is an address
    shown = [escape(piece) for piece in pieces]
    return "".join(f'<a href="{piece}">{piece}</a>' if place % 2 else piece for place, piece in enumerate(shown))
