"""What holds the agency's key: a file in development, a token (PKCS#11) or a remote signing service in production."""

from dataclasses import dataclass
from typing import Protocol


class SigningUnavailable(Exception):
    """Nothing can be signed now; `code` says why. The paper waits, it never goes out unsigned."""

    def __init__(self, code: str, *, permanent: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent


@dataclass(frozen=True)
class Certificates:
    """DER bytes: the signer's certificate and those between it and the root."""

    signer: bytes
    chain: tuple[bytes, ...] = ()


class SigningGateway(Protocol):
    """Hash out, signature back: the key never leaves its holder, the paper never leaves us."""

    def certificates(self) -> Certificates:
        """The certificates that go into the signature; raises SigningUnavailable."""
        ...

    def sign_digest(self, digest: bytes, algorithm: str) -> bytes:
        """Sign a digest made with `algorithm` ("sha256"): RSA PKCS#1 v1.5 or ECDSA, by the kind of key.

        Raises SigningUnavailable.
        """
        ...
