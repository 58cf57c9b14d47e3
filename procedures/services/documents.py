"""Reading of parsed documents, kept per process."""

from collections.abc import Iterable

from procedures.content import Content, parse
from procedures.models import ProcedureVersion

_parsed: dict[int, Content] = {}
KEEP = 1000  # documents in memory per process, about 80 kB each


def content_of(version_id: int) -> Content:
    """The parsed document of a version, read once per process when it is published.

    Raises ProcedureVersion.DoesNotExist.
    """
    found = _parsed.get(version_id) or contents_of([version_id]).get(version_id)
    if found is None:
        raise ProcedureVersion.DoesNotExist(version_id)
    return found


def contents_of(version_ids: Iterable[int]) -> dict[int, Content]:
    """The parsed documents of several versions, with at most one query; drafts are read anew each time."""
    wanted = set(version_ids)
    found = {pk: _parsed[pk] for pk in wanted if pk in _parsed}
    if missing := wanted - found.keys():
        rows = ProcedureVersion.objects.filter(pk__in=missing).values_list("pk", "state", "content")
        open_states = {ProcedureVersion.State.DRAFT, ProcedureVersion.State.REVIEW}
        if len(_parsed) > KEEP:
            _parsed.clear()
        for pk, state, document in rows:
            found[pk] = parse(document)
            if state not in open_states:
                _parsed[pk] = found[pk]
    return found
