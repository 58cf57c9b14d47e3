"""What holds a key: a file in development, a token (PKCS#11) or a remote signing service in production."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from common.gateways import GatewayError


class SigningUnavailable(GatewayError):
    """Nothing can be signed now; `code` says why. The paper waits, it never goes out unsigned.

    `permanent`: trying again will not help (a refused PIN, a revoked certificate, a signature that does not fit its key).
    """

    def __init__(self, code: str, *, permanent: bool = False) -> None:
        super().__init__(code, permanent=permanent)


@dataclass(frozen=True)
class Certificates:
    """DER bytes: the signer's certificate and those between it and the root."""

    signer: bytes
    chain: tuple[bytes, ...] = ()


class SigningGateway(Protocol):
    """Hash out, signature back at once (a file, a token over PKCS#11): the key never leaves its holder."""

    def certificates(self) -> Certificates:
        """The certificates that go into the signature; raises SigningUnavailable."""
        ...

    def sign_digest(self, digest: bytes, algorithm: str) -> bytes:
        """Sign a digest made with `algorithm` ("sha256"): RSA PKCS#1 v1.5 or ECDSA, by the kind of key.

        Raises SigningUnavailable.
        """
        ...


@runtime_checkable
class ManyAtOnce(Protocol):
    """A holder that takes many hashes under one authorisation."""

    @property
    def most(self) -> int:
        """How many hashes it takes at a time, from 1 to 50; raises SigningUnavailable."""
        ...

    def sign_digests(self, digests: Sequence[bytes], algorithm: str) -> list[bytes]:
        """The signatures in the same order, all or none; raises SigningUnavailable."""
        ...


@dataclass(frozen=True)
class Digest:
    """One hash to be signed: our own reference of the paper, the SHA-256, and the words shown on the signer's phone."""

    reference: str
    value: bytes
    words: str = ""


PENDING, DONE, REFUSED, EXPIRED = "pending", "done", "refused", "expired"


@dataclass(frozen=True)
class Confirmation:
    """How far a request is: pending, done (one signature for each reference), refused or expired."""

    state: str
    signatures: tuple[tuple[str, bytes], ...] = ()


@runtime_checkable
class ConfirmedGateway(Protocol):
    """Hash out, signature back later: the signer confirms on a phone (remote signing, Decree 23/2025)."""

    def certificates(self, signer: str) -> Certificates:
        """The certificates of this person's key at the service; raises SigningUnavailable."""
        ...

    def start(self, signer: str, digests: Sequence[Digest], *, reference: str) -> None:
        """Ask this person to confirm these hashes, all with one confirmation; the same `reference` asks once.

        Raises SigningUnavailable.
        """
        ...

    def look(self, reference: str) -> Confirmation:
        """What became of the request; raises SigningUnavailable when the service cannot be asked."""
        ...
