"""credentials/list, /info, /authorize and signatures/signHash, with a book of every call, authorisation and signature."""

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Callable
from functools import wraps

from sandbox import clock
from sandbox.books import Row
from sandbox.csc import keys
from sandbox.csc.keys import OTP, Credential
from sandbox.web import Handler, Request, Response, answers_as, as_json, route
from sandbox.world import World, now_text

SHA256 = "2.16.840.1.101.3.4.2.1"
LIFE_SECONDS = 300
TRIES = 5
WRONG_CERTIFICATE = {"revoked": "revoked", "expired_certificate": "expired"}
Answer = Callable[[World, Request, dict[str, object]], Response]


class _Refused(Exception):
    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.answer = as_json({"error": error, "error_description": description}, status)


def _method(name: str) -> Callable[[Answer], Handler]:
    """A method of the API: only for who has the access token; every call is written down, never with a PIN."""

    def wrap(answer: Answer) -> Handler:
        @wraps(answer)
        def run(world: World, request: Request) -> Response:
            sent = request.sent()
            try:
                _check_token(world, request)
                response = answer(world, request, sent)
            except _Refused as refused:
                response = refused.answer
            error = json.loads(response.body).get("error", "") if response.status != 200 else ""
            hashes = sent.get("hash")
            world.books.insert(
                "csc_calls", method=name, credential=str(sent.get("credentialID", "")), status=response.status,
                error=error, hashes=len(hashes) if isinstance(hashes, list) else 0, fault=request.fault, at=now_text(),
            )  # fmt: skip
            return response

        return route("POST", f"/csc/v1/{name}")(
            answers_as(f"csc.{name.rpartition('/')[2].replace('signHash', 'sign')}")(run)
        )

    return wrap


def _check_token(world: World, request: Request) -> None:
    token = world.config.signing_token
    given = request.headers.get("authorization", "")
    if not token or not hmac.compare_digest(f"Bearer {token}".encode(), given.encode()):
        raise _Refused("invalid_token", "The access token is invalid", 401)


def _credential(world: World, sent: dict[str, object]) -> Credential:
    name = sent.get("credentialID")
    if not isinstance(name, str):
        raise _Refused("invalid_request", "Missing (or invalid type) string parameter credentialID")
    found = keys.find(world.config.data, name)
    if found is None:
        raise _Refused("invalid_request", "Invalid parameter credentialID")
    return found


@route("GET", "/csc/authority.pem")
def authority(world: World, request: Request) -> Response:
    """What a portal that trusts this service puts into SIGNING_TRUST_FILE."""
    return Response(200, keys.authority(world.config.data), "application/x-pem-file")


@_method("credentials/list")
def listed(world: World, request: Request, sent: dict[str, object]) -> Response:
    """The customer's credentials."""
    most = sent.get("maxResults")
    return as_json({"credentialIDs": list(keys.KEPT)[: most if isinstance(most, int) and most > 0 else None]})


@_method("credentials/info")
def info(world: World, request: Request, sent: dict[str, object]) -> Response:
    """Key, certificates and how the key is opened."""
    held = _credential(world, sent)
    own = held.chain[0]
    wanted = {"none": 0, "single": 1, "chain": None}.get(str(sent.get("certificates", "single")), 1)
    certificates = ["bm90IGEgY2VydGlmaWNhdGU="] if request.fault == "unreadable" else held.encoded_chain()[:wanted]
    cert: dict[str, object] = {
        "status": WRONG_CERTIFICATE.get(request.fault, "valid"), "certificates": certificates,
        "issuerDN": own.issuer.rfc4514_string(), "subjectDN": own.subject.rfc4514_string(),
        "serialNumber": f"{own.serial_number:X}", "validFrom": f"{own.not_valid_before_utc:%Y%m%d%H%M%SZ}",
        "validTo": f"{own.not_valid_after_utc:%Y%m%d%H%M%SZ}",
    }  # fmt: skip
    factors = {name: {"presence": "true" if name in held.factors else "false"} for name in ("PIN", "OTP")}
    key = {
        "status": "disabled" if request.fault == "disabled" else "enabled", "algo": [held.algorithm],
        "len": held.key.key_size,
    }  # fmt: skip
    facts = {
        "key": key,
        "cert": cert,
        "authMode": "explicit",
        "SCAL": held.scal,
        "multisign": held.most,
        "lang": "vi-VN",
    }
    return as_json(facts | factors)


@_method("credentials/authorize")
def authorize(world: World, request: Request, sent: dict[str, object]) -> Response:
    """Open a key for a number of signatures; five wrong PINs lock it until the books are emptied."""
    held = _credential(world, sent)
    count, hashes = sent.get("numSignatures"), sent.get("hash")
    if request.fault == "refuse":
        raise _Refused("access_denied", "The owner of the key refused", 403)
    if not isinstance(count, int) or not 1 <= count <= held.most:
        raise _Refused("invalid_request", "Invalid parameter numSignatures")
    if held.scal == "2" and (not isinstance(hashes, list) or len(hashes) != count):
        raise _Refused("invalid_request", "Missing (or invalid type) array parameter hash")
    _check_factors(world, held, sent, request.fault)
    sad = uuid.uuid4().hex + uuid.uuid4().hex
    world.books.insert(
        "csc_authorisations", sad=_name_of(sad), credential=held.name, signatures=count,
        hashes=json.dumps(hashes if held.scal == "2" else []), ends=clock.now() + LIFE_SECONDS, at=now_text(),
    )  # fmt: skip
    return as_json({"SAD": sad, "expiresIn": LIFE_SECONDS})


def _check_factors(world: World, held: Credential, sent: dict[str, object], fault: str) -> None:
    tries = world.books.one("SELECT wrong FROM csc_tries WHERE credential = ?", held.name)
    if tries and tries["wrong"] >= TRIES:
        raise _Refused("invalid_pin", "PIN locked")
    right = str(sent.get("PIN", "")).encode()
    if fault == "wrong_pin" or not hmac.compare_digest(right, world.config.signing_pin.encode()):
        world.books.write(
            "INSERT INTO csc_tries VALUES (?, 1) ON CONFLICT (credential) DO UPDATE SET wrong = wrong + 1", held.name
        )
        raise _Refused("invalid_pin", "The PIN is invalid")
    if "OTP" in held.factors and sent.get("OTP") != OTP:
        raise _Refused("invalid_otp", "The OTP is invalid")


@_method("signatures/signHash")
def sign(world: World, request: Request, sent: dict[str, object]) -> Response:
    """Sign what was authorised, once."""
    held, hashes = _credential(world, sent), sent.get("hash")
    if sent.get("hashAlgo") != SHA256 or sent.get("signAlgo") != held.algorithm:
        raise _Refused("invalid_request", "Invalid parameter signAlgo")
    if not isinstance(hashes, list) or not hashes:
        raise _Refused("invalid_request", "Missing (or invalid type) array parameter hash")
    with world.books.transaction():
        allowed = _use(world, held, str(sent.get("SAD", "")), hashes, request.fault)
        signatures = [_signed(world, held, allowed, one, at, request.fault) for at, one in enumerate(hashes)]
    if request.fault == "too_few":
        signatures.pop()
    return as_json({"signatures": ["?" for _ in signatures] if request.fault == "unreadable" else signatures})


def _use(world: World, held: Credential, sad: str, hashes: list[object], fault: str) -> Row:
    found = world.books.one("SELECT * FROM csc_authorisations WHERE sad = ?", _name_of(sad))
    if found is None or found["credential"] != held.name:
        raise _Refused("invalid_request", "Invalid parameter SAD")
    if fault == "expired" or clock.now() > found["ends"]:
        raise _Refused("invalid_request", "SAD expired")
    if found["used"] + len(hashes) > found["signatures"]:
        raise _Refused("invalid_request", "Numbers of signatures is too high")
    pinned = json.loads(found["hashes"])
    if pinned and not set(map(str, hashes)) <= set(pinned):
        raise _Refused("invalid_request", "Hash is not authorized by the SAD")
    world.books.write("UPDATE csc_authorisations SET used = used + ? WHERE id = ?", len(hashes), found["id"])
    return found


def _signed(world: World, held: Credential, allowed: Row, text: object, at: int, fault: str) -> str:
    """One signature, written down; a wrong one is a right signature of something else."""
    try:
        digest = base64.b64decode(str(text), validate=True)
    except ValueError:
        digest = b""
    if len(digest) != 32:
        raise _Refused("invalid_request", "Invalid parameter hash")
    is_right = not (fault == "bad_signature" or (fault == "one_bad_signature" and at == 0))
    signature = base64.b64encode(held.sign(digest if is_right else hashlib.sha256(digest).digest())).decode()
    world.books.insert(
        "csc_signatures", authorisation=allowed["id"], credential=held.name, hash=str(text), signature=signature,
        is_right=int(is_right), at=now_text(),
    )  # fmt: skip
    return signature


def _name_of(sad: str) -> str:
    """How an authorisation is called in the book: the secret itself stands nowhere."""
    return hashlib.sha256(sad.encode()).hexdigest()
