"""What a virus scanner must be able to do."""

from dataclasses import dataclass
from typing import BinaryIO, Protocol


@dataclass(frozen=True)
class ScanResult:
    """The scanner's word on one stream: `signature` names what was found and is empty for a clean one."""

    signature: str = ""

    @property
    def is_clean(self) -> bool:
        return not self.signature


class Scanner(Protocol):
    """Raises common.gateways.GatewayError: permanent when this stream can never be scanned, else try again later."""

    def scan(self, stream: BinaryIO) -> ScanResult:
        """Read the stream to its end and say what is in it."""
        ...

    def ping(self) -> bool:
        """Whether the scanner answers; for /readyz."""
        ...
