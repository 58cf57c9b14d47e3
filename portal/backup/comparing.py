"""Is everything there again? The restored house compared with what the backup promised."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.core.files.storage import default_storage

from accounts.models import Person
from documents.models import StoredFile
from documents.signing import verify_pdf
from dossiers.models import Dossier, Result
from dossiers.proof import broken_chains
from portal.backup import manifest as promised
from portal.backup.manifest import LISTING, Manifest
from portal.backup.saving import WITHOUT_BYTES, listed

RESULTS = 20  # newest signed results whose signature is checked
PEOPLE = 20  # newest people whose encrypted number is read


@dataclass(frozen=True)
class Line:
    """One line of the table: what was compared, how much was promised and found, and the first thing that is wrong."""

    what: str
    expected: int
    found: int
    wrong: str = ""

    @property
    def is_right(self) -> bool:
        """Whether nothing is missing and nothing differs."""
        return not self.wrong and self.expected == self.found


def compare(folder: Path, manifest: Manifest) -> Iterator[Line]:
    """Every comparison, one after the other; reading only."""
    tables = promised.table_facts()
    yield _rows(manifest, tables)
    yield _contents(manifest, tables)
    yield _sequences(manifest)
    yield _files(folder)
    yield _rows_of_files(folder, manifest)
    yield _chains(manifest)
    yield _people()
    yield _results()


def _rows(manifest: Manifest, tables: dict[str, dict[str, int]]) -> Line:
    other = [
        name for name in sorted({*manifest.tables, *tables}) if _count(manifest.tables, name) != _count(tables, name)
    ]
    wrong = (
        f"{other[0]}: {_count(manifest.tables, other[0])} promised, {_count(tables, other[0])} found" if other else ""
    )
    return Line("rows of all tables", manifest.rows, sum(int(one["rows"]) for one in tables.values()), wrong)


def _count(tables: object, name: str) -> int:
    return int(tables.get(name, {}).get("rows", -1))  # type: ignore[attr-defined]


def _contents(manifest: Manifest, tables: dict[str, dict[str, int]]) -> Line:
    same = [name for name, one in manifest.tables.items() if tables.get(name, {}).get("digest") == one["digest"]]
    other = [name for name in manifest.tables if name not in same]
    return Line("tables with the same content", len(manifest.tables), len(same), ", ".join(other[:3]))


def _sequences(manifest: Manifest) -> Line:
    now = promised.sequence_values()
    behind = [name for name, value in manifest.sequences.items() if now.get(name, -1) < value]
    return Line(
        "sequences not behind", len(manifest.sequences), len(manifest.sequences) - len(behind), ", ".join(behind[:3])
    )


def _files(folder: Path) -> Line:
    expected = same = 0
    wrong = ""
    for digest, name in listed(folder / LISTING):
        expected += 1
        if _stored_digest(name) == digest:
            same += 1
        else:
            wrong = wrong or name
    return Line("files with the same SHA-256", expected, same, wrong)


def _stored_digest(name: str) -> str:
    try:
        with default_storage.open(name) as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _rows_of_files(folder: Path, manifest: Manifest) -> Line:
    """Each file the database names has the digest that its row holds, but for those that were erased while copying."""
    known = {name: digest for digest, name in listed(folder / LISTING)}
    rows = StoredFile.objects.exclude(state__in=WITHOUT_BYTES).exclude(storage_name__in=manifest.erased_meanwhile)
    expected = right = 0
    wrong = ""
    for name, digest in rows.order_by("pk").values_list("storage_name", "sha256").iterator():
        expected += 1
        if known.get(name) == digest:
            right += 1
        else:
            wrong = wrong or name
    return Line("rows of files with their bytes", expected, right, wrong)


def _chains(manifest: Manifest) -> Line:
    broken = list(broken_chains())
    total = Dossier.objects.filter(head_seq__gt=0).count()
    wrong = str(broken[0]) if broken else ""
    if not wrong and promised.chain_heads() != manifest.heads:
        wrong = "the heads are not those of the manifest"
    return Line("whole chains of events", int(manifest.heads["dossiers"]), total - len(broken), wrong)


def _people() -> Line:
    newest = Person.objects.order_by("-pk").values_list("pk", flat=True)[:PEOPLE]
    readable = [pk for pk in newest if _is_readable(pk)]
    return Line(f"encrypted numbers readable (newest {PEOPLE})", len(newest), len(readable))


def _is_readable(pk: int) -> bool:
    try:
        return bool(Person.objects.get(pk=pk))
    except Exception:
        # Whatever a wrong key does to the field (an invalid token, nonsense for text), the number cannot be read.
        return False


def _results() -> Line:
    """The newest issued results, checked as /xac-thuc/ checks them."""
    newest = Result.objects.exclude(issued_at=None).exclude(file=None).select_related("file").order_by("-pk")[:RESULTS]
    genuine, wrong = 0, ""
    for result in newest:
        if _is_genuine(result.file):
            genuine += 1
        else:
            wrong = wrong or f"result {result.pk}"
    return Line(f"signed results that verify (newest {RESULTS})", len(newest), genuine, wrong)


def _is_genuine(file: StoredFile | None) -> bool:
    try:
        with default_storage.open(file.storage_name if file else "") as stream:
            return verify_pdf(stream.read()).genuine
    except OSError:
        return False


def table_of(lines: list[Line]) -> str:
    """The comparisons as a table for the operator."""
    width = max(len(line.what) for line in lines)
    rows = [f"{'':{width}}  {'promised':>10}  {'found':>10}"]
    for line in lines:
        word = "ok" if line.is_right else f"WRONG {line.wrong}".rstrip()
        rows.append(f"{line.what:{width}}  {line.expected:>10}  {line.found:>10}  {word}")
    return "\n".join(rows)
