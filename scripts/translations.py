"""The one list of sentences: locale/vi/LC_MESSAGES/django.po, merged from locale/vi/parts/*.po.

    python scripts/translations.py            merge the parts into django.po
    python scripts/translations.py --check    fail when a sentence is missing, empty, fuzzy, contradictory or unused
    python scripts/translations.py --missing  print po entries still to be translated
    python scripts/translations.py --compile  write the .mo file (all --compile needs is django.po)

English stands in the code and the templates; gettext's own programs are not needed, Babel does the work.
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale" / "vi"
PO = LOCALE / "LC_MESSAGES" / "django.po"
ROOMS = (
    "accounts", "agencies", "audit", "common", "documents", "dossiers", "notifications", "payments", "portal", "postal",
    "procedures", "reports",
)  # fmt: skip
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "pgettext_lazy": ((1, "c"), 2),
    "ngettext_lazy": (1, 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
TEXT = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
CALL = re.compile(rf"(?<![\w.])(n?p?gettext|_)\(\s*({TEXT}(?:\s*,\s*{TEXT})*)")
HOLES = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")

Key = tuple[str | None, str]  # context, singular msgid
HEADER = "Vietnamese sentences of Một Cửa. Written by scripts/translations.py from locale/vi/parts; edit the parts."


def main() -> int:
    """Do what the arguments say; returns the exit code."""
    if "--compile" in sys.argv:
        compile_catalog()
        return 0
    used = dict(sorted(used_messages(), key=order))
    translated, problems = read_parts()
    if "--missing" in sys.argv:
        print_missing(used, translated)
        return 0
    problems += find_problems(used, translated)
    text = merged(used, translated)
    if "--check" in sys.argv:
        if not PO.exists() or PO.read_text(encoding="utf-8") != text:
            problems.append("django.po is not what the parts give: run scripts/translations.py")
        print("\n".join(problems) or f"{len(used)} sentences, all translated")
        return 1 if problems else 0
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_text(text, encoding="utf-8")
    print(f"{len(used)} sentences, {len(problems)} to mend (see --check)")
    return 0


def order(item: tuple[Key, Message]) -> tuple[str, str]:
    """By msgid, then context: the file changes only where a sentence does."""
    (context, singular), _ = item
    return singular, context or ""


# ── what the code and the templates say ──
def used_messages() -> Iterator[tuple[Key, Message]]:
    """Every sentence of the rooms and the templates."""
    for path in sorted(source_files()):
        found = template_messages(path) if path.suffix in {".html", ".txt"} else python_messages(path)
        for context, ids in found:
            singular = ids[0] if isinstance(ids, tuple) else ids
            if singular:
                yield (context, singular), Message(ids, context=context)


def source_files() -> Iterator[Path]:
    """Python of the rooms, without migrations; templates of the house and of the rooms."""
    for room in ROOMS:
        yield from (path for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts)
        yield from (path for suffix in ("html", "txt") for path in (ROOT / room / "templates").rglob(f"*.{suffix}"))
    yield from (path for suffix in ("html", "txt") for path in (ROOT / "templates").rglob(f"*.{suffix}"))


def python_messages(path: Path) -> Iterator[tuple[str | None, str | tuple[str, ...]]]:
    """(context, msgid or (singular, plural)) of each gettext call."""
    for _, ids, _, context in extract("python", io.BytesIO(path.read_bytes()), KEYWORDS):
        yield context, ids


def template_messages(path: Path) -> Iterator[tuple[str | None, str | tuple[str, ...]]]:
    """The same of a Django template, which Django itself turns into gettext calls."""
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure()
    for name, arguments in CALL.findall(templatize(path.read_text(encoding="utf-8"), origin=str(path))):
        texts = [ast.literal_eval(text) for text in re.findall(TEXT, arguments)]
        context = texts.pop(0) if "p" in name.removesuffix("gettext") else None
        yield context, (texts[0], texts[1]) if name.startswith("n") else texts[0]


# ── what the parts say ──
def read_parts() -> tuple[dict[Key, Message], list[str]]:
    """All translations, and the sentences two parts translate differently."""
    found: dict[Key, Message] = {}
    problems = []
    for path in sorted((LOCALE / "parts").glob("*.po")):
        for message in parse(path):
            other = found.setdefault(key_of(message), message)
            if other.string != message.string:
                problems.append(f"{path.name}: {message.id!r} is translated differently elsewhere: {other.string!r}")
    return found, problems


def parse(path: Path) -> list[Message]:
    """Entries of one part; a header is not needed."""
    with path.open("rb") as lines:
        catalog = read_po(lines, locale="vi", charset="utf-8", abort_invalid=True)
    return [message for message in catalog if message.id]


def key_of(message: Message) -> Key:
    """Context and singular."""
    return message.context, msgids(message)[0]


def msgids(message: Message) -> list[str]:
    """The English forms: one, or singular and plural."""
    return [message.id] if isinstance(message.id, str) else [str(text) for text in message.id]


def strings_of(message: Message) -> list[str]:
    """The translation's forms (Vietnamese has one)."""
    if message.string is None or isinstance(message.string, str):
        return [message.string or ""]
    return [str(text) for text in message.string]


def find_problems(used: dict[Key, Message], translated: dict[Key, Message]) -> list[str]:
    """Sentences that are missing, empty, fuzzy, unused, or whose placeholders do not fit."""
    problems = []
    for key, message in used.items():
        found = translated.get(key)
        if found is None or not all(strings_of(found)):
            problems.append(f"not translated: {describe(key)}")
        elif found.fuzzy:
            problems.append(f"fuzzy: {describe(key)}")
        elif not holes_fit(message, found):
            problems.append(f"placeholders differ: {describe(key)}")
    problems += [f"unused: {describe(key)}" for key in translated if key not in used]
    return problems


def holes_fit(message: Message, found: Message) -> bool:
    """Every placeholder of the translation stands in the English sentence (or its plural) and none is lost."""
    english = [set(HOLES.findall(text)) for text in msgids(message)]
    return all(set(HOLES.findall(text)) == english[-1] for text in strings_of(found))


def describe(key: Key) -> str:
    """For people: context and sentence."""
    context, singular = key
    return f"[{context}] {singular!r}" if context else repr(singular)


# ── what is written ──
def merged(used: dict[Key, Message], translated: dict[Key, Message]) -> str:
    """The text of django.po: the used sentences in order, without dates and line numbers."""
    catalog = Catalog(locale="vi", header_comment=f"# {HEADER}", fuzzy=False)
    for key, message in used.items():
        found = translated.get(key)
        catalog.add(message.id, shaped(message, found), context=key[0])
    body = io.BytesIO()
    write_po(body, catalog, width=120, no_location=True, omit_header=True)
    return (
        f'# {HEADER}\nmsgid ""\nmsgstr ""\n"Language: vi\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: nplurals=1; plural=0;\\n"\n\n{body.getvalue().decode("utf-8").strip()}\n'
    )


def shaped(message: Message, found: Message | None) -> str | tuple[str, ...]:
    """The translation in the form the msgid needs (one plural form, or a plain text)."""
    strings = strings_of(found) if found else [""]
    return (strings[0],) if isinstance(message.id, tuple) else strings[0]


def print_missing(used: dict[Key, Message], translated: dict[Key, Message]) -> None:
    """Entries to copy into a part and fill in."""
    catalog = Catalog(locale="vi")
    for key, message in used.items():
        found = translated.get(key)
        if found is None or not all(strings_of(found)):
            catalog.add(message.id, shaped(message, None), context=key[0])
    body = io.BytesIO()
    write_po(body, catalog, width=120, no_location=True, omit_header=True)
    print(body.getvalue().decode("utf-8"))


def compile_catalog() -> None:
    """django.po → django.mo, beside it."""
    with PO.open("rb") as source:
        catalog = read_po(source, locale="vi")
    with PO.with_suffix(".mo").open("wb") as target:
        write_mo(target, catalog)


if __name__ == "__main__":
    raise SystemExit(main())
