"""Which facts of a document no source confirms yet ("Chưa xác minh")."""

from collections.abc import Iterator, Mapping
from typing import Any

VERIFIED = "yes"


def unverified(document: Mapping[str, Any]) -> int:
    """How many facts of a stored document name a source that does not show them, or shows them only in part."""
    return sum(1 for _evidence in _doubtful(document))


def _doubtful(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        for item in value:
            yield from _doubtful(item)
    elif isinstance(value, dict):
        # A fact without any source was typed here and is as sure as the decision that publishes it.
        if "source" in value and value.get("verified") in {"no", "partly"} and (value["source"] or value.get("note")):
            yield value
        for item in value.values():
            yield from _doubtful(item)
