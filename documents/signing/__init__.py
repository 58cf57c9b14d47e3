"""Digital signatures of papers: make one, check one."""

from pathlib import Path

from django.conf import settings

from documents.signing import pades, verify
from documents.signing.base import (
    Certificates,
    Confirmation,
    ConfirmedGateway,
    Digest,
    SigningGateway,
    SigningUnavailable,
)
from documents.signing.boxes import Box
from documents.signing.key_file import KeyFileGateway
from documents.signing.pades import Look, Prepared
from documents.signing.verify import Signature, Verification

__all__ = [
    "Box",
    "Certificates",
    "Confirmation",
    "ConfirmedGateway",
    "Digest",
    "Look",
    "Prepared",
    "Signature",
    "SigningGateway",
    "SigningUnavailable",
    "Verification",
    "gateway",
    "seal_gateway",
    "seal_pdf",
    "sign_pdf",
    "verify_pdf",
]


def gateway() -> SigningGateway:
    """The holder of the key that settings name."""
    return KeyFileGateway(Path(settings.SIGNING_KEY_FILE))


def seal_gateway(agency: str = "") -> SigningGateway:
    """The holder of an agency's own key; `{agency}` in settings.SEAL_KEY_FILE stands for the agency's key in our data."""
    return KeyFileGateway(Path(str(settings.SEAL_KEY_FILE).replace("{agency}", agency)))


def sign_pdf(
    pdf_bytes: bytes,
    *,
    reason: str,
    location: str,
    signer_name: str,
    field_name: str = "signature",
    box: Box | None = None,
    holder: SigningGateway | None = None,
) -> bytes:
    """The paper with one more visible PAdES signature; without a `box`, where the template marked id="signature".

    Raises SigningUnavailable when the key, its certificate or its service is not there: the paper then waits.
    """
    look = Look(signer_name, reason, location, field_name=field_name, box=box)
    return pades.sign(pdf_bytes, gateway=holder or gateway(), look=look)


def seal_pdf(pdf_bytes: bytes, *, agency: str, agency_name: str, reason: str, location: str) -> bytes:
    """The signed paper with the agency's own signature beside the person's, at id="seal"; raises SigningUnavailable."""
    look = Look(agency_name, reason, location, is_seal=True, field_name="seal")
    return pades.sign(pdf_bytes, gateway=seal_gateway(agency), look=look)


def verify_pdf(data: bytes) -> Verification:
    """Check a paper against our own certificates and settings.SIGNING_TRUST_FILE (a PEM bundle); never raises."""
    bundle = getattr(settings, "SIGNING_TRUST_FILE", None)
    trusted = Path(bundle).read_bytes() if bundle else b""
    return verify.verify(data, roots=verify.trusted_roots(_own_files(), trusted))


def _own_files() -> list[KeyFileGateway]:
    """The key files of this house: of signers, and of every agency's seal."""
    seal = Path(settings.SEAL_KEY_FILE)
    seals = sorted(seal.parent.glob(seal.name.replace("{agency}", "*"))) if "{agency}" in seal.name else [seal]
    return [KeyFileGateway(path) for path in (Path(settings.SIGNING_KEY_FILE), *seals)]
