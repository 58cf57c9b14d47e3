"""The mail server: takes everything by SMTP and lays it into the inbox."""

import asyncio
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.faults import Fault
from sandbox.world import World, now_text


class Inbox:
    """What the mail server does with a sender, a recipient, a letter; one fault per letter."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._faults: dict[int, Fault | None] = {}

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """The letter begins."""
        fault = self._world.faults.take("smtp")
        self._faults[id(session)] = fault
        if fault and fault.mode == "down" and server.transport:
            server.transport.close()
        if fault and fault.mode == "error_500":
            return "451 4.3.0 Temporary failure"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """An unknown mailbox is refused for good."""
        fault = self._faults.get(id(session))
        if fault and fault.mode == "refuse":
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """The letter itself."""
        fault = self._faults.pop(id(session), None)
        mode, seconds = (fault.mode, fault.seconds) if fault else ("", 0.0)
        if mode == "slow":
            await asyncio.sleep(seconds)
        if mode != "drop":
            await asyncio.get_running_loop().run_in_executor(None, self._keep, envelope)
        if mode == "late":
            await asyncio.sleep(seconds)
        if mode == "lost_answer" and server.transport:
            server.transport.close()
        return "250 OK"

    def _keep(self, envelope: Envelope) -> None:
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        letter = message_from_bytes(raw, policy=policy.default)
        message_id = str(letter["Message-ID"] or "")
        for recipient in envelope.rcpt_tos:
            with self._world.books.transaction():
                self._lay_in(letter, message_id, recipient)

    def _lay_in(self, letter: EmailMessage, message_id: str, recipient: str) -> None:
        """The same Message-ID to the same person is one letter, as mail programs show it; `requests` counts."""
        books = self._world.books
        known = books.one(
            "SELECT id FROM inbox WHERE channel='email' AND message_id=? AND recipient=?", message_id, recipient
        )
        if known and message_id:
            books.write("UPDATE inbox SET requests = requests + 1 WHERE id = ?", known["id"])
            return
        books.insert(
            "inbox",
            channel="email",
            message_id=message_id,
            reference=message_id.strip("<>").partition("@")[0],
            sender=str(letter["From"] or ""),
            recipient=recipient,
            subject=str(letter["Subject"] or "").strip(),
            text=_part(letter, "plain"),
            html=_part(letter, "html"),
            status="delivered",
            at=now_text(),
        )


def _part(letter: EmailMessage, kind: str) -> str:
    found = letter.get_body(preferencelist=(kind,))
    return str(found.get_content()).replace("\r\n", "\n") if found else ""


def start(world: World) -> Controller:
    """Serve SMTP in a thread of its own."""
    controller = Controller(Inbox(world), hostname=world.config.host, port=world.config.smtp_port)
    controller.start()
    return controller
