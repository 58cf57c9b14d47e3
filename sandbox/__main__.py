"""`python -m sandbox`: serve until told to stop."""

import signal
import sys
import threading
from types import FrameType

from sandbox import config, control, csc, inbox, mail, post, sms, vnpay, web, world
from sandbox.vnpay import ledger

PARTS = (control, csc, inbox, post, sms, vnpay)  # importing them filled web.ROUTES


def main() -> None:
    """Start every part; SIGTERM and Ctrl-C stop the program."""
    outside = world.build(config.read())
    outside.courier.learn("vnpay.ipn", ledger.notices(outside))
    outside.courier.learn("sms.receipt", sms.receipts(outside))
    outside.courier.learn("post.event", post.events(outside))
    door, letters = web.server(outside), mail.start(outside)
    outside.courier.start()
    post.start(outside)

    def stop(number: int, frame: FrameType | None) -> None:
        threading.Thread(target=door.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    address = f"http://{outside.config.host}:{outside.config.port}/"
    print(f"sandbox: {address} (SMTP {outside.config.smtp_port}, callbacks to {outside.portal_url})", flush=True)
    door.serve_forever(poll_interval=0.2)
    letters.stop()
    sys.exit(0)


if __name__ == "__main__":
    main()
