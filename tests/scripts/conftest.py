"""The launcher lives outside the rooms; these tests put it on the path."""

import os
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
if str(SCRIPTS) not in sys.path:
    sys.path.append(str(SCRIPTS))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """An empty data folder of our own, without secrets from the environment."""
    from launcher.keys import MAKERS
    from launcher.places import Account, Home

    for name in MAKERS:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)
    return Home(tmp_path, tmp_path, Account(os.geteuid(), os.getegid(), "me"))
