"""Digital signatures of papers: make one, check one."""

from pathlib import Path

from django.conf import settings

from documents.signing import pades, verify
from documents.signing.base import Certificates, SigningGateway, SigningUnavailable
from documents.signing.boxes import Box
from documents.signing.key_file import KeyFileGateway
from documents.signing.verify import Verification

__all__ = [
    "Box",
    "Certificates",
    "SigningGateway",
    "SigningUnavailable",
    "Verification",
    "gateway",
    "sign_pdf",
    "verify_pdf",
]


def gateway() -> SigningGateway:
    """The holder of the key that settings name."""
    return KeyFileGateway(Path(settings.SIGNING_KEY_FILE))


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
    return pades.sign(
        pdf_bytes,
        gateway=holder or gateway(),
        reason=reason,
        location=location,
        signer_name=signer_name,
        field_name=field_name,
        box=box,
    )


def verify_pdf(data: bytes) -> Verification:
    """Check a paper against our own certificate and settings.SIGNING_TRUST_FILE (a PEM bundle); never raises."""
    bundle = getattr(settings, "SIGNING_TRUST_FILE", None)
    trusted = Path(bundle).read_bytes() if bundle else b""
    own = KeyFileGateway(Path(settings.SIGNING_KEY_FILE))
    return verify.verify(data, roots=verify.trusted_roots(own.load_certificates, trusted))
