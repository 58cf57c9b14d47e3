"""The development gateway: private key and certificates in one PEM file that the launcher makes once."""

from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from documents.gateways.signing import Certificates, SigningUnavailable

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


class KeyFileGateway:
    """Reads the file at every signature, so that a changed key needs no restart."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def certificates(self) -> Certificates:
        """The first certificate of the file is the signer's; raises SigningUnavailable when it is not in force."""
        found = self.load_certificates()
        if not found[0].not_valid_before_utc <= datetime.now(UTC) <= found[0].not_valid_after_utc:
            raise SigningUnavailable("certificate_not_in_force")
        der = [certificate.public_bytes(serialization.Encoding.DER) for certificate in found]
        return Certificates(der[0], tuple(der[1:]))

    def load_certificates(self) -> list[x509.Certificate]:
        """All certificates of the file, at least one; raises SigningUnavailable."""
        try:
            found = x509.load_pem_x509_certificates(self._read())
        except ValueError:
            raise SigningUnavailable("certificate_missing") from None
        if not found:
            raise SigningUnavailable("certificate_missing")
        return found

    def sign_digest(self, digest: bytes, algorithm: str) -> bytes:
        """RSA PKCS#1 v1.5 or ECDSA over a ready digest; raises SigningUnavailable."""
        chosen = Prehashed(_HASHES[algorithm])
        key = self._key()
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(digest, padding.PKCS1v15(), chosen)
        return key.sign(digest, ec.ECDSA(chosen))

    def _key(self) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
        try:
            key = serialization.load_pem_private_key(self._read(), password=None)
        except (ValueError, TypeError):
            raise SigningUnavailable("key_unreadable") from None
        if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
            raise SigningUnavailable("key_of_unknown_kind")
        return key

    def _read(self) -> bytes:
        try:
            return self._path.read_bytes()
        except OSError:
            raise SigningUnavailable("key_missing") from None
