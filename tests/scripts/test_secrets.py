"""Data written with one key must never meet another key unnoticed."""

import stat

import pytest


@pytest.fixture
def secrets(home):
    from launcher import keys

    keys.prepare(home)
    return home / "secrets"


def prepare(home):
    from launcher import keys

    keys.prepare(home)


def refused(home, words):
    from launcher.console import LauncherError

    with pytest.raises(LauncherError, match=words) as caught:
        prepare(home)
    assert "\n" not in str(caught.value)


def test_secrets_are_made_once_and_readable_by_their_owner_alone(home, secrets):
    before = {file.name: file.read_bytes() for file in secrets.iterdir()}
    prepare(home)
    assert {file.name: file.read_bytes() for file in secrets.iterdir()} == before
    assert {stat.S_IMODE(file.stat().st_mode) for file in secrets.iterdir()} == {0o600}


@pytest.mark.parametrize("name", ["field_keys", "blind_index_key", "chain_keys"])
def test_a_changed_key_is_refused_and_its_file_named(home, secrets, name):
    (secrets / name).write_text("k1:something-else")
    refused(home, f"{name} does not match")


def test_a_lost_key_is_not_replaced_behind_the_data(home, secrets):
    (secrets / "field_keys").unlink()
    refused(home, "field_keys is missing")
    assert not (secrets / "field_keys").exists()


def test_a_key_may_be_added_but_the_old_one_must_stay(home, secrets):
    old = (secrets / "chain_keys").read_text().strip()
    (secrets / "chain_keys").write_text(f"{old},k2:0123456789abcdef")
    prepare(home)
    (secrets / "chain_keys").write_text("k2:0123456789abcdef")
    refused(home, "chain_keys does not match")


def test_a_secret_of_the_environment_wins_over_the_file(home, secrets, monkeypatch):
    monkeypatch.setenv("FIELD_KEYS", "another")
    refused(home, "FIELD_KEYS does not match")


@pytest.mark.parametrize("name", ["signing.pem", "seal.pem"])
def test_the_certificate_may_sign_documents(secrets, name):
    from cryptography import x509

    certificate = x509.load_pem_x509_certificate((secrets / name).read_bytes())
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment
