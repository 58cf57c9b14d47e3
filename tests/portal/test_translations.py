"""Vietnamese first, English complete: every sentence is translated, and every page speaks one language."""

import re
import subprocess
import sys
from html import unescape

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from tests.portal.authz import PAGE, ROWS
from tests.portal.house import ROOT, modules, name_of, tree
from tests.portal.routes import routes
from tests.portal.world import PERSONAS, World

pytestmark = pytest.mark.django_db
PO = ROOT / "locale" / "vi" / "LC_MESSAGES" / "django.po"
# Texts of the papers for developers stand on no page people see.
NOT_FOR_PEOPLE = {
    "components",
    "desk_components",
    "robots",
    "healthz",
    "readyz",
    "metrics",
    "vnpay_ipn",
    "dossiers:communes",
}
# What is the same in both languages: names of systems, codes, units.
SAME_IN_BOTH = {"PDF, JPG, PNG"}
HOLES = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
VIETNAMESE = re.compile(r"[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE)


def messages() -> list[Message]:
    with PO.open("rb") as lines:
        return [message for message in read_po(lines, locale="vi") if message.id]


def english(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def vietnamese(message: Message) -> str:
    return message.string if isinstance(message.string, str) else message.string[0]


def test_every_sentence_of_code_and_templates_is_translated():
    command = [sys.executable, "scripts/translations.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


def test_no_translation_is_the_english_sentence_itself():
    wrong = [english(m) for m in messages() if english(m) == vietnamese(m) and len(english(m).split()) > 3]
    assert not set(wrong) - SAME_IN_BOTH


def test_translations_are_vietnamese():
    """A translated sentence of some length without a single Vietnamese letter was forgotten or typed without diacritics."""
    wrong = [
        vietnamese(m)
        for m in messages()
        if len(HOLES.sub("", vietnamese(m)).split()) > 4 and not VIETNAMESE.search(vietnamese(m))
    ]
    assert not wrong


def test_english_stands_in_the_code_and_vietnamese_in_the_list():
    """An English msgid with Vietnamese letters is a sentence written in the wrong place (names in quotation marks aside)."""
    wrong = [english(m) for m in messages() if VIETNAMESE.search(re.sub(r"“[^”]*”|\([^)]*\)", "", english(m)))]
    allowed = {"Một Cửa", "Nghị định", "NĐ-CP", "đồng"}
    assert not [text for text in wrong if not any(name in text for name in allowed)]


def test_translations_do_not_shout_or_beg():
    """Plain and polite (look/README.md): no exclamation marks, no capitals for emphasis."""
    shouting = re.compile(r"!|\b[A-ZĐÀ-Ỹ]{2,} [A-ZĐÀ-Ỹ]{3,} [A-ZĐÀ-Ỹ]{2,}\b")
    papers = re.compile(r"CỘNG HÒA|GIẤY|PHIẾU|THÔNG BÁO|TRUNG TÂM|BỘ PHẬN")
    assert not [
        vietnamese(m) for m in messages() if shouting.search(vietnamese(m)) and not papers.search(vietnamese(m))
    ]


def test_nothing_is_translated_when_the_program_starts():
    """`gettext` outside a function is asked once, in the language of nobody; module level needs `gettext_lazy`."""
    import ast

    wrong = []
    for path in modules():
        eager = {
            alias.asname or alias.name
            for node in ast.walk(tree(path))
            if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
            for alias in node.names
            if alias.name in {"gettext", "ngettext", "pgettext", "npgettext"}
        }
        for node in at_start(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in eager:
                wrong.append(f"{name_of(path)}:{node.lineno}")
    assert not wrong


def at_start(node):
    """Nodes that run when the module is imported: everything but the bodies of functions."""
    import ast

    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        yield child
        yield from at_start(child)


PUBLIC = [
    route for route in routes() if route.name in ROWS and not route.parameters and route.name not in NOT_FOR_PEOPLE
]


FRAGMENTS = {"procedures:suggestions"}  # part of a page that names its language


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("route", PUBLIC, ids=lambda route: route.name)
def test_every_public_page_names_its_language(client, route, language):
    url = route.url()
    answer = client.get(url if language == "vi" else f"/en{url}")
    if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
        html = answer.content.decode()
        if route.name in FRAGMENTS:
            return
        expected = "vi" if not url.startswith("/payments/") else html.split('<html lang="')[1][:2]
        assert f'<html lang="{language if expected == "vi" else expected}"' in html


def visible(html: str) -> str:
    """What can be read on a page, in one line; parts in another language are marked and taken out."""
    html = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    html = re.sub(
        r'<(section|p|span|a|div|li|h1|h2|label)\b[^>]*\s(?:hreflang|lang)="(?:vi|en)"[^>]*>.*?</\1>',
        " ",
        html,
        flags=re.DOTALL,
    )
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html.split("<body", 1)[-1])))


def sentences(of: str) -> dict[str, str]:
    """Sentences (or their longest part without holes) of one language, long enough not to be a name, with their source."""
    found = {}
    for message in messages():
        text, other = (english(message), vietnamese(message)) if of == "en" else (vietnamese(message), english(message))
        part = max((piece.strip(" .,:;()“”") for piece in HOLES.split(text)), key=len)
        if len(part.split()) >= 4 and part not in other:
            found[part] = text
    return found


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("persona", ["anonymous", "owner", "receiving"])
def test_no_page_mixes_languages(persona: str, language: str, world: World):
    """Everybody's pages, filled with real dossiers: no English sentence on Vietnamese pages, and the other way round."""
    assert persona in PERSONAS
    client, foreign = world.client(persona), sentences("en" if language == "vi" else "vi")
    client.cookies["django_language"] = language
    wrong, seen = [], 0
    for route in routes():
        row = ROWS.get(route.name)
        if row is None or row.get[persona] != PAGE or route.name in NOT_FOR_PEOPLE or row.machine:
            continue
        for arguments in world.samples(route.name, route.parameters):
            url = route.url(**arguments)
            answer = client.get(url if language == "vi" else f"/en{url}")
            if answer.headers.get("Content-Type", "").startswith("text/html") and answer.status_code == 200:
                seen += 1
                text = visible(answer.content.decode())
                wrong += [f"{route.name}: {sentence}" for sentence in foreign if sentence in text]
    assert seen > 8
    assert not wrong, "\n".join(wrong)
