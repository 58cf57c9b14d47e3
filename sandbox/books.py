"""The outside world's own books (SQLite): what really happened, for the drills to compare with the portal's."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Row = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS transactions (
  id INTEGER PRIMARY KEY AUTOINCREMENT, txn_ref TEXT NOT NULL UNIQUE, amount INTEGER NOT NULL, order_info TEXT NOT NULL,
  create_date TEXT NOT NULL, expire_date TEXT NOT NULL, return_url TEXT NOT NULL, locale TEXT NOT NULL,
  bank_code TEXT NOT NULL, card_type TEXT NOT NULL DEFAULT '', bank_tran_no TEXT NOT NULL DEFAULT '',
  transaction_no TEXT NOT NULL DEFAULT '0', pay_date TEXT NOT NULL DEFAULT '', response_code TEXT NOT NULL DEFAULT '',
  transaction_status TEXT NOT NULL DEFAULT '01', refunded INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS refunds (
  id INTEGER PRIMARY KEY AUTOINCREMENT, request_id TEXT NOT NULL, txn_ref TEXT NOT NULL, kind TEXT NOT NULL,
  amount INTEGER NOT NULL, create_by TEXT NOT NULL, transaction_no TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS merchant_requests (request_id TEXT PRIMARY KEY, command TEXT NOT NULL, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS inbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL, message_id TEXT NOT NULL, reference TEXT NOT NULL,
  sender TEXT NOT NULL, recipient TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL,
  html TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL DEFAULT '', segments INTEGER NOT NULL DEFAULT 0,
  encoding TEXT NOT NULL DEFAULT '', status TEXT NOT NULL, requests INTEGER NOT NULL DEFAULT 1, at TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS one_sms_per_reference ON inbox (reference) WHERE channel = 'sms';
CREATE TABLE IF NOT EXISTS parcels (
  id INTEGER PRIMARY KEY AUTOINCREMENT, reference TEXT NOT NULL UNIQUE, item_code TEXT NOT NULL,
  customer_code TEXT NOT NULL,
  cod_amount INTEGER NOT NULL, description TEXT NOT NULL, sender TEXT NOT NULL, receiver TEXT NOT NULL,
  status TEXT NOT NULL, rank INTEGER NOT NULL, attempt INTEGER NOT NULL DEFAULT 1, requests INTEGER NOT NULL DEFAULT 1,
  moved REAL NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS parcel_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL UNIQUE, item_code TEXT NOT NULL, reference TEXT NOT NULL,
  status TEXT NOT NULL, rank INTEGER NOT NULL, at TEXT NOT NULL, office TEXT NOT NULL, note TEXT NOT NULL,
  receiver TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS csc_calls (
  id INTEGER PRIMARY KEY AUTOINCREMENT, method TEXT NOT NULL, credential TEXT NOT NULL, status INTEGER NOT NULL,
  error TEXT NOT NULL, hashes INTEGER NOT NULL, fault TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS csc_authorisations (
  id INTEGER PRIMARY KEY AUTOINCREMENT, sad TEXT NOT NULL UNIQUE, credential TEXT NOT NULL, signatures INTEGER NOT NULL,
  hashes TEXT NOT NULL, used INTEGER NOT NULL DEFAULT 0, ends REAL NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS csc_signatures (
  id INTEGER PRIMARY KEY AUTOINCREMENT, authorisation INTEGER NOT NULL, credential TEXT NOT NULL, hash TEXT NOT NULL,
  signature TEXT NOT NULL, is_right INTEGER NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS csc_tries (credential TEXT PRIMARY KEY, wrong INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS callbacks (
  id INTEGER PRIMARY KEY AUTOINCREMENT, target TEXT NOT NULL, subject TEXT NOT NULL, payload TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'pending', due REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
  held INTEGER NOT NULL DEFAULT 0, fault TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS sends (
  id INTEGER PRIMARY KEY AUTOINCREMENT, callback_id INTEGER NOT NULL, target TEXT NOT NULL, subject TEXT NOT NULL,
  fault TEXT NOT NULL, status INTEGER NOT NULL, answer TEXT NOT NULL, at TEXT NOT NULL);
"""
TABLES = (
    *("transactions", "refunds", "merchant_requests", "inbox", "parcels", "parcel_events", "callbacks", "sends"),
    *("csc_calls", "csc_authorisations", "csc_signatures", "csc_tries"),
)
BIRTH = 1735689600  # 2025-01-01 UTC: numbers count from here, so that wiped books never give an old number again


class Books:
    """One SQLite file behind one lock; every method may be called from any thread."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(folder / "books.sqlite3", check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(SCHEMA)
        self._db.execute("INSERT OR IGNORE INTO meta VALUES ('base', ?)", (int((time.time() - BIRTH) * 10),))
        self.base = int(self._db.execute("SELECT value FROM meta WHERE name = 'base'").fetchone()[0])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; also keeps every other thread out."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def write(self, sql: str, *values: object) -> int:
        """Run one statement; returns the id of the inserted row."""
        with self._lock:
            return int(self._db.execute(sql, values).lastrowid or 0)

    def insert(self, table: str, **values: object) -> int:
        """Insert one row; returns its id."""
        marks = ", ".join("?" for _ in values)
        return self.write(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", *values.values())

    def rows(self, sql: str, *values: object) -> list[Row]:
        """All rows of a query as dictionaries."""
        with self._lock:
            return [dict(row) for row in self._db.execute(sql, values).fetchall()]

    def one(self, sql: str, *values: object) -> Row | None:
        """The first row of a query, or None."""
        found = self.rows(sql, *values)
        return found[0] if found else None

    def clear(self) -> None:
        """Empty every book; numbers go on counting."""
        with self.transaction():
            for table in TABLES:
                self._db.execute(f"DELETE FROM {table}")
