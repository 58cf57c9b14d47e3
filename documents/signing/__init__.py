"""Digital signatures of papers: make one, check one."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from documents.gateways.csc import CscConfig, CscGateway
from documents.gateways.key_file import KeyFileGateway
from documents.gateways.signing import (
    Certificates,
    Confirmation,
    ConfirmedGateway,
    Digest,
    ManyAtOnce,
    SigningGateway,
    SigningUnavailable,
)
from documents.signing import pades, verify
from documents.signing.boxes import Box
from documents.signing.pades import Look, Prepared
from documents.signing.sentences import sentence
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
    "most_together",
    "seal_gateway",
    "seal_pdf",
    "sentence",
    "sign_pdf",
    "sign_together",
    "verify_pdf",
]


def gateway() -> SigningGateway:
    """The holder of the signers' key: the service of the settings, else the key file."""
    if settings.SIGNING_SERVICE_URL:
        return _service(settings.SIGNING_CREDENTIAL)
    return KeyFileGateway(Path(settings.SIGNING_KEY_FILE))


def seal_gateway(agency: str = "") -> SigningGateway:
    """The holder of an agency's own key; `{agency}` in the settings stands for the agency's key in our data."""
    if settings.SIGNING_SERVICE_URL:
        return _service(str(settings.SEAL_CREDENTIAL).replace("{agency}", agency))
    return KeyFileGateway(Path(str(settings.SEAL_KEY_FILE).replace("{agency}", agency)))


def _service(credential: str) -> CscGateway:
    return CscGateway(
        CscConfig(
            settings.SIGNING_SERVICE_URL, settings.SIGNING_SERVICE_TOKEN, credential, settings.SIGNING_SERVICE_PIN
        )
    )


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

    Raises SigningUnavailable when the key, its certificate or its service is not there, or when what came back does not
    verify: the paper then waits.
    """
    look = Look(signer_name, reason, location, field_name=field_name, box=box)
    return _alone(pdf_bytes, look, holder or gateway())


def seal_pdf(pdf_bytes: bytes, *, agency: str, agency_name: str, reason: str, location: str) -> bytes:
    """The signed paper with the agency's own signature beside the person's, at id="seal"; raises SigningUnavailable."""
    look = Look(agency_name, reason, location, is_seal=True, field_name="seal")
    return _alone(pdf_bytes, look, seal_gateway(agency))


def _alone(pdf: bytes, look: Look, holder: SigningGateway) -> bytes:
    (signed,) = sign_together([(pdf, look)], holder=holder)
    if isinstance(signed, SigningUnavailable):
        raise signed
    return signed


def sign_together(papers: Sequence[tuple[bytes, Look]], *, holder: SigningGateway) -> list[bytes | SigningUnavailable]:
    """Several papers under one authorisation of the holder (at most `most_together`); each signed, or why it is not.

    Raises SigningUnavailable when none can be signed. No signature is given out that does not verify against the
    certificate the holder named and an authority we trust.
    """
    held = holder.certificates()
    prepared = [pades.prepare(pdf, held=held, look=look) for pdf, look in papers]
    if isinstance(holder, ManyAtOnce):
        made = holder.sign_digests([one.digest for one in prepared], pades.DIGEST)
    else:
        made = [holder.sign_digest(one.digest, pades.DIGEST) for one in prepared]
    return [_finished(one, signature, held) for one, signature in zip(prepared, made, strict=True)]


def most_together(holder: SigningGateway) -> int:
    """How many papers are worth preparing before the holder is asked; raises SigningUnavailable."""
    return holder.most if isinstance(holder, ManyAtOnce) else 1


def _finished(prepared: Prepared, signature: bytes, held: Certificates) -> bytes | SigningUnavailable:
    try:
        signed = pades.finish(prepared, signature, held=held)
    except SigningUnavailable as wrong:
        return wrong
    found = verify_pdf(signed)
    if not found.genuine or found.signatures[-1].fingerprint != hashlib.sha256(held.signer).hexdigest():
        return SigningUnavailable("signer_untrusted", permanent=True)
    return signed


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
