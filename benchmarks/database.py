"""One database per size, loaded once and kept; what a run uses up is put there anew at the start of each run."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from benchmarks.report import say

ROOT = Path(__file__).resolve().parent.parent
SOURCES = (
    "*/migrations/*.py",
    "benchmarks/stock.py",
    "benchmarks/prepare.py",
    "benchmarks/people.py",
    "benchmarks/procedures.py",
)
CATALOGUE = (
    "*/migrations/*.py",
    "benchmarks/catalogue_stock.py",
    "procedures/data/*.json",
    "procedures/services/projecting.py",
)


def url(database: str, role: str = "") -> str:
    """The address of a database of this cluster, as the given role (empty: the owner)."""
    parts = urlsplit(os.environ["OWNER_DATABASE_URL"])
    host = parts.netloc.rpartition("@")[2]
    netloc = f"{role}@{host}" if role else parts.netloc
    return urlunsplit((parts.scheme, netloc, f"/{database}", parts.query, ""))


def connect(database: str) -> Any:
    """A connection of the cluster's superuser, which may look away from triggers; outside of transactions."""
    connection = psycopg2.connect(url(database, "postgres"))
    connection.autocommit = True
    return connection


def fingerprint(sources: tuple[str, ...] = SOURCES) -> str:
    """Changes with the schema and with what is loaded."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in sources for path in ROOT.glob(pattern)}):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def environment(database: str) -> dict[str, str]:
    """What a process of the product gets that works on this database."""
    app = os.environ["DB_APP_ROLE"]
    return os.environ | {
        "DATABASE_URL": url(database, app),
        "OWNER_DATABASE_URL": url(database),
        "REDIS_PREFIX": f"bench-{database}",
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "SANDBOX_URL": "http://127.0.0.1:9",
        "MALLOC_ARENA_MAX": "2",  # as in the image: threads share their heaps
    }


def ready(size: int) -> dict[str, Any]:
    """The product's database of that size with its stock; returns what `benchmarks.prepare` tells: cookies, codes, marks."""
    name = f"bench_{size}"
    if _stamp(name) != fingerprint():
        say(f"making the database of {size:,} dossiers (once)")
        _copy("motcua", name)
    return run("benchmarks.prepare", environment(name), str(size))


def catalogue_name(size: int) -> str:
    """The database with a generated catalogue of that size."""
    return f"bench_catalogue_{size}"


def catalogue_ready(size: int) -> dict[str, Any]:
    """A database with a generated catalogue of that size; returns what `benchmarks.catalogue_plan` tells."""
    name = catalogue_name(size)
    if _stamp(name) != fingerprint(CATALOGUE):
        say(f"making the catalogue of {size:,} procedures (once)")
        _copy("motcua", name)
    return run("benchmarks.catalogue_plan", environment(name), str(size))


def floor_ready(size: int) -> dict[str, Any]:
    """The floor's database of that size."""
    name = f"floor_{size}"
    if not _exists(name):
        _copy("template1", name)
    return run("benchmarks.floor.prepare", environment(name) | FLOOR, str(size))


FLOOR = {"DJANGO_SETTINGS_MODULE": "benchmarks.floor.settings"}


def stamp(database: str, sources: tuple[str, ...] = SOURCES) -> None:
    """Note that the load is complete."""
    with connect(database).cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_stamp (fingerprint text)")
        cursor.execute("DELETE FROM bench_stamp")
        cursor.execute("INSERT INTO bench_stamp VALUES (%s)", [fingerprint(sources)])


def _stamp(name: str) -> str:
    if not _exists(name):
        return ""
    with connect(name).cursor() as cursor:
        cursor.execute("SELECT to_regclass('bench_stamp') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return ""
        cursor.execute("SELECT fingerprint FROM bench_stamp")
        return str((cursor.fetchone() or [""])[0])


def _exists(name: str) -> bool:
    with connect("postgres").cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def _copy(template: str, name: str) -> None:
    owner = urlsplit(os.environ["OWNER_DATABASE_URL"]).username
    with connect("postgres").cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER "{owner}"')


def run(module: str, env: dict[str, str], *arguments: str) -> dict[str, Any]:
    """What a module prints as its last line of JSON, started in that environment; SystemExit when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{module} failed")
    plan: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return plan
