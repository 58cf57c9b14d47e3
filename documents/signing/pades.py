"""PAdES signatures (level B-B: no time-stamping service) by pyHanko, with whatever gateway holds the key."""

import asyncio
import hashlib
import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from documents import render
from documents.signing.base import Certificates, SigningGateway, SigningUnavailable
from documents.signing.boxes import Box, marked_box

if TYPE_CHECKING:
    from pyhanko.sign.signers import Signer

DIGEST = "sha256"


def sign(
    pdf: bytes,
    *,
    gateway: SigningGateway,
    reason: str,
    location: str,
    signer_name: str,
    field_name: str,
    box: Box | None,
) -> bytes:
    """Add one visible signature as an incremental update; raises SigningUnavailable (and then nothing was made)."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign import fields, signers

    signer = gateway_signer(gateway)
    place = box or marked_box(pdf)
    meta = signers.PdfSignatureMetadata(
        field_name=field_name,
        md_algorithm=DIGEST,
        reason=reason,
        location=location,
        name=signer_name,
        subfilter=fields.SigSeedSubFilter.PADES,
    )
    with tempfile.TemporaryDirectory(prefix="motcua-") as folder:
        look = Path(folder) / "box.pdf"
        look.write_bytes(_appearance(signer_name, reason, location))
        tool = signers.PdfSigner(
            meta,
            signer,
            stamp_style=_style(str(look)),
            new_field_spec=fields.SigFieldSpec(field_name, on_page=place.page, box=place.as_pdf()),
        )
        try:
            output = asyncio.run(tool.async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf))))
        except PdfError:
            raise SigningUnavailable("paper_unreadable", permanent=True) from None
    return bytes(output.getvalue())


def _appearance(signer_name: str, reason: str, location: str) -> bytes:
    """The box as a page of its own, set in the papers' font."""
    context = {"signer": signer_name, "reason": reason, "place": location, "at": timezone.now()}
    return render.render_pdf("documents/signature_box.html", context, title=signer_name, variant="")


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


def gateway_signer(gateway: SigningGateway) -> "Signer":
    """pyHanko's view of a gateway; raises SigningUnavailable when it has no certificate in force."""
    from asn1crypto import x509
    from pyhanko.sign.signers import Signer
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    held: Certificates = gateway.certificates()
    chain = SimpleCertificateStore()
    chain.register_multiple([x509.Certificate.load(der) for der in held.chain])

    class GatewaySigner(Signer):
        """Sends the digest of the signed attributes to the gateway."""

        async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
            if dry_run:
                return bytes(512)
            return gateway.sign_digest(hashlib.new(digest_algorithm, data).digest(), digest_algorithm)

    return GatewaySigner(signing_cert=x509.Certificate.load(held.signer), cert_registry=chain)
