"""The checks of our own: sizes and addresses."""

import pytest


def test_long_modules_and_functions_are_named(tmp_path, monkeypatch):
    import check_sizes

    monkeypatch.setattr(check_sizes, "ROOT", tmp_path)
    file = tmp_path / "long.py"
    file.write_text("def short():\n    pass\n\n\ndef long():\n" + "    pass\n" * 40 + "\n" * 400)
    said = list(check_sizes.complaints(file))
    assert len(said) == 2
    assert "module of" in said[0]
    assert "long.py:5: long has 41 lines" in said[1]


@pytest.mark.parametrize(
    ("line", "is_forbidden"),
    [
        ("see https://" + "pypi" + ".org/simple", True),
        ('"resolved"' + ': "https://somewhere.example/x.tgz"', True),
        ("uv==0.13.9 --hash=sha256:abc", False),
        ("https://dichvucong.example.gov.vn/", False),
    ],
)
def test_registry_addresses_are_found(tmp_path, monkeypatch, line, is_forbidden):
    import check_addresses

    monkeypatch.setattr(check_addresses, "ROOT", tmp_path)
    (tmp_path / "file.txt").write_text(f"first\n{line}\n")
    assert bool(check_addresses.complaints("file.txt")) is is_forbidden


def test_the_pinned_uv_is_the_one_of_the_lock():
    from launcher.places import ROOT

    pinned = (ROOT / "requirements" / "bootstrap.in").read_text().strip()
    for name in ("bootstrap.txt", "dev.txt"):
        assert f"\n{pinned} " in "\n" + (ROOT / "requirements" / name).read_text()
