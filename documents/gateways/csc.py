"""Remote signing by the API of the Cloud Signature Consortium, version 1 (1.0.4.0): hash out, signature back.

The service keeps the key; we keep the paper. One call of credentials/authorize opens the key for a number of named hashes
(PIN, where the credential asks for one), one call of signatures/signHash brings the signatures. The answer is believed
only after it was checked against the certificate: see documents.signing.
"""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from common.gateways import GatewayError, call
from documents.gateways.signing import Certificates, SigningUnavailable

MOST = 50  # hashes under one authorisation
SHA256 = "2.16.840.1.101.3.4.2.1"
RSA_SHA256, ECDSA_SHA256 = "1.2.840.113549.1.1.11", "1.2.840.10045.4.3.2"
LONGEST_CHAIN = 6
# What the service says of a credential, and of a request, in our words.
CERTIFICATE_STATES = {
    "revoked": "certificate_revoked", "suspended": "certificate_revoked", "expired": "certificate_not_in_force",
}  # fmt: skip
REFUSALS = {
    "invalid_pin": "pin_refused", "invalid_otp": "otp_refused", "invalid_token": "service_refused_us",
    "access_denied": "service_refused_us", "unauthorized_client": "service_refused_us",
}  # fmt: skip
EXPIRED = re.compile(r"\bSAD\b.*\bexpired\b|\bexpired\b.*\bSAD\b", re.IGNORECASE)
UNKNOWN_CREDENTIAL = re.compile(r"\bcredentialID\b")


@dataclass(frozen=True)
class CscConfig:
    """`url` is what stands before /csc/v1; `credential` may be empty when the service holds exactly one for us."""

    url: str
    token: str
    credential: str = ""
    pin: str = ""
    otp: str = ""


@dataclass(frozen=True)
class _Credential:
    """What credentials/info said, read strictly."""

    certificates: Certificates
    algorithm: str
    most: int
    is_pinned: bool  # SCAL 2: an authorisation names its hashes
    asks_pin: bool
    asks_otp: bool


class CscGateway:
    """One credential at one service. What is known of the credential is asked once for each gateway that is made."""

    def __init__(self, config: CscConfig) -> None:
        self._config = config

    def certificates(self) -> Certificates:
        """Signer's certificate and its chain; raises SigningUnavailable when the key may not sign."""
        return self._credential.certificates

    @property
    def most(self) -> int:
        """How many hashes one authorisation covers."""
        return self._credential.most

    def sign_digest(self, digest: bytes, algorithm: str) -> bytes:
        """One hash; raises SigningUnavailable."""
        return self.sign_digests([digest], algorithm)[0]

    def sign_digests(self, digests: Sequence[bytes], algorithm: str) -> list[bytes]:
        """Authorise exactly these hashes and have them signed; raises SigningUnavailable.

        An answer that was lost costs nothing: a signature that never reached us stands in no paper.
        """
        if algorithm != "sha256" or not 1 <= len(digests) <= self.most:
            raise ValueError("This credential signs SHA-256, and only so many hashes at a time.")
        hashes = [base64.b64encode(digest).decode() for digest in digests]
        asked = {
            "credentialID": self._name, "SAD": self._authorise(hashes), "hash": hashes, "hashAlgo": SHA256,
            "signAlgo": self._credential.algorithm,
        }  # fmt: skip
        found = self._ask("signatures/signHash", asked).get("signatures")
        if not isinstance(found, list) or len(found) != len(hashes):
            raise SigningUnavailable("answer_unreadable", permanent=True)
        return [_decoded(one) for one in found]

    def _authorise(self, hashes: list[str]) -> str:
        """The signature activation data for these hashes; it is used at once and kept nowhere."""
        held = self._credential
        asked: dict[str, Any] = {"credentialID": self._name, "numSignatures": len(hashes)}
        if held.is_pinned:
            asked["hash"] = hashes
        if held.asks_pin:
            asked["PIN"] = self._config.pin or _missing("pin_missing")
        if held.asks_otp:
            asked["OTP"] = self._config.otp or _missing("otp_missing")
        found = self._ask("credentials/authorize", asked).get("SAD")
        if not isinstance(found, str) or not found:
            raise SigningUnavailable("answer_unreadable", permanent=True)
        return found

    @cached_property
    def _name(self) -> str:
        """The credential of the settings, or the only one that the service holds for us."""
        if self._config.credential:
            return self._config.credential
        listed = self._ask("credentials/list", {"maxResults": 2}).get("credentialIDs")
        if not isinstance(listed, list) or len(listed) != 1 or not isinstance(listed[0], str):
            raise SigningUnavailable("credential_not_named", permanent=True)
        return listed[0]

    @cached_property
    def _credential(self) -> _Credential:
        asked = {"credentialID": self._name, "certificates": "chain", "certInfo": True, "authInfo": True}
        found = self._ask("credentials/info", asked)
        try:
            return _read(found)
        except (KeyError, TypeError, ValueError, AttributeError, InvalidSignature):
            raise SigningUnavailable("answer_unreadable", permanent=True) from None

    def _ask(self, method: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        """One call of the service; raises SigningUnavailable, never with what was asked or answered in it."""
        headers = {"Authorization": f"Bearer {self._config.token}", "Content-Type": "application/json"}
        try:
            answer = call(
                "POST", f"{self._config.url}/csc/v1/{method}", content=json.dumps(asked).encode(), headers=headers
            )
            found = answer.json()
        except GatewayError as error:
            raise SigningUnavailable(f"service_{error.code}", permanent=error.permanent) from None
        if answer.is_ok:
            return found
        raise _refusal(answer.status, str(found.get("error", "")), str(found.get("error_description", "")))


def _missing(code: str) -> str:
    raise SigningUnavailable(code, permanent=True)


def _refusal(status: int, error: str, description: str) -> SigningUnavailable:
    """An authorisation that ran out is asked for again; every other refusal stays one however often we ask."""
    if EXPIRED.search(description) or error == "sad_expired":
        return SigningUnavailable("authorisation_expired")
    if status in {401, 403}:
        return SigningUnavailable("service_refused_us", permanent=True)
    if UNKNOWN_CREDENTIAL.search(description):
        return SigningUnavailable("credential_unknown", permanent=True)
    return SigningUnavailable(REFUSALS.get(error, "service_refused"), permanent=True)


def _read(found: Mapping[str, Any]) -> _Credential:
    """Read credentials/info; raises SigningUnavailable, or the error of a field that is not there or not readable."""
    key, cert = found["key"], found["cert"]
    if key["status"] != "enabled":
        raise SigningUnavailable("key_disabled", permanent=True)
    if (status := str(cert.get("status", "valid"))) != "valid":
        raise SigningUnavailable(CERTIFICATE_STATES.get(status, "certificate_revoked"), permanent=True)
    held = [x509.load_der_x509_certificate(base64.b64decode(one, validate=True)) for one in cert["certificates"]]
    if not held[0].not_valid_before_utc <= datetime.now(UTC) <= held[0].not_valid_after_utc:
        raise SigningUnavailable("certificate_not_in_force")
    wanted = _algorithm(held[0])
    if wanted not in key["algo"]:
        raise SigningUnavailable("key_of_unknown_kind", permanent=True)
    return _Credential(
        certificates=Certificates(held[0].public_bytes(Encoding.DER), _chain(held)),
        algorithm=wanted,
        most=max(1, min(MOST, int(found["multisign"]))),
        is_pinned=str(found.get("SCAL", "1")) == "2",
        asks_pin=_is_asked(found, "PIN"),
        asks_otp=_is_asked(found, "OTP"),
    )


def _algorithm(certificate: x509.Certificate) -> str:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return RSA_SHA256
    if isinstance(key, ec.EllipticCurvePublicKey):
        return ECDSA_SHA256
    raise SigningUnavailable("key_of_unknown_kind", permanent=True)


def _chain(held: list[x509.Certificate]) -> tuple[bytes, ...]:
    """The issuers in their order: a certificate that leads nowhere would stand in the paper without saying anything."""
    path, others = held[:1], held[1:]
    while len(path) < LONGEST_CHAIN and path[-1].subject != path[-1].issuer:
        above = next((one for one in others if one.subject == path[-1].issuer), None)
        if above is None:
            break
        path[-1].verify_directly_issued_by(above)
        path.append(above)
    return tuple(one.public_bytes(Encoding.DER) for one in path[1:])


def _is_asked(found: Mapping[str, Any], factor: str) -> bool:
    """Whether explicit authorisation wants this factor ("optional" ones are left out)."""
    return str(found.get("authMode", "explicit")) == "explicit" and (
        str((found.get(factor) or {}).get("presence", "false")).lower() == "true"
    )


def _decoded(text: object) -> bytes:
    try:
        return base64.b64decode(str(text), validate=True)
    except ValueError:
        raise SigningUnavailable("answer_unreadable", permanent=True) from None
