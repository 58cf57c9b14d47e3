"""The keys the service keeps for its customers, and the authority that certified them; made once, at the first question."""

import base64
import datetime
import os
import threading
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.x509.oid import NameOID

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
RSA_SHA256, ECDSA_SHA256 = "1.2.840.113549.1.1.11", "1.2.840.10045.4.3.2"
# Credential: its owner, kind of key, whether an authorisation names its hashes (SCAL), hashes at a time, factors.
KEPT: dict[str, tuple[str, str, str, int, tuple[str, ...]]] = {
    "lanh-dao": ("Nguyễn Đình Thắng", "rsa", "2", 50, ("PIN",)),
    "con-dau": ("Sở Văn hóa, Thể thao và Du lịch", "ec", "1", 10, ("PIN",)),
    "dien-thoai": ("Nguyễn Đình Thắng", "rsa", "2", 1, ("PIN", "OTP")),
}
OTP = "000111"  # what the owner of "dien-thoai" reads on the phone
AUTHORITY = "CA ký số từ xa (thử nghiệm)"
_lock = threading.Lock()


@dataclass(frozen=True)
class Credential:
    """One key of one customer."""

    name: str
    owner: str
    scal: str
    most: int
    factors: tuple[str, ...]
    key: Key
    chain: tuple[x509.Certificate, ...]

    @property
    def algorithm(self) -> str:
        """The OID of the only way this key signs."""
        return RSA_SHA256 if isinstance(self.key, rsa.RSAPrivateKey) else ECDSA_SHA256

    def sign(self, digest: bytes) -> bytes:
        """A signature over a ready SHA-256."""
        hashed = Prehashed(hashes.SHA256())
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(digest, padding.PKCS1v15(), hashed)
        return self.key.sign(digest, ec.ECDSA(hashed))

    def encoded_chain(self) -> list[str]:
        """Base64 of DER, the signer's first."""
        return [base64.b64encode(one.public_bytes(serialization.Encoding.DER)).decode() for one in self.chain]


def find(folder: Path, name: str) -> Credential | None:
    """The credential of this name."""
    if name not in KEPT:
        return None
    owner, _kind, scal, most, factors = KEPT[name]
    with _lock:
        pem = _file(folder, name)
    key = serialization.load_pem_private_key(pem, password=None)
    assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
    return Credential(name, owner, scal, most, factors, key, tuple(x509.load_pem_x509_certificates(pem)))


def authority(folder: Path) -> bytes:
    """The authority's certificate (PEM): what goes into SIGNING_TRUST_FILE."""
    with _lock:
        (certificate,) = x509.load_pem_x509_certificates(_authority(folder))
    return certificate.public_bytes(serialization.Encoding.PEM)


def _file(folder: Path, name: str) -> bytes:
    path = folder / f"csc-{name}.pem"
    if not path.is_file():
        key: Key = (
            rsa.generate_private_key(65537, 2048) if KEPT[name][1] == "rsa" else ec.generate_private_key(ec.SECP256R1())
        )
        above = _authority(folder)
        issuer = serialization.load_pem_private_key(above, password=None)
        assert isinstance(issuer, ec.EllipticCurvePrivateKey)
        (root,) = x509.load_pem_x509_certificates(above)
        _write(path, _pem(key, [_certificate(KEPT[name][0], key, issuer, root.subject), root]))
    return path.read_bytes()


def _authority(folder: Path) -> bytes:
    path = folder / "csc-authority.pem"
    if not path.is_file():
        key = ec.generate_private_key(ec.SECP256R1())
        _write(path, _pem(key, [_certificate(AUTHORITY, key, key, None)]))
    return path.read_bytes()


def _pem(key: Key, certificates: list[x509.Certificate]) -> bytes:
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + b"".join(one.public_bytes(serialization.Encoding.PEM) for one in certificates)


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)


def _certificate(
    owner: str, key: Key, issuer: ec.EllipticCurvePrivateKey, issued_by: x509.Name | None
) -> x509.Certificate:
    """A certificate of the authority; without `issued_by` the authority's own."""
    names = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.COMMON_NAME, owner)]
    now, is_authority = datetime.datetime.now(datetime.UTC), issued_by is None
    usage = x509.KeyUsage(
        digital_signature=not is_authority, content_commitment=not is_authority, key_cert_sign=is_authority,
        crl_sign=is_authority, key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name(names))
        .issuer_name(issued_by or x509.Name(names))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=365))
        .not_valid_after(now + datetime.timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(issuer, hashes.SHA256())
    )
