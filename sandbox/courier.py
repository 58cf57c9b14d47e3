"""Carries callbacks to the portal: in order per subject, again until confirmed, with the scripted faults on the way."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.books import Books, Row
from sandbox.faults import Fault, Faults

WORKERS = 8


@dataclass(frozen=True)
class Parcel:
    """One HTTP request ready to go."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None = None


@dataclass(frozen=True)
class Kind:
    """How callbacks of one target are made (payload, fault mode) and when the portal's answer ends them."""

    make: Callable[[dict[str, Any], str], Parcel]
    is_final: Callable[[int, str], bool]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        return None


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)


def post_over(parcel: Parcel) -> tuple[int, str]:
    """Status and text of the portal's answer; status 0 when there was none."""
    request = urllib.request.Request(parcel.url, data=parcel.body, headers=parcel.headers, method=parcel.method)
    try:
        with _opener.open(request, timeout=10) as answer:
            return answer.status, answer.read(10_000).decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read(10_000).decode("utf-8", "replace")
    except (OSError, ValueError) as error:
        return 0, type(error).__name__


class Courier:
    """A loop that hands due callbacks to a few threads; what is pending survives a restart (it is in the books)."""

    def __init__(self, books: Books, faults: Faults, retry_seconds: float, max_attempts: int) -> None:
        self._books, self._faults = books, faults
        self._retry, self._max = retry_seconds, max_attempts
        self._kinds: dict[str, Kind] = {}
        self._busy: set[tuple[str, str]] = set()
        self._bell = threading.Condition()
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="courier")

    def learn(self, target: str, kind: Kind) -> None:
        """Teach the courier one kind of callback."""
        self._kinds[target] = kind

    def queue(self, target: str, subject: str, payload: dict[str, Any], after: float = 0) -> int:
        """Send `payload` about `subject` in `after` seconds; returns the callback's number."""
        text = json.dumps(payload, ensure_ascii=False)
        number = self._books.insert("callbacks", target=target, subject=subject, payload=text, due=time.time() + after)
        self._ring()
        return number

    def wait(self, number: int, seconds: float) -> None:
        """Wait until a callback has been tried once, at most `seconds`."""
        end = time.time() + seconds
        while time.time() < end:
            row = self._books.one("SELECT attempts, state, fault FROM callbacks WHERE id = ?", number)
            if row is None or row["attempts"] or row["fault"] or row["state"] != "pending":
                return
            time.sleep(0.02)

    def start(self) -> None:
        """Begin to carry, in a thread of its own."""
        threading.Thread(target=self._run, name="courier", daemon=True).start()

    def _ring(self) -> None:
        with self._bell:
            self._bell.notify_all()

    def _run(self) -> None:
        while True:
            for row in self._due():
                self._busy.add((row["target"], row["subject"]))
                self._pool.submit(self._carry, row)
            with self._bell:
                self._bell.wait(0.1)

    def _due(self) -> list[Row]:
        """Due callbacks, the oldest one of each subject that has none under way."""
        busy = set(self._busy)  # before the query: a row that is finished in between must not be carried again
        rows = self._books.rows(
            "SELECT * FROM callbacks WHERE state = 'pending' AND due <= ? ORDER BY id LIMIT 200", time.time()
        )
        first: dict[tuple[str, str], Row] = {}
        for row in rows:
            first.setdefault((row["target"], row["subject"]), row)
        return [row for key, row in first.items() if key not in busy]

    def _carry(self, row: Row) -> None:
        try:
            self._attempt(row)
        finally:
            self._busy.discard((row["target"], row["subject"]))
            self._ring()

    def _attempt(self, row: Row) -> None:
        """One try. A callback that was put off by a fault is not put off again."""
        fault = None if row["fault"] else self._faults.take(row["target"])
        mode = fault.mode if fault else ""
        if fault and mode in {"slow", "late", "out_of_order"}:
            self._put_off(row, fault)
        elif mode == "drop":
            self._note(row, mode, 0, "dropped")
            self._close(row, "dropped")
        elif mode == "down":
            self._note(row, mode, 0, "not sent")
            self._again(row)
        else:
            self._send(row, mode)

    def _send(self, row: Row, mode: str) -> None:
        kind = self._kinds[row["target"]]
        status, text = 0, ""
        for _ in range(2 if mode == "duplicate" else 1):
            status, text = post_over(kind.make(json.loads(row["payload"]), mode))
            self._note(row, mode, status, text)
        if mode != "lost_answer" and kind.is_final(status, text):
            self._close(row, "done")
        else:
            self._again(row)
        self._books.write(
            "UPDATE callbacks SET held = 0, due = 0 WHERE target = ? AND held = 1 AND id <> ?", row["target"], row["id"]
        )

    def _put_off(self, row: Row, fault: Fault) -> None:
        """Later by the fault's seconds; out_of_order ends earlier, as soon as another one has overtaken it."""
        held = int(fault.mode == "out_of_order")
        self._books.write(
            "UPDATE callbacks SET due = ?, held = ?, fault = ? WHERE id = ?",
            time.time() + fault.seconds,
            held,
            fault.mode,
            row["id"],
        )

    def _again(self, row: Row) -> None:
        attempts = row["attempts"] + 1
        state = "pending" if attempts < self._max else "given_up"
        self._books.write(
            "UPDATE callbacks SET attempts = ?, state = ?, due = ?, fault = '', held = 0 WHERE id = ?",
            *(attempts, state, time.time() + self._retry, row["id"]),
        )

    def _close(self, row: Row, state: str) -> None:
        self._books.write("UPDATE callbacks SET attempts = attempts + 1, state = ? WHERE id = ?", state, row["id"])

    def _note(self, row: Row, mode: str, status: int, text: str) -> None:
        self._books.insert(
            "sends",
            callback_id=row["id"],
            target=row["target"],
            subject=row["subject"],
            fault=mode,
            status=status,
            answer=text[:500],
            at=datetime.now(UTC).isoformat(timespec="milliseconds"),
        )
