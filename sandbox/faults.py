"""Scripted faults: what shall go wrong next, how often and for how long."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass

ASKED = {"slow", "late", "down", "error_500", "lost_answer"}  # the portal calls us
TELLING = {
    "slow",
    "late",
    "down",
    "drop",
    "duplicate",
    "out_of_order",
    "lost_answer",
    "bad_signature",
}  # we call the portal
MODES: dict[str, set[str]] = {
    "vnpay.pay": ASKED,
    "vnpay.ipn": TELLING | {"wrong_amount"},
    "vnpay.query": ASKED | {"wrong_amount", "bad_signature"},
    "vnpay.refund": ASKED | {"refuse", "bad_signature"},
    "sms.send": ASKED | {"refuse", "drop"},
    "sms.receipt": TELLING | {"refuse"},
    "post.order": ASKED | {"refuse"},
    "post.event": TELLING,
    "csc.list": ASKED,
    "csc.info": ASKED | {"revoked", "disabled", "expired_certificate", "unreadable"},
    "csc.authorize": ASKED | {"wrong_pin", "refuse"},
    "csc.sign": ASKED | {"expired", "bad_signature", "one_bad_signature", "too_few", "unreadable"},
    "smtp": ASKED | {"refuse", "drop"},
}


class BadFault(ValueError):
    """The script names an unknown target or a mode that the target cannot show."""


@dataclass
class Fault:
    """`times` left (0: until deleted), `seconds` for the modes that wait."""

    target: str
    mode: str
    times: int
    seconds: float


class Faults:
    """The list of faults still to be shown, first scripted first shown."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def script(self, wish: Mapping[str, object]) -> Fault:
        """Add one fault; raises BadFault with a sentence that names what is allowed."""
        target, mode = str(wish.get("target", "")), str(wish.get("mode", ""))
        if target not in MODES:
            raise BadFault(f"target must be one of {', '.join(MODES)}")
        if mode not in MODES[target]:
            raise BadFault(f"mode of {target} must be one of {', '.join(sorted(MODES[target]))}")
        try:
            fault = Fault(target, mode, int(str(wish.get("times", 1))), float(str(wish.get("seconds", 3))))
        except ValueError:
            raise BadFault("times is a whole number, seconds a number") from None
        with self._lock:
            self._waiting.append(fault)
        return fault

    def take(self, target: str) -> Fault | None:
        """The fault that the next thing of `target` has to show, one showing used up."""
        with self._lock:
            for fault in self._waiting:
                if fault.target == target:
                    self._use_up(fault)
                    return Fault(target, fault.mode, 1, fault.seconds)
        return None

    def _use_up(self, fault: Fault) -> None:
        if fault.times == 1:
            self._waiting.remove(fault)
        elif fault.times > 1:
            fault.times -= 1

    def listed(self) -> list[dict[str, object]]:
        """What is still to come."""
        with self._lock:
            return [vars(fault).copy() for fault in self._waiting]

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        with self._lock:
            self._waiting.clear()
