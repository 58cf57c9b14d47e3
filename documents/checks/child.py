"""The process that opens strangers' files: little memory, little time, no Django, no secrets, no database.

Usage: python -m documents.checks.child check KIND INPUT OUTPUT
                                      | combine OUTPUT KIND:INPUT…
                                      | preview KIND INPUT OUTPUT PAGE WIDTH
Prints the Verdict as one line of JSON.
"""

import json
import resource
import sys
from pathlib import Path

from documents.checks.verdicts import Refused, Verdict

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 20
FILE_BYTES = 200 * 1024 * 1024


def limit() -> None:
    """Put the limits on this process. Where a system knows no such limit, the parent's time limit still holds."""
    for name, value in (("RLIMIT_AS", MEMORY_BYTES), ("RLIMIT_CPU", CPU_SECONDS), ("RLIMIT_FSIZE", FILE_BYTES)):
        try:
            resource.setrlimit(getattr(resource, name), (value, value))
        except (ValueError, OSError, AttributeError):
            continue


def act(arguments: list[str]) -> Verdict:
    """Do what the arguments ask for."""
    task, *rest = arguments
    if task == "check":
        return check(rest[0], Path(rest[1]), Path(rest[2]))
    if task == "combine":
        from documents.checks import images

        pairs = [argument.split(":", 1) for argument in rest[1:]]
        return images.combine([(Path(path), kind) for kind, path in pairs], Path(rest[0]))
    from documents.checks import previews

    return previews.draw(Path(rest[1]), rest[0], Path(rest[2]), int(rest[3]), int(rest[4]))


def check(kind: str, path: Path, output: Path) -> Verdict:
    """The check of one kind; imports only what that kind needs."""
    if kind == "pdf":
        from documents.checks import pdf

        return pdf.check(path)
    if kind in {"docx", "xlsx"}:
        from documents.checks import office

        return office.check(path, kind)
    if kind in {"csv", "json"}:
        return Verdict()  # text is harmless until somebody reads it; who does has limits of its own
    from documents.checks import images

    return images.check(path, kind, output)


def main() -> None:
    limit()
    try:
        verdict = act(sys.argv[1:])
    except Refused as refusal:
        verdict = Verdict(refused=refusal.code)
    except (MemoryError, RecursionError):
        verdict = Verdict(refused="too_complex")
    sys.stdout.write(json.dumps(verdict.as_dict()))


if __name__ == "__main__":
    main()
