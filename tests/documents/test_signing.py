"""A signed paper proves itself: every changed byte is noticed, a genuine one is accepted, without a key nothing is signed."""

import io
import os
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from documents.gateways.key_file import KeyFileGateway
from documents.render import render_pdf
from documents.signing import Box, SigningUnavailable, Verification, gateway, pades, seal_pdf, sign_pdf, verify_pdf
from documents.signing.boxes import marked_box
from tests.documents import sample_papers
from tests.documents.test_papers import words

AGENCY = "Sở Văn hóa, Thể thao và Du lịch tỉnh Lạng Sơn"
WORDS = {"reason": "Ban hành kết quả số 45", "location": "Lạng Sơn", "signer_name": "Nguyễn Đình Thắng"}


def key_pem(name: str = AGENCY, *, curve: bool = False, days: int = 30) -> bytes:
    """A private key and a certificate of its own, in force until `days` from now."""
    key: Any = ec.generate_private_key(ec.SECP256R1()) if curve else rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=60))
        .not_valid_after(datetime.now(UTC) + timedelta(days=days))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)


@pytest.fixture(scope="module")
def pems() -> dict[str, bytes]:
    """Keys are dear to make: once for all tests here."""
    return {
        "ours": key_pem(),
        "curve": key_pem(curve=True),
        "stranger": key_pem(),
        "expired": key_pem(days=-1),
    }


@pytest.fixture
def key(settings: Any, tmp_path: Path, pems: dict[str, bytes]) -> Path:
    path = tmp_path / "signing.pem"
    path.write_bytes(pems["ours"])
    settings.SIGNING_KEY_FILE = path
    return path


@pytest.fixture(scope="module")
def paper() -> bytes:
    return render_pdf("dossiers/papers/result_certificate.html", sample_papers.certificate(), title="Kết quả")


def test_a_signed_paper_is_genuine_and_names_its_signer(key: Path, paper: bytes) -> None:
    found = verify_pdf(sign_pdf(paper, **WORDS))
    assert found.genuine
    assert found.signer == AGENCY
    assert found.signed_at is not None
    assert abs(datetime.now(UTC) - found.signed_at) < timedelta(minutes=5)


def test_a_key_on_a_curve_signs_too(key: Path, paper: bytes, pems: dict[str, bytes]) -> None:
    key.write_bytes(pems["curve"])
    assert verify_pdf(sign_pdf(paper, **WORDS)).genuine


def test_the_visible_box_stands_where_the_paper_marks_it_in_vietnamese(key: Path, paper: bytes) -> None:
    signed = sign_pdf(paper, **WORDS)
    text = words(signed)
    assert "Ký số bởi: Nguyễn Đình Thắng" in text
    assert "Lý do: Ban hành kết quả số 45" in text
    assert words(paper).split()[0] in text
    mark = marked_box(paper)
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        field = pdf.Root.AcroForm.Fields[0]
        assert tuple(map(int, field.Rect)) == mark.as_pdf()
        assert str(field.V.SubFilter) == "/ETSI.CAdES.detached"
        assert mark.page == 0
        assert 300 < mark.left < mark.right < 595


def test_a_paper_without_a_mark_is_signed_in_the_corner_of_its_last_page(key: Path) -> None:
    plain = render_pdf("dossiers/papers/form01.html", sample_papers.form01(40), title="x")
    box = marked_box(plain)
    with pikepdf.open(io.BytesIO(plain)) as pdf:
        assert box.page == len(pdf.pages) - 1
    assert verify_pdf(sign_pdf(plain, **WORDS)).genuine


def test_two_people_sign_one_after_the_other(key: Path, paper: bytes) -> None:
    once = sign_pdf(paper, **WORDS)
    twice = sign_pdf(once, **WORDS, field_name="second", box=Box(0, 60, 60, 270, 128))
    assert verify_pdf(twice).genuine
    changed = bytearray(twice)
    changed[200] ^= 1
    assert not verify_pdf(bytes(changed)).genuine


def test_every_flipped_byte_is_noticed(key: Path, paper: bytes) -> None:
    signed = sign_pdf(paper, **WORDS)
    assert verify_pdf(signed).genuine
    start = signed.index(b"/Contents <") + 10
    end = signed.index(b">", start)
    dice = random.Random(20261113)
    places = dice.sample(range(len(signed)), 100) + dice.sample(range(start, end), 95)
    places += [0, start, start + 1, end, len(signed) - 1]
    accepted = []
    for place in places:
        changed = bytearray(signed)
        changed[place] ^= 1 << dice.randrange(8)
        if verify_pdf(bytes(changed)).genuine:
            accepted.append(place)
    assert len(places) == 200
    assert not accepted


def test_bytes_added_behind_the_signature_are_noticed(key: Path, paper: bytes) -> None:
    signed = sign_pdf(paper, **WORDS)
    assert not verify_pdf(signed + b"\n% a line more\n").genuine
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        pdf.save(target)
    assert not verify_pdf(target.getvalue()).genuine


def test_a_strangers_signature_is_intact_but_not_trusted(key: Path, paper: bytes, pems: dict[str, bytes]) -> None:
    key.write_bytes(pems["stranger"])
    signed = sign_pdf(paper, **WORDS)
    key.write_bytes(pems["ours"])
    found = verify_pdf(signed)
    assert (found.signed, found.intact, found.trusted, found.genuine) == (True, True, False, False)


def test_an_old_key_stays_trusted_through_the_bundle(
    key: Path, paper: bytes, pems: dict[str, bytes], settings: Any, tmp_path: Path
) -> None:
    signed = sign_pdf(paper, **WORDS)
    key.write_bytes(pems["stranger"])
    assert not verify_pdf(signed).genuine
    settings.SIGNING_TRUST_FILE = tmp_path / "trusted.pem"
    settings.SIGNING_TRUST_FILE.write_bytes(pems["ours"][pems["ours"].index(b"-----BEGIN CERT") :])
    assert verify_pdf(signed).genuine


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"not a paper", b"%PDF-1.7\n%%EOF"])
def test_what_is_no_signed_paper_is_called_unsigned(key: Path, data: bytes) -> None:
    assert verify_pdf(data) == Verification()


def test_an_unsigned_paper_is_called_unsigned(key: Path, paper: bytes) -> None:
    assert not verify_pdf(paper).signed


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "key_missing"),
        ("empty", "certificate_missing"),
        ("no key", "key_unreadable"),
        ("expired", "certificate_not_in_force"),
    ],
)
def test_without_a_key_or_certificate_in_force_nothing_is_signed(
    content: str | None, code: str, key: Path, paper: bytes, pems: dict[str, bytes]
) -> None:
    if content is None:
        key.unlink()
    else:
        ours = pems["ours"]
        texts = {"empty": b"", "no key": ours[ours.index(b"-----BEGIN CERT") :], "expired": pems["expired"]}
        key.write_bytes(texts[content])
    with pytest.raises(SigningUnavailable) as found:
        sign_pdf(paper, **WORDS)
    assert found.value.code == code


def test_a_service_that_fails_leaves_nothing_signed(key: Path, paper: bytes) -> None:
    class Broken:
        def certificates(self) -> Any:
            from documents.signing import gateway

            return gateway().certificates()

        def sign_digest(self, digest: bytes, algorithm: str) -> bytes:
            assert len(digest) == 32
            raise SigningUnavailable("service_away")

    with pytest.raises(SigningUnavailable, match="service_away"):
        sign_pdf(paper, **WORDS, holder=Broken())


# ── the agency's seal beside the signature; two halves ──
@pytest.fixture
def seal(settings: Any, tmp_path: Path, pems: dict[str, bytes]) -> Path:
    path = tmp_path / "seal.pem"
    path.write_bytes(pems["curve"])
    settings.SEAL_KEY_FILE = str(path)
    return path


def with_seal() -> bytes:
    context = sample_papers.certificate() | {"has_seal": True}
    return render_pdf("dossiers/papers/result_certificate.html", context, title="Kết quả")


def test_signature_and_seal_stand_beside_each_other_and_both_are_checked(key: Path, seal: Path) -> None:
    signed = sign_pdf(with_seal(), **WORDS)
    both = seal_pdf(signed, agency="svhttdl", agency_name=AGENCY, reason="Phát hành", location="Lạng Sơn")
    if folder := os.environ.get("DESK_SHOTS"):
        (Path(folder) / "sealed.pdf").write_bytes(both)
    found = verify_pdf(both)
    assert found.genuine
    assert [one.name for one in found.signatures] == ["Nguyễn Đình Thắng", AGENCY]
    with pikepdf.open(io.BytesIO(both)) as pdf:
        boxes = [tuple(map(int, field.Rect)) for field in pdf.Root.AcroForm.Fields]
    signature, sealed = boxes
    assert sealed[2] <= signature[0], "the boxes lie over each other"
    assert "Cơ quan ký số" in words(both)


def test_a_changed_byte_under_the_first_signature_is_noticed_behind_the_seal(key: Path, seal: Path) -> None:
    both = seal_pdf(sign_pdf(with_seal(), **WORDS), agency="", agency_name=AGENCY, reason="x", location="y")
    changed = bytearray(both)
    changed[300] ^= 1
    assert not verify_pdf(bytes(changed)).genuine


def test_a_seal_of_a_stranger_makes_the_whole_paper_untrusted(key: Path, seal: Path, pems: dict[str, bytes]) -> None:
    seal.write_bytes(pems["stranger"])
    both = seal_pdf(sign_pdf(with_seal(), **WORDS), agency="", agency_name=AGENCY, reason="x", location="y")
    seal.write_bytes(pems["curve"])
    assert not verify_pdf(both).genuine


def test_a_signature_that_does_not_fit_hash_or_key_is_never_put_into_a_paper(
    key: Path, paper: bytes, pems: dict[str, bytes], tmp_path: Path
) -> None:
    own = gateway()
    held = own.certificates()
    prepared = pades.prepare(paper, held=held, look=pades.Look("Nguyễn Đình Thắng", "Ký", "Lạng Sơn"))
    stranger = tmp_path / "stranger.pem"
    stranger.write_bytes(pems["stranger"])
    wrong = [
        KeyFileGateway(stranger).sign_digest(prepared.digest, "sha256"),
        own.sign_digest(bytes(32), "sha256"),
        b"",
        bytes(256),
    ]
    for signature in wrong:
        with pytest.raises(SigningUnavailable, match="signature_wrong") as found:
            pades.finish(prepared, signature, held=held)
        assert found.value.permanent


def test_the_halves_can_be_hours_and_processes_apart(key: Path, paper: bytes) -> None:
    own = gateway()
    prepared = pades.prepare(paper, held=own.certificates(), look=pades.Look("Nguyễn Đình Thắng", "Ký", "Lạng Sơn"))
    assert not verify_pdf(prepared.document).genuine
    kept = pades.Prepared(*(bytes(part) if isinstance(part, bytes) else part for part in vars(prepared).values()))
    signed = pades.finish(kept, own.sign_digest(kept.digest, "sha256"), held=own.certificates())
    assert verify_pdf(signed).genuine
