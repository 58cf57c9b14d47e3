"""What the sandbox reads from its environment."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Config:
    """Addresses, folders, keys and rhythms of one sandbox."""

    host: str
    port: int
    smtp_port: int
    data: Path
    portal_url: str
    vnpay_secret: str
    sms_secret: str
    postal_secret: str
    signing_token: str
    signing_pin: str
    tmn_code: str
    retry_seconds: float
    max_attempts: int
    receipt_seconds: float
    auto_post_seconds: float


def read() -> Config:
    """The configuration of this process; exits with one clear line when a secret is missing."""
    port = int(os.environ.get("SANDBOX_PORT", "8001"))
    return Config(
        host=os.environ.get("SANDBOX_HOST", "127.0.0.1"),
        port=port,
        smtp_port=int(os.environ.get("SMTP_PORT") or port + 1),
        data=Path(os.environ.get("SANDBOX_DATA", "var/sandbox")),
        portal_url=os.environ.get("PORTAL_URL", "http://127.0.0.1:8000").rstrip("/"),
        vnpay_secret=_secret("VNPAY_SECRETS"),
        sms_secret=_secret("SMS_SECRETS"),
        postal_secret=_secret("POSTAL_SECRETS"),
        signing_token=_optional("SIGNING_SERVICE_TOKEN"),
        signing_pin=_optional("SIGNING_SERVICE_PIN"),
        tmn_code=os.environ.get("VNPAY_TMN_CODE", "DEMOTMN1"),
        retry_seconds=float(os.environ.get("CALLBACK_RETRY_SECONDS", "5")),
        max_attempts=int(os.environ.get("CALLBACK_MAX_ATTEMPTS", "10")),
        receipt_seconds=float(os.environ.get("SMS_RECEIPT_SECONDS", "0.2")),
        auto_post_seconds=float(os.environ.get("AUTO_POST_SECONDS", "0")),
    )


def _optional(name: str) -> str:
    """A secret that may be missing: what needs it is then closed to everybody."""
    file = Path(os.environ.get("SECRETS_DIR", "var/secrets")) / name.lower()
    return os.environ.get(name, "") or (file.read_text(encoding="utf-8").strip() if file.is_file() else "")


def _secret(name: str) -> str:
    """The first of the comma list: a vendor has one key at a time, only the portal knows old and new."""
    listed = os.environ.get(name, "")
    if not listed:
        file = Path(os.environ.get("SECRETS_DIR", "var/secrets")) / name.lower()
        if not file.is_file():
            raise SystemExit(f"sandbox: set {name}, or SECRETS_DIR to the folder that holds {name.lower()}.")
        listed = file.read_text(encoding="utf-8").strip()
    return listed.split(",")[0].strip()
