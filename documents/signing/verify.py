"""Is this paper as it was signed, and by whom? Every byte of the file has to answer for itself."""

import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.serialization import Encoding

from documents.gateways.key_file import KeyFileGateway
from documents.gateways.signing import SigningUnavailable
from documents.signing.envelope import is_canonical

if TYPE_CHECKING:
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature


@dataclass(frozen=True)
class Signature:
    """One signature in the order they were made: the name in its certificate, what it says of itself, and when.

    `fingerprint`: SHA-256 (hex) of its certificate.
    """

    certificate: str
    name: str
    at: datetime | None
    fingerprint: str = ""


@dataclass(frozen=True)
class Verification:
    """What a check of the last signature found. `signed` is False when there is no readable signature at all.

    `signed_at` is the signer's own statement (level B-B has no time-stamping service).
    """

    signed: bool = False
    intact: bool = False
    valid: bool = False
    trusted: bool = False
    coverage_whole_file: bool = False
    signer: str = ""
    signed_at: datetime | None = None
    signatures: tuple[Signature, ...] = ()

    @property
    def genuine(self) -> bool:
        """Unchanged since it was signed, all of it, by somebody we trust."""
        return self.signed and self.intact and self.valid and self.trusted and self.coverage_whole_file


def verify(data: bytes, *, roots: list[bytes]) -> Verification:
    """Check every signature; the answer is of the last one, and bad as soon as one is. `roots` are DER certificates."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        embedded = list(PdfFileReader(io.BytesIO(data)).embedded_regular_signatures)
        if not embedded:
            return Verification()
        found = [_check(one, data, roots) for one in embedded]
    except Exception:
        # A file made to break the reader is a file that is not genuine; there is nothing to tell apart here.
        return Verification()
    if all(one.intact and one.valid and one.trusted for one in found):
        return replace(found[-1], signatures=tuple(_named(one) for one in embedded))
    return next(one for one in found if not (one.intact and one.valid and one.trusted))


def _named(embedded: "EmbeddedPdfSignature") -> Signature:
    certificate = embedded.signer_cert.subject.native
    name = str(embedded.sig_object.get("/Name", ""))
    fingerprint = embedded.signer_cert.sha256.hex()
    return Signature(str(certificate.get("common_name", "")), name, embedded.self_reported_timestamp, fingerprint)


def _check(embedded: "EmbeddedPdfSignature", data: bytes, roots: list[bytes]) -> Verification:
    from asn1crypto import x509
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    signed_at = embedded.self_reported_timestamp
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(der) for der in roots],
        allow_fetching=False,
        moment=(signed_at or datetime.now(UTC)).astimezone(UTC),
    )
    status = validate_pdf_signature(embedded, context)
    certificate = status.signing_cert
    start, length, after, _ = (int(value) for value in embedded.byte_range)
    gap, path = data[start + length : after], status.validation_path
    # Without a path of trust the paper is not genuine anyway.
    sealed = path is None or is_canonical(gap, certificate, {one.dump() for one in path.iter_certs(include_root=True)})
    return Verification(
        signed=True,
        intact=bool(status.intact) and sealed,
        valid=bool(status.valid) and sealed,
        trusted=bool(status.trusted),
        coverage_whole_file=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        signer=str(certificate.subject.native.get("common_name", certificate.subject.human_friendly)),
        signed_at=signed_at,
    )


def trusted_roots(own: Iterable[KeyFileGateway], bundle: bytes) -> list[bytes]:
    """DER of the certificates trusted: the issuer end of each key file's chain, and those of a PEM bundle."""
    from cryptography import x509

    roots = [] if not bundle.strip() else x509.load_pem_x509_certificates(bundle)
    for file in own:
        try:
            roots.append(file.load_certificates()[-1])
        except SigningUnavailable:
            continue
    return [root.public_bytes(Encoding.DER) for root in roots]
