"""The first words of a result: a template by the kind of paper the procedure ends with, the answers filled in.

The specialist changes them; what is signed is what the specialist left. Official papers are in Vietnamese.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from procedures import eforms
from procedures.content import Content

MOST_LINES = 14
# How the names of results begin, and the sentence such a paper opens with; the first that fits is taken.
OPENINGS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("giấy chứng nhận", "chứng nhận", "chứng chỉ"), "{agency} chứng nhận {name} đủ điều kiện theo nội dung sau:"),
    (("giấy phép", "văn bản cho phép"), "{agency} cấp {result} cho {name} với nội dung sau:"),
    (("giấy xác nhận", "văn bản xác nhận", "phiếu"), "{agency} xác nhận nội dung của {name} như sau:"),
    (("quyết định",), "Giải quyết đề nghị của {name} với nội dung sau:"),
    (("trích lục", "bản sao", "giấy khai sinh", "giấy chứng tử"), "Trích từ sổ gốc theo yêu cầu của {name}:"),
    (("thông báo", "văn bản"), "{agency} trả lời hồ sơ của {name} như sau:"),
)
OTHERWISE = "Sau khi xem xét hồ sơ, {agency} cấp {result} cho {name} với nội dung sau:"
LEFT_OUT = frozenset({"phone", "email", "table", "file"})


def first_words(
    content: Content, answers: Mapping[str, Any], *, name: str, agency: str, at: datetime | None = None
) -> str:
    """The opening sentence and a line for each answer that is not about reaching the person."""
    result = content.result.name.vi
    lowered = result.lower()
    opening = next((text for starts, text in OPENINGS if lowered.startswith(starts)), OTHERWISE)
    sentence = opening.format(agency=agency or "Cơ quan", name=name, result=result)
    lines = [f"{label}: {value}" for label, value in _lines(content, answers, at)]
    return "\n".join([sentence, *lines]) if lines else sentence.rstrip(":") + "."


def _lines(content: Content, answers: Mapping[str, Any], at: datetime | None) -> list[tuple[str, str]]:
    """Answers as they stand on the paper; the person's own data come from the account and stand there anyway."""
    known = {
        field.key
        for section in (content.eform.sections if content.eform else ())
        for field in section.fields
        if field.prefill
    }
    found = [
        (row.label, row.value)
        for section in eforms.summary(content, answers, "vi", at=at)
        for row in section.rows
        if row.key not in known and row.kind not in LEFT_OUT and row.value
    ]
    return found[:MOST_LINES]
