"""Production refuses to start when something is unsafe, and says which variable it is; wrong values get one clear sentence."""

import base64
import os
import secrets
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection

from portal import env
from portal import secrets as reading
from tests.portal.house import ROOT

HOST = "dichvucong.langson.gov.vn"
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONDONTWRITEBYTECODE")
DEPLOY = ("check", "--deploy", "--fail-level", "WARNING")


def named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def signing_file(path: Path, *, issuer: str, days: int = 365) -> Path:
    """A key with a certificate as an authority (or, with the same name as the subject's, nobody) would issue it."""
    key, authority, now = (
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP256R1()),
        datetime.now(UTC),
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(named("UBND tỉnh Lạng Sơn"))
        .issuer_name(named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=days))
        .sign(authority, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Everything a province would set, all of it safe."""
    folder = tmp_path_factory.mktemp("production")
    found = {name: os.environ[name] for name in KEPT if name in os.environ}
    return found | {
        "DATA_DIR": str(folder),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "FIELD_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "BLIND_INDEX_KEY": secrets.token_hex(32),
        "CHAIN_KEYS": f"k1:{secrets.token_hex(32)}",
        "VNPAY_SECRETS": secrets.token_hex(16).upper(),
        "SMS_SECRETS": secrets.token_hex(32),
        "POSTAL_SECRETS": secrets.token_hex(32),
        "SIGNING_KEY_FILE": str(signing_file(folder / "signing.pem", issuer="CA của Chính phủ")),
        "SEAL_KEY_FILE": str(signing_file(folder / "seal.pem", issuer="CA của Chính phủ")),
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "OWNER_DATABASE_URL": "postgresql://motcua_owner@db.langson.gov.vn/motcua",
        "REDIS_URL": "redis://:password@redis.langson.gov.vn:6379/0",
        "SCANNER": "clamd",
        "CLAMD_ADDRESS": "clamd:3310",
        "PUBLIC_URL": f"https://{HOST}",
        "ALLOWED_HOSTS": HOST,
        "CSRF_TRUSTED_ORIGINS": f"https://{HOST}",
        "TRUSTED_PROXIES": "10.0.0.5,fd00::5",
        "VNPAY_PAY_URL": "https://pay.vnpay.vn/vpcpay.html",
        "VNPAY_API_URL": "https://merchant.vnpay.vn/merchant_webapi/api/transaction",
        "VNPAY_TMN_CODE": "LANGSON1",
        "SMS_URL": "https://api.sms.vn/v1/messages",
        "POSTAL_URL": "https://api.vnpost.vn/customer",
        "POSTAL_CUSTOMER_CODE": "LS-0001",
        "EMAIL_HOST": "mail.langson.gov.vn",
        "EMAIL_PORT": "587",
        "EMAIL_USE_TLS": "true",
        "DEFAULT_FROM_EMAIL": "Một cửa <motcua@langson.gov.vn>",
    }


def run(environment: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    """Our Python with exactly this environment (no mode: that means production)."""
    done = [sys.executable, *command]
    return subprocess.run(done, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)


def manage(environment: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    return run(environment, "manage.py", *command)


def lines_naming(variable: str, done: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in (done.stdout + done.stderr).splitlines() if variable in line]


UNSAFE = {
    "debug switched on": ("DEBUG", {"DEBUG": "true"}),
    "logs of everything": ("LOG_LEVEL", {"LOG_LEVEL": "DEBUG"}),
    "no secret key": ("SECRET_KEY", {"SECRET_KEY": None}),
    "an empty secret key": ("SECRET_KEY", {"SECRET_KEY": ""}),
    "a secret key of the textbook": ("SECRET_KEY", {"SECRET_KEY": "django-insecure-" + "x7g2k9q4m1p8w5z3" * 3}),
    "a short secret key": ("SECRET_KEY", {"SECRET_KEY": "kV7hT2mQ9xW4"}),
    "a secret key of one letter": ("SECRET_KEY", {"SECRET_KEY": "a" * 60}),
    "no key of encrypted fields": ("FIELD_KEYS", {"FIELD_KEYS": None}),
    "a key of encrypted fields that is none": ("FIELD_KEYS", {"FIELD_KEYS": "not-a-fernet-key"}),
    "a key of encrypted fields that is a pattern": ("FIELD_KEYS", {"FIELD_KEYS": "A" * 43 + "="}),
    "an old secret key of the textbook": ("SECRET_KEY_FALLBACKS", {"SECRET_KEY_FALLBACKS": "django-insecure-x7g2k9q4"}),
    "a short token of the measures": ("METRICS_TOKEN", {"METRICS_TOKEN": "prometheus"}),
    "measures for everybody": ("METRICS_ALLOW", {"METRICS_ALLOW": "0.0.0.0/0"}),
    "measures for a name": ("METRICS_ALLOW", {"METRICS_ALLOW": "prometheus"}),
    "a database across a public network": ("DATABASE_URL", {"DATABASE_URL": "postgresql://a:b@8.8.8.8/motcua"}),
    "no key of the blind index": ("BLIND_INDEX_KEY", {"BLIND_INDEX_KEY": None}),
    "no key of the chain": ("CHAIN_KEYS", {"CHAIN_KEYS": None}),
    "a chain key without id": ("CHAIN_KEYS", {"CHAIN_KEYS": secrets.token_hex(32)}),
    "no secret shared with the bank": ("VNPAY_SECRETS", {"VNPAY_SECRETS": None}),
    "no secret shared with the carrier": ("SMS_SECRETS", {"SMS_SECRETS": None}),
    "no secret shared with the post": ("POSTAL_SECRETS", {"POSTAL_SECRETS": None}),
    "a short secret shared with the post": ("POSTAL_SECRETS", {"POSTAL_SECRETS": "secret"}),
    "an empty second secret": ("SMS_SECRETS", {"SMS_SECRETS": f"{secrets.token_hex(32)},"}),
    "no hosts": ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": None}),
    "any host": ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": f"{HOST},*"}),
    "an http address of the site": ("PUBLIC_URL", {"PUBLIC_URL": f"http://{HOST}"}),
    "no address of the site": ("PUBLIC_URL", {"PUBLIC_URL": None}),
    "an address of the site that it does not answer to": ("PUBLIC_URL", {"PUBLIC_URL": "https://langson.gov.vn"}),
    "a trusted origin without https": ("CSRF_TRUSTED_ORIGINS", {"CSRF_TRUSTED_ORIGINS": f"http://{HOST}"}),
    "a sandbox": ("SANDBOX_URL", {"SANDBOX_URL": "http://127.0.0.1:8001"}),
    "the bank's sandbox": ("VNPAY_PAY_URL", {"VNPAY_PAY_URL": "https://sandbox.vnpayment.vn/paymentv2/vpcpay.html"}),
    "no address of the bank": ("VNPAY_API_URL", {"VNPAY_API_URL": ""}),
    "the merchant of the demonstration": ("VNPAY_TMN_CODE", {"VNPAY_TMN_CODE": None}),
    "a carrier without https": ("SMS_URL", {"SMS_URL": "http://api.sms.vn/v1/messages"}),
    "a post on this machine": ("POSTAL_URL", {"POSTAL_URL": "https://127.0.0.1/api"}),
    "e-mail without TLS": ("EMAIL_USE_TLS", {"EMAIL_USE_TLS": "false"}),
    "no mail server": ("EMAIL_HOST", {"EMAIL_HOST": None}),
    "a sender nobody can answer": ("DEFAULT_FROM_EMAIL", {"DEFAULT_FROM_EMAIL": None}),
    "no scanner": ("SCANNER", {"SCANNER": "none"}),
    "a scanner without address": ("CLAMD_ADDRESS", {"CLAMD_ADDRESS": None}),
    "no proxy": ("TRUSTED_PROXIES", {"TRUSTED_PROXIES": None}),
    "a proxy by name": ("TRUSTED_PROXIES", {"TRUSTED_PROXIES": "nginx"}),
    "no certificate": ("SIGNING_KEY_FILE", {"SIGNING_KEY_FILE": "/nonexistent/signing.pem"}),
    "no seal": ("SEAL_KEY_FILE", {"SEAL_KEY_FILE": "/nonexistent/seal.pem"}),
    "a bundle of certificates that is not there": ("SIGNING_TRUST_FILE", {"SIGNING_TRUST_FILE": "/nonexistent.pem"}),
    "no database": ("DATABASE_URL", {"DATABASE_URL": None}),
    "a database of another kind": ("DATABASE_URL", {"DATABASE_URL": "sqlite:///db.sqlite3"}),
    "a broken database address": ("DATABASE_URL", {"DATABASE_URL": "postgresql://a:b@db:port/motcua"}),
    "no Redis": ("REDIS_URL", {"REDIS_URL": None}),
    "an unknown mode": ("MOTCUA_MODE", {"MOTCUA_MODE": "prod"}),
}


@pytest.mark.parametrize("case", UNSAFE)
def test_production_does_not_start_with(case, good):
    variable, change = UNSAFE[case]
    environment = {k: v for k, v in (good | change).items() if v is not None}
    done = manage(environment, *DEPLOY)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert len(lines_naming(variable, done)) == 1, done.stderr
    for name in ("SECRET_KEY", "BLIND_INDEX_KEY", "VNPAY_SECRETS"):
        assert not environment.get(name) or environment[name] not in done.stdout + done.stderr


@pytest.mark.django_db(transaction=True)
def test_production_starts_when_everything_is_safe(good):
    done = manage(on_the_tests_database(good), *DEPLOY)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def on_the_tests_database(good: dict[str, str]) -> dict[str, str]:
    """This environment with the database these tests run on."""
    before, mark, query = good["DATABASE_URL"].partition("?")
    return good | {"DATABASE_URL": f"{before.rpartition('/')[0]}/{connection.settings_dict['NAME']}{mark}{query}"}


@pytest.mark.django_db(transaction=True)
def test_production_does_not_start_with_demo_accounts(good):
    from accounts.models import User
    from portal.demo.people import PASSWORD

    User.objects.create_user("reception", PASSWORD, kind="officer", full_name="Nông Thị Hạnh")
    User.objects.create_user("head", "a password of his own 42", kind="officer", full_name="Hoàng Mạnh Cường")
    done = manage(on_the_tests_database(good), *DEPLOY)
    assert done.returncode != 0
    (line,) = lines_naming("demo accounts", done)
    assert "reception" in line
    assert "head" not in line


def test_a_certificate_that_signs_itself_or_has_run_out_is_refused(good, tmp_path):
    own = signing_file(tmp_path / "own.pem", issuer="UBND tỉnh Lạng Sơn")
    old = signing_file(tmp_path / "old.pem", issuer="CA của Chính phủ", days=-1)
    for file, word in ((own, "signs itself"), (old, "run out")):
        (line,) = lines_naming("SIGNING_KEY_FILE", manage(good | {"SIGNING_KEY_FILE": str(file)}, *DEPLOY))
        assert word in line


def test_a_signing_service_replaces_both_files_and_is_as_strict(good, tmp_path):
    service = {
        "SIGNING_KEY_FILE": "/nonexistent", "SEAL_KEY_FILE": "/nonexistent", "SIGNING_CREDENTIAL": "lanh-dao",
        "SIGNING_SERVICE_URL": "https://rssp.langson.gov.vn", "SIGNING_SERVICE_TOKEN": secrets.token_hex(32),
        "SEAL_CREDENTIAL": "seal-{agency}", "SIGNING_TRUST_FILE": good["SIGNING_KEY_FILE"],
    }  # fmt: skip
    done = manage(good | service, *DEPLOY)
    assert lines_naming("SIGNING", done) == [] and lines_naming("SEAL", done) == []
    for name, wrong in (
        ("SIGNING_SERVICE_URL", "http://127.0.0.1:8001"),
        ("SIGNING_SERVICE_TOKEN", ""),
        ("SEAL_CREDENTIAL", ""),
        ("SIGNING_TRUST_FILE", ""),
    ):
        assert len(lines_naming(name, manage(good | service | {name: wrong}, *DEPLOY))) == 1, name


def test_the_same_secret_twice_is_refused(good):
    (line,) = lines_naming("differ", manage(good | {"SMS_SECRETS": good["POSTAL_SECRETS"]}, *DEPLOY))
    assert "SECRET_KEY" in line


def test_what_serves_people_must_not_own_the_tables(good):
    done = manage(good | {"OWNER_DATABASE_URL": good["DATABASE_URL"]}, *DEPLOY)
    assert len(lines_naming("DATABASE_URL", done)) == 1
    assert done.returncode != 0


@pytest.mark.parametrize("program", ["portal.wsgi", "portal.celery"])
def test_the_web_server_and_the_workers_refuse_as_well(program, good):
    done = run(good | {"SCANNER": "none"}, "-c", f"import {program}")
    assert done.returncode == env.APP_LOAD_ERROR
    assert done.stderr.strip().splitlines() == [
        "motcua cannot start: SCANNER: none is for demonstrations; uploads must be scanned by clamd."
    ]
    assert run(good, "-c", f"import {program}").returncode == 0


@pytest.mark.parametrize("program", ["portal.wsgi", "portal.celery"])
def test_nobody_serves_people_as_the_owner_of_the_tables(program, good):
    done = run(good | {"MOTCUA_DB_ROLE": "owner"}, "-c", f"import {program}")
    assert done.returncode == env.APP_LOAD_ERROR
    assert len(lines_naming("MOTCUA_DB_ROLE", done)) == 1


@pytest.mark.django_db(transaction=True)
def test_the_web_server_does_not_start_with_demo_accounts(good):
    from accounts.models import User
    from portal.demo.people import PASSWORD

    environment = on_the_tests_database(good)
    assert run(environment, "-c", "import portal.wsgi").returncode == 0
    User.objects.create_user("reception", PASSWORD, kind="officer", full_name="Nông Thị Hạnh")
    done = run(environment, "-c", "import portal.wsgi")
    assert done.returncode == env.APP_LOAD_ERROR
    (line,) = lines_naming("demo accounts", done)
    assert line.startswith("motcua cannot start: ")
    assert "reception" in line


def test_several_faults_are_all_named(good):
    done = run(good | {"SCANNER": "none", "EMAIL_USE_TLS": "false"}, "-c", "import portal.wsgi")
    assert len(lines_naming("SCANNER", done)) == len(lines_naming("EMAIL_USE_TLS", done)) == 1


def test_absent_mode_is_production_with_cookies_over_https_only(good):
    show = (
        "from django.conf import settings as s; print(s.MODE, s.DEBUG, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,"
        " s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS >= 31536000, s.SESSION_COOKIE_HTTPONLY, s.IDLE_MINUTES['officer'])"
    )
    assert "MOTCUA_MODE" not in good
    done = run(good | {"DJANGO_SETTINGS_MODULE": "portal.settings"}, "-c", show)
    assert done.stdout.split() == ["production", "False", *["True"] * 5, "15"]


def test_demo_data_are_refused_in_production(good, settings):
    done = manage(good, "load_demo")
    assert done.returncode != 0
    assert "refused" in done.stderr
    assert "Traceback" not in done.stderr
    settings.MODE = "production"
    with pytest.raises(CommandError):
        call_command("load_demo", "--people")


@pytest.mark.django_db
def test_the_published_password_opens_nothing_in_production(good, client, settings):
    from accounts.models import User
    from portal.demo.people import PASSWORD

    show = "from django.conf import settings as s; print(*s.REFUSED_PASSWORDS)"
    done = run(good | {"DJANGO_SETTINGS_MODULE": "portal.settings"}, "-c", show)
    assert done.stdout.split() == [PASSWORD]
    User.objects.create_user("reception", PASSWORD, kind="officer", full_name="Nông Thị Hạnh")
    typed = {"username": "reception", "password": PASSWORD}
    assert client.post("/tai-khoan/dang-nhap/", typed).status_code == 302
    client.logout()
    settings.REFUSED_PASSWORDS = frozenset({PASSWORD})
    assert client.post("/tai-khoan/dang-nhap/", typed).status_code == 200
    assert "_auth_user_id" not in client.session


def test_addresses_of_developers_do_not_exist_in_production(good):
    show = (
        "import django; django.setup(); from django.urls import resolve, Resolver404\n"
        "for path in ('/thanh-phan/', '/admin/', '/media/x'):\n"
        "    try: print(resolve(path))\n"
        "    except Resolver404: print('nothing')"
    )
    done = run(good | {"DJANGO_SETTINGS_MODULE": "portal.settings"}, "-c", show)
    assert done.stdout.split() == ["nothing"] * 3, done.stderr


# ── readers of the environment ──
def said(function, *arguments, **options) -> str:
    with pytest.raises(ImproperlyConfigured) as caught:
        function(*arguments, **options)
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize(
    ("reader", "arguments", "value"),
    [
        (env.text, (), None),
        (env.boolean, (False,), "maybe"),
        (env.integer, (1,), "12.5"),
        (env.integer, (1,), "-3"),
        (env.integer, (1,), "٣"),
        (env.integer, (1,), "9" * 5000),
        (env.choice, (("a", "b"), "a"), "c"),
        (env.address, (("redis",),), "http://redis/0"),
        (env.address, (("redis",),), "redis://"),
        (env.address, (("redis",),), "redis://[::1"),
        (env.address, (("redis",),), "redis://host:99999/0"),
        (env.database, (), "mysql://db/motcua"),
        (env.database, (), "postgresql://user@db"),
        (env.database, (), "postgresql://user@db:port/motcua"),
    ],
)
def test_a_wrong_value_gets_one_sentence_that_names_the_variable(reader, arguments, value, monkeypatch):
    if value is None:
        monkeypatch.delenv("SOMETHING", raising=False)
    else:
        monkeypatch.setenv("SOMETHING", value)
    assert "SOMETHING" in said(reader, "SOMETHING", *arguments)


def test_a_password_in_an_address_is_not_repeated(monkeypatch):
    monkeypatch.setenv("SOMETHING", "postgresql://user:hunter22@db:port/motcua")
    assert "hunter22" not in said(env.database, "SOMETHING")


def test_a_mounted_file_wins_and_a_broken_one_is_named(monkeypatch, tmp_path):
    file = tmp_path / "value"
    file.write_text("from the file\n")
    monkeypatch.setenv("SOMETHING", "from the variable")
    monkeypatch.setenv("SOMETHING_FILE", str(file))
    assert env.text("SOMETHING") == "from the file"
    file.write_bytes(b"\xff\xfe")
    assert "SOMETHING_FILE" in said(env.text, "SOMETHING")
    monkeypatch.setenv("SOMETHING_FILE", str(tmp_path / "gone"))
    assert "SOMETHING_FILE" in said(env.text, "SOMETHING")


def test_a_database_address_is_read_whole(monkeypatch):
    monkeypatch.setenv("SOMETHING", "postgresql://us%40er:p%2Fw@db.example:6543/mot-cua?sslmode=require")
    found = env.database("SOMETHING")
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == ("us@er", "p/w", "db.example", "6543")
    assert (found["NAME"], found["OPTIONS"]) == ("mot-cua", {"sslmode": "require"})


@pytest.mark.parametrize("text", ["", ",", "a,", " , "])
def test_an_empty_secret_is_a_missing_secret(text, monkeypatch, tmp_path):
    monkeypatch.setenv("SOMETHING", text)
    assert "SOMETHING" in said(reading.several, "SOMETHING", tmp_path)


@pytest.mark.parametrize("text", ["key", "k1:", ":key", "k1:a,k2", "k1:a,k1:b"])
def test_a_key_ring_needs_one_id_for_each_key(text, monkeypatch, tmp_path):
    monkeypatch.setenv("SOMETHING", text)
    assert "SOMETHING" in said(reading.keyring, "SOMETHING", tmp_path)


def test_an_empty_file_of_the_secrets_folder_is_a_missing_secret(monkeypatch, tmp_path):
    monkeypatch.delenv("SOMETHING", raising=False)
    (tmp_path / "something").write_text("\n")
    assert str(tmp_path / "something") in said(reading.read, "SOMETHING", tmp_path)


def test_every_variable_the_settings_read_stands_in_the_example():
    import re

    source = (ROOT / "portal" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r"(?:env|secrets)\.\w+\(\s*\"([A-Z_]+)\"", source))
    example = set(
        re.findall(r"^#? ?([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert len(read) > 30
    assert not read - example - {"SECRETS_DIR"}


def test_the_form_of_the_pay_page_may_lead_to_the_bank_alone():
    allowed = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"]
    assert env.origin(settings.VNPAY_PAY_URL) in allowed
    assert len(allowed) == 2
