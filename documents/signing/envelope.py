"""The message that carries a signature holds bytes that no signature covers: here they have to be the ones we write.

Otherwise the case of a hexadecimal digit, the padding behind the message, a version number or a letter of the issuer's
name could be changed without anybody noticing. A service that adds time-stamps would need a rule of its own here.
"""

import re
from typing import Any

_HEX = re.compile(rb"<(?:[0-9a-f]+|[0-9A-F]+)>")


def is_canonical(gap: bytes, signer_certificate: Any, path: set[bytes]) -> bool:
    """Whether `gap`, the bytes between the two signed ranges, says nothing but what was signed.

    `path` are the certificates (DER) that the check of trust went through.
    """
    if not _HEX.fullmatch(gap) or len(gap) % 2:
        return False
    content = bytes.fromhex(gap[1:-1].decode())
    message = content[: _der_length(content)]
    return not any(content[len(message) :]) and _is_as_we_write_it(message, signer_certificate, path)


def _der_length(content: bytes) -> int:
    """Length of the first DER element, its head included."""
    if content[1] < 0x80:
        return 2 + content[1]
    count = content[1] & 0x7F
    return 2 + count + int.from_bytes(content[2 : 2 + count], "big")


def _is_as_we_write_it(message: bytes, signer_certificate: Any, path: set[bytes]) -> bool:
    """Build the message again from its signed parts and compare."""
    from asn1crypto import cms

    signed: Any = cms.ContentInfo.load(message)["content"]
    info: Any = signed["signer_infos"][0]
    held = [choice.chosen.dump() for choice in signed["certificates"]]
    if not set(held) <= path:
        return False
    digest = cms.DigestAlgorithm({"algorithm": info["digest_algorithm"]["algorithm"].native})
    sid = cms.IssuerAndSerialNumber(
        {"issuer": signer_certificate.issuer, "serial_number": signer_certificate.serial_number}
    )
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier({"issuer_and_serial_number": sid}),
        "digest_algorithm": digest,
        "signed_attrs": cms.CMSAttributes.load(info["signed_attrs"].untag().dump()),
        "signature_algorithm": cms.SignedDigestAlgorithm.load(info["signature_algorithm"].dump()),
        "signature": info["signature"].native,
    }
    data = {
        "version": "v1",
        "digest_algorithms": [digest],
        "encap_content_info": {"content_type": "data"},
        "certificates": [cms.CertificateChoices.load(one) for one in held],
        "signer_infos": [cms.SignerInfo(signer)],
    }
    built: bytes = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(data)}).dump()
    return built == message
