"""What a backup promises: counts and digests of every table, heads of the event chains, keys it was written with."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max

from dossiers.chain import canonical
from dossiers.models import Dossier, DossierEvent
from portal.backup.programs import BackupError

FORMAT = 1
MANIFEST, DUMP, FILES, LISTING = "manifest.json", "database.dump", "files", "files.sha256"
NEWEST = 10
# Sessions open accounts: they are left out, so that nobody signs in with a backup. Everybody signs in anew after a restore.
LEFT_OUT = ("django_session",)


@dataclass(frozen=True)
class Manifest:
    """The contents of manifest.json. `keys` are fingerprints; the keys themselves never lie in a backup."""

    made_at: str
    postgres: str
    tables: Mapping[str, Mapping[str, Any]]  # {table: {rows, digest}}
    sequences: Mapping[str, int]
    heads: Mapping[str, Any]
    files: int
    bytes: int
    dump_sha256: str
    listing_sha256: str
    keys: Mapping[str, list[str]]
    erased_meanwhile: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    format: int = FORMAT

    @property
    def rows(self) -> int:
        """Rows of all tables together."""
        return sum(int(table["rows"]) for table in self.tables.values())


def table_facts() -> dict[str, dict[str, Any]]:
    """Number of rows of every table and a digest of their content that does not depend on their order."""
    found: dict[str, dict[str, Any]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SET timezone TO 'UTC'")
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        for (table,) in cursor.fetchall():
            if table not in LEFT_OUT:
                quoted = connection.ops.quote_name(table)
                cursor.execute(
                    f"SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text FROM public.{quoted} t"  # noqa: S608
                )
                rows, digest = cursor.fetchone()
                found[table] = {"rows": rows, "digest": digest}
    return found


def sequence_values() -> dict[str, int]:
    """The last number each sequence gave away."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences WHERE schemaname = 'public'")
        return dict(cursor.fetchall())


def chain_heads() -> dict[str, Any]:
    """One digest over the heads of all chains, and the newest events by name, to be compared with a list kept elsewhere."""
    digest = hashlib.sha256()
    heads = Dossier.objects.filter(head_seq__gt=0).order_by("pk").values_list("pk", "head_seq", "head_hash")
    for head in heads.iterator():
        digest.update(f"{head[0]}:{head[1]}:{head[2]}\n".encode())
    total = DossierEvent.objects.aggregate(events=Count("pk"), dossiers=Count("dossier", distinct=True), last=Max("pk"))
    newest = DossierEvent.objects.order_by("-pk").values_list("dossier_id", "seq", "hash")[:NEWEST]
    return {**total, "digest": digest.hexdigest(), "newest": [list(event) for event in newest]}


def key_fingerprints() -> dict[str, list[str]]:
    """What tells one key from another without telling the key."""
    chain = [f"{name}:{key}" for name, key in settings.CHAIN_KEYS.items()]
    keys = {"FIELD_KEYS": settings.FIELD_KEYS, "BLIND_INDEX_KEY": [settings.BLIND_INDEX_KEY], "CHAIN_KEYS": chain}
    return {name: [fingerprint(name, value) for value in values] for name, values in keys.items()}


def fingerprint(name: str, value: str) -> str:
    """Sixteen hexadecimal digits; a random key of 32 characters cannot be found from them."""
    return hashlib.sha256(f"motcua {name.lower()} {value}".encode()).hexdigest()[:16]


def write(folder: Path, manifest: Manifest) -> None:
    """Write manifest.json with a seal made by the key of the event chain, which lies outside backup and database."""
    content = json.loads(json.dumps(asdict(manifest)))
    key_id = str(next(reversed(settings.CHAIN_KEYS)))
    sealed = content | {"seal": {"key": key_id, "hmac": _seal(content, key_id)}}
    (folder / MANIFEST).write_text(json.dumps(sealed, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read(folder: Path) -> Manifest:
    """The manifest of a backup; raises BackupError when it is missing, of another format or was changed."""
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        seal = content.pop("seal")
        key_id, mac = str(seal["key"]), str(seal["hmac"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{folder / MANIFEST} cannot be read: {type(error).__name__}.") from None
    if content.get("format") != FORMAT:
        raise BackupError(f"{folder / MANIFEST} has the format {content.get('format')}, this version reads {FORMAT}.")
    if key_id not in settings.CHAIN_KEYS:
        raise BackupError(f"CHAIN_KEYS has no key {key_id!r}: put the keys back that this backup was made with.")
    if not hmac.compare_digest(mac, _seal(content, key_id)):
        raise BackupError(f"{folder / MANIFEST} was changed after it was made, or CHAIN_KEYS holds another key.")
    return Manifest(**content)


def missing_keys(manifest: Manifest) -> list[str]:
    """Settings that lack a key the backup was written with."""
    now = key_fingerprints()
    return [name for name, marks in manifest.keys.items() if not set(marks) <= set(now.get(name, []))]


def _seal(content: Mapping[str, Any], key_id: str) -> str:
    key = settings.CHAIN_KEYS[key_id].encode()
    return hmac.new(key, f"motcua backup {canonical(content)}".encode(), hashlib.sha256).hexdigest()


def sha256_of(path: Path) -> str:
    """SHA-256 (hex) of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
