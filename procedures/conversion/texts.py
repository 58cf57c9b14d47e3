"""English for Vietnamese texts of the source, and evidence."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

ENGLISH = Path(__file__).parent / "english.json"


@lru_cache(maxsize=1)
def _english() -> dict[str, str]:
    return dict(json.loads(ENGLISH.read_text(encoding="utf-8")))


def text(vi: str, en: str | None = None) -> dict[str, str]:
    """{vi, en}; the English is looked up when the source has none, empty when nobody has translated it."""
    return {"vi": vi, "en": en or _english().get(vi, "")}


def evidence(raw: dict[str, Any]) -> dict[str, str]:
    """Evidence of a figure: verified, partly or no, with its source."""
    verified = "yes" if raw.get("verified") else "partly" if raw.get("partly_verified") else "no"
    return {"verified": verified, "source": raw.get("source", ""), "note": raw.get("note", "")}
