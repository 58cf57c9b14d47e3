"""A remote signing service keeps the key: hash out, signature back, and nothing is kept that does not verify."""

import asyncio
import io
from typing import Any

import httpx
import pikepdf
import pytest
from django.db import transaction

from common import gateways
from documents.gateways.csc import CscConfig, CscGateway
from documents.render import render_pdf
from documents.signing import (
    Look,
    SigningUnavailable,
    gateway,
    most_together,
    seal_pdf,
    sentence,
    sign_pdf,
    sign_together,
    verify_pdf,
)
from tests.documents import sample_papers
from tests.sandbox_process import Sandbox, outside_world, sandbox, secret, signing_service  # noqa: F401 - fixtures

WORDS = {"reason": "Ban hành kết quả số 45", "location": "Lạng Sơn", "signer_name": "Nguyễn Đình Thắng"}
LOOK = Look("Nguyễn Đình Thắng", "Ban hành kết quả số 45", "Lạng Sơn")


@pytest.fixture(scope="module")
def paper() -> bytes:
    context = sample_papers.certificate() | {"has_seal": True}
    return render_pdf("dossiers/papers/result_certificate.html", context, title="Kết quả")


@pytest.fixture
def service(signing_service: Sandbox) -> Sandbox:  # noqa: F811
    return signing_service


def test_a_paper_is_signed_by_a_key_that_never_leaves_its_service(service: Sandbox, paper: bytes) -> None:
    found = verify_pdf(sign_pdf(paper, **WORDS))
    assert found.genuine
    assert found.signer == "Nguyễn Đình Thắng"
    book = service.book("csc")
    assert [call["method"] for call in book["calls"]] == [
        "credentials/info", "credentials/authorize", "signatures/signHash",
    ]  # fmt: skip
    assert [one["is_right"] for one in book["signatures"]] == [1]


def test_the_agencys_seal_is_another_key_of_the_service_and_another_kind_of_key(service: Sandbox, paper: bytes) -> None:
    both = seal_pdf(sign_pdf(paper, **WORDS), agency="", agency_name="Sở", reason="Phát hành", location="Lạng Sơn")
    found = verify_pdf(both)
    assert found.genuine
    assert [one.certificate for one in found.signatures] == ["Nguyễn Đình Thắng", "Sở Văn hóa, Thể thao và Du lịch"]
    assert [one["credential"] for one in service.book("csc")["signatures"]] == ["lanh-dao", "con-dau"]


def test_fifty_papers_are_signed_under_one_authorisation(service: Sandbox, paper: bytes) -> None:
    holder = gateway()
    assert most_together(holder) == 50
    signed = sign_together([(paper, LOOK)] * 3, holder=holder)
    assert all(isinstance(one, bytes) and verify_pdf(one).genuine for one in signed)
    digests = [bytes([n]) * 32 for n in range(50)]
    assert len(set(gateway().sign_digests(digests, "sha256"))) == 50  # type: ignore[attr-defined]
    opened = service.book("csc")["authorisations"]
    assert [(one["signatures"], one["used"]) for one in opened] == [(3, 3), (50, 50)]
    with pytest.raises(ValueError, match="so many hashes"):
        gateway().sign_digests([*digests, bytes(32)], "sha256")  # type: ignore[attr-defined]


def test_only_the_hash_leaves_the_house(service: Sandbox, paper: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[bytes] = []
    real = gateways.call

    def heard(method: str, url: str, *, content: bytes | None = None, **more: Any) -> Any:
        sent.append(content or b"")
        return real(method, url, content=content, **more)

    monkeypatch.setattr("documents.gateways.csc.call", heard)
    sign_pdf(paper, **WORDS)
    assert sent and sum(map(len, sent)) < 2000
    assert not any("Thắng".encode() in one or b"Ban h" in one for one in sent)


FAULTS = [
    ("csc.info", "down", "service_unclear", False),
    ("csc.info", "error_500", "service_http_500", False),
    ("csc.info", "revoked", "certificate_revoked", True),
    ("csc.info", "expired_certificate", "certificate_not_in_force", True),
    ("csc.info", "disabled", "key_disabled", True),
    ("csc.info", "unreadable", "answer_unreadable", True),
    ("csc.authorize", "down", "service_unclear", False),
    ("csc.authorize", "wrong_pin", "pin_refused", True),
    ("csc.authorize", "refuse", "service_refused_us", True),
    ("csc.sign", "down", "service_unclear", False),
    ("csc.sign", "lost_answer", "service_unclear", False),
    ("csc.sign", "expired", "authorisation_expired", False),
    ("csc.sign", "bad_signature", "signature_wrong", True),
    ("csc.sign", "too_few", "answer_unreadable", True),
    ("csc.sign", "unreadable", "answer_unreadable", True),
]


@pytest.mark.parametrize(("target", "mode", "code", "is_permanent"), FAULTS)
def test_every_fault_of_the_service_ends_in_a_sentence_and_the_next_try_signs(
    target: str, mode: str, code: str, is_permanent: bool, service: Sandbox, paper: bytes
) -> None:
    service.script(target, mode)
    with pytest.raises(gateways.GatewayError) as found:
        sign_pdf(paper, **WORDS)
    assert isinstance(found.value, SigningUnavailable)
    assert (found.value.code, found.value.permanent) == (code, is_permanent)
    assert sentence(found.value).endswith(".")
    assert verify_pdf(sign_pdf(paper, **WORDS)).genuine


def test_a_service_that_is_slow_is_waited_for_and_one_that_hangs_is_not(
    service: Sandbox, paper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.script("csc.sign", "slow", seconds=0.2)
    assert verify_pdf(sign_pdf(paper, **WORDS)).genuine
    service.script("csc.sign", "late", seconds=2)
    with httpx.Client(timeout=0.4, trust_env=False) as hasty:
        monkeypatch.setattr(gateways, "client", lambda: hasty)
        with pytest.raises(SigningUnavailable, match="service_unclear"):
            sign_pdf(paper, **WORDS)


def test_one_wrong_signature_of_several_spoils_only_its_own_paper(service: Sandbox, paper: bytes) -> None:
    service.script("csc.sign", "one_bad_signature")
    wrong, *right = sign_together([(paper, LOOK)] * 3, holder=gateway())
    assert isinstance(wrong, SigningUnavailable) and wrong.code == "signature_wrong"
    assert all(isinstance(one, bytes) and verify_pdf(one).genuine for one in right)


def test_a_certificate_of_an_authority_we_do_not_trust_signs_nothing_that_is_kept(
    service: Sandbox, paper: bytes, settings: Any
) -> None:
    settings.SIGNING_TRUST_FILE = ""
    with pytest.raises(SigningUnavailable, match="signer_untrusted") as found:
        sign_pdf(paper, **WORDS)
    assert found.value.permanent


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"SIGNING_CREDENTIAL": "nobody"}, "credential_unknown"),
        ({"SIGNING_CREDENTIAL": ""}, "credential_not_named"),
        ({"SIGNING_CREDENTIAL": "dien-thoai"}, "otp_missing"),
        ({"SIGNING_SERVICE_TOKEN": "another"}, "service_refused_us"),
        ({"SIGNING_SERVICE_PIN": ""}, "pin_missing"),
        ({"SIGNING_SERVICE_PIN": "1"}, "pin_refused"),
        ({"SIGNING_SERVICE_URL": "http://127.0.0.1:9"}, "service_unreachable"),
    ],
)
def test_a_key_that_is_not_set_up_rightly_is_told_so(
    change: dict[str, str], code: str, service: Sandbox, paper: bytes, settings: Any
) -> None:
    for name, value in change.items():
        setattr(settings, name, value)
    with pytest.raises(SigningUnavailable) as found:
        sign_pdf(paper, **WORDS)
    assert found.value.code == code
    assert found.value.permanent is (code != "service_unreachable")
    assert service.book("csc")["signatures"] == []


def test_a_key_opened_by_a_code_from_the_phone_signs_with_that_code(service: Sandbox, paper: bytes) -> None:
    for otp, code in (("999999", "otp_refused"), ("000111", "")):
        holder = CscGateway(
            CscConfig(service.url, secret("SIGNING_SERVICE_TOKEN"), "dien-thoai", secret("SIGNING_SERVICE_PIN"), otp)
        )
        if code:
            with pytest.raises(SigningUnavailable, match=code):
                sign_pdf(paper, **WORDS, holder=holder)
        else:
            assert verify_pdf(sign_pdf(paper, **WORDS, holder=holder)).genuine


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_the_service_is_asked(service: Sandbox, paper: bytes) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="inside a database transaction"):
        sign_pdf(paper, **WORDS)
    assert service.book("csc")["calls"] == []


def test_what_is_authorised_is_these_hashes_and_nothing_else(service: Sandbox) -> None:
    """The sandbox is strict: what it would refuse a foreign client it would refuse us."""
    headers = {"Authorization": f"Bearer {secret('SIGNING_SERVICE_TOKEN')}"}

    def ask(method: str, **sent: Any) -> httpx.Response:
        return service.http.post(f"/csc/v1/{method}", json={"credentialID": "lanh-dao"} | sent, headers=headers)

    pin, (first, second) = secret("SIGNING_SERVICE_PIN"), ("A" * 43 + "=", "B" * 42 + "A=")
    assert ask("credentials/authorize", numSignatures=1, PIN=pin).status_code == 400
    sad = ask("credentials/authorize", numSignatures=1, PIN=pin, hash=[first]).json()["SAD"]
    sign = {"SAD": sad, "hashAlgo": "2.16.840.1.101.3.4.2.1", "signAlgo": "1.2.840.113549.1.1.11"}
    assert "not authorized" in ask("signatures/signHash", hash=[second], **sign).json()["error_description"]
    assert ask("signatures/signHash", hash=[first], **sign).status_code == 200
    assert "too high" in ask("signatures/signHash", hash=[first], **sign).json()["error_description"]
    for _try in range(5):
        ask("credentials/authorize", numSignatures=1, PIN="0", hash=[first])
    assert "locked" in ask("credentials/authorize", numSignatures=1, PIN=pin, hash=[first]).json()["error_description"]


def test_another_client_of_the_same_protocol_is_served_alike(service: Sandbox, paper: bytes) -> None:
    """pyHanko's own client (written by others, from the same specification) signs with the sandbox: so it speaks CSC."""
    import aiohttp
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko.sign.signers import csc_signer as csc

    session_info = csc.CSCServiceSessionInfo(service.url, "con-dau", secret("SIGNING_SERVICE_TOKEN"))

    class Opened(csc.CSCAuthorizationManager):
        async def authorize_signature(self, hash_b64s: list[str]) -> csc.CSCAuthorizationInfo:
            asked = self.format_csc_auth_request(pin=secret("SIGNING_SERVICE_PIN"), hash_b64s=hash_b64s)
            url = session_info.endpoint_url("credentials/authorize")
            async with http.post(url, json=asked, headers=self.auth_headers, raise_for_status=True) as answer:
                return self.parse_csc_auth_response(await answer.json())

    async def sign() -> bytes:
        nonlocal http
        async with aiohttp.ClientSession() as http:
            held = await csc.fetch_certs_in_csc_credential(http, session_info)
            signer = csc.CSCSigner(http, Opened(session_info, held))
            meta = signers.PdfSignatureMetadata(field_name="theirs", md_algorithm="sha256")
            writer = IncrementalPdfFileWriter(io.BytesIO(paper))
            output = await signers.PdfSigner(meta, signer).async_sign_pdf(writer)
            return bytes(output.getbuffer())

    http: Any = None
    signed = asyncio.run(sign())
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        assert len(pdf.Root.AcroForm.Fields) == 1
    found = verify_pdf(signed)
    assert found.valid and found.trusted
    assert found.signer == "Sở Văn hóa, Thể thao và Du lịch"
