"""Makes a self-signed demonstration certificate that signs results, or seals them; runs inside .venv (needs cryptography).

Usage: make_certificate.py TARGET.pem [seal]. Never use such a certificate in production.
"""

import datetime
import os
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

COMMON_NAME = "Một Cửa – chứng thư trình diễn"
SEAL_NAME = "Một Cửa – chứng thư cơ quan trình diễn"
VALID_DAYS = 3650


def certificate(key: rsa.RSAPrivateKey, common_name: str = COMMON_NAME) -> x509.Certificate:
    """A self-signed certificate that may sign documents (digitalSignature and nonRepudiation)."""
    name = x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    )
    now = datetime.datetime.now(datetime.UTC)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=365))  # what is signed in the demo's past is signed within it
        .not_valid_after(now + datetime.timedelta(days=VALID_DAYS))
        .add_extension(usage, critical=True)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )


def main(target: str, kind: str = "") -> None:
    """Write key and certificate into one file that only its owner can read; `kind` "seal": of an agency."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = certificate(key, SEAL_NAME if kind == "seal" else COMMON_NAME).public_bytes(serialization.Encoding.PEM)
    half = f"{target}.{os.getpid()}"
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(private + public)
    os.replace(half, target)


if __name__ == "__main__":
    main(*sys.argv[1:3])
