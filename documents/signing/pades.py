"""PAdES signatures (level B-B: no time-stamping service) by pyHanko, in two halves.

`prepare` leaves a place in the paper and says which hash is to be signed; `finish` puts the signature that came back into
that place, after it was checked. Between the two a person may take out a phone; a token answers at once.
"""

import asyncio
import hashlib
import io
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography import x509 as certificates
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from django.utils import timezone

from documents import render
from documents.gateways.signing import Certificates, SigningUnavailable
from documents.signing.boxes import SEAL, SIGNATURE, Box, marked_box

if TYPE_CHECKING:
    from pyhanko.sign.signers import ExternalSigner

DIGEST = "sha256"
LONGEST_SIGNATURE = 512  # bytes: RSA with 4096 bits


@dataclass(frozen=True)
class Look:
    """What the visible box says. `is_seal`: of the agency, in the place of the seal."""

    signer: str
    reason: str
    location: str
    is_seal: bool = False
    field_name: str = "signature"
    box: Box | None = None


@dataclass(frozen=True)
class Prepared:
    """A paper with an empty place for one signature, and the attributes whose hash is to be signed."""

    document: bytes
    start: int  # of the empty place
    end: int
    document_digest: bytes
    attributes: bytes  # DER

    @property
    def digest(self) -> bytes:
        """The SHA-256 that goes out."""
        return hashlib.sha256(self.attributes).digest()


def prepare(pdf: bytes, *, held: Certificates, look: Look) -> Prepared:
    """The paper with its box and an empty place; raises SigningUnavailable when it cannot be read."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign import fields, signers

    signer = _signer(held, bytes(LONGEST_SIGNATURE))
    place = look.box or marked_box(pdf, SEAL if look.is_seal else SIGNATURE)
    meta = signers.PdfSignatureMetadata(
        field_name=look.field_name,
        md_algorithm=DIGEST,
        reason=look.reason,
        location=look.location,
        name=look.signer,
        subfilter=fields.SigSeedSubFilter.PADES,
    )
    with tempfile.TemporaryDirectory(prefix="motcua-") as folder:
        drawn = Path(folder) / "box.pdf"
        drawn.write_bytes(_appearance(look))
        spec = fields.SigFieldSpec(look.field_name, on_page=place.page, box=place.as_pdf())
        tool = signers.PdfSigner(meta, signer, stamp_style=_style(str(drawn)), new_field_spec=spec)
        try:
            writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
            digest, _document, output = asyncio.run(tool.async_digest_doc_for_signing(writer))
        except PdfError:
            raise SigningUnavailable("paper_unreadable", permanent=True) from None
    attributes = asyncio.run(signer.signed_attrs(digest.document_digest, DIGEST, use_pades=True))
    return Prepared(
        bytes(output.getbuffer()),  # type: ignore[attr-defined]
        digest.reserved_region_start,
        digest.reserved_region_end,
        digest.document_digest,
        attributes.dump(),
    )


def finish(prepared: Prepared, signature: bytes, *, held: Certificates) -> bytes:
    """The signed paper; raises SigningUnavailable("signature_wrong") when the signature does not fit hash and key."""
    from asn1crypto import cms
    from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest

    check(prepared.digest, signature, held.signer)
    signer = _signer(held, signature)
    attributes = cms.CMSAttributes.load(prepared.attributes)
    message = asyncio.run(signer.async_sign_prescribed_attributes(DIGEST, attributes))
    output = io.BytesIO(prepared.document)
    place = PreparedByteRangeDigest(prepared.document_digest, prepared.start, prepared.end)
    place.fill_with_cms(output, message)
    return output.getvalue()


def check(digest: bytes, signature: bytes, certificate: bytes) -> None:
    """Raises SigningUnavailable unless the key of this certificate (DER) signed this SHA-256."""
    key: Any = certificates.load_der_x509_certificate(certificate).public_key()
    hashed = Prehashed(hashes.SHA256())
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, digest, padding.PKCS1v15(), hashed)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, digest, ec.ECDSA(hashed))
        else:
            raise SigningUnavailable("key_of_unknown_kind", permanent=True)
    except InvalidSignature:
        raise SigningUnavailable("signature_wrong", permanent=True) from None


def _appearance(look: Look) -> bytes:
    """The box as a page of its own, set in the papers' font."""
    context = {
        "signer": look.signer, "reason": look.reason, "place": look.location, "at": timezone.now(),
        "is_seal": look.is_seal,
    }  # fmt: skip
    return render.render_pdf("documents/signature_box.html", context, title=look.signer, variant="")


def _style(look: str) -> Any:
    from pyhanko.pdf_utils.layout import AxisAlignment, InnerScaling, Margins, SimpleBoxLayoutRule
    from pyhanko.stamp import StaticStampStyle

    whole = SimpleBoxLayoutRule(
        x_align=AxisAlignment.ALIGN_MID,
        y_align=AxisAlignment.ALIGN_MID,
        margins=Margins(),
        inner_content_scaling=InnerScaling.STRETCH_TO_FIT,
    )
    return StaticStampStyle.from_pdf_file(look, border_width=0, background_layout=whole)


def _signer(held: Certificates, signature: bytes) -> "ExternalSigner":
    """pyHanko's view of a key that is elsewhere: its certificates, and the signature it gave (or as many zeros)."""
    from asn1crypto import x509
    from pyhanko.sign.signers import ExternalSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    chain = SimpleCertificateStore()
    chain.register_multiple([x509.Certificate.load(der) for der in held.chain])
    return ExternalSigner(x509.Certificate.load(held.signer), chain, signature_value=signature)
