"""Secrets in addresses, as users run into errors with them: nothing that is printed or written has them."""

import os
import secrets
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.world import LUIGI, ROOT, SMALL, Luigi, environment, luigi_in

SECRET = secrets.token_hex(8)
ORIGINALS = ("Originals", *SMALL)
AS_SETTINGS = [
    ("source", "{server}/403/me:{secret}@/a.zip", "the server answers 403"),
    ("source", "http://me:{secret}@{host}/403/a.zip", "the server answers 403"),
    ("source", "HTTP://ME:{secret}@{host}/a.zip?token={secret}#{secret}", "the server answers 404"),
    ("source", "http://me:{secret}@{host}/moved/a.zip", "redirects to, is not valid"),
    ("source", "http://me:{secret}/x@{host}/a.zip", "is not a valid address"),
    ("source", "http:/me:{secret}@{host}/a.zip", "is not a valid address"),
    ("source", "me:{secret}@{host}/a.zip", "there is no such path"),
    ("source", "s3://KEY:{secret}@bucket/a", "takes no credentials"),
    ("source", "ftp://me:{secret}@{host}/a.zip", "of this kind cannot be used"),
    ("source", "sftp://me:{secret}@{host}/a.zip", "of this kind cannot be used"),
    ("source", "foo://me:{secret}@{host}/a.zip", "of this kind cannot be used"),
    ("source", "https://me:{secret}%40@{host}/a.zip", "has to be written %%"),
    ("source", "'https://me:{secret}@{host}/a.zip'", "quotes would be part"),
    ("root", "s3://KEY:{secret}@bucket/a", "takes no credentials"),
    ("root", "https://me:{secret}@{host}/a", "is no path on this machine"),
    ("root", "gs://bucket/a?token={secret}", "takes no credentials"),
    ("renders", "https://me:{secret}@{host}/a", "is no path on this machine"),
]
QUICK = 4
"""How many of each kind the ordinary tests try; all of them take minutes."""
AS_OPTIONS = [
    ((*ORIGINALS, "--originals-source", "https://me:{secret}@{host}/a.zip"), "list of processes"),
    ((*ORIGINALS, "--originals-sorce", "https://me:{secret}@{host}/a.zip"), "list of processes"),
    ((*ORIGINALS, "--originals-source", " HTTP://{host}/a.zip?{secret}"), "the server answers 404"),
    (("ApplyToPhotos", "--photos", "http://{host}/a.jpg?{secret}"), "is no path on this machine"),
    (("ApplyToPhotos", "--photos", ".", "--output", "http://{host}/?{secret}"), "is no path on this machine"),
    (("ApplyToPhotos", "--photos", ".", "--background", "foo://{host}/?{secret}"), "is no path on this machine"),
    (("Status", "--data-root", "s3://bucket/?{secret}"), "takes no credentials"),
]


class Refuses(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status = 403 if "403" in self.path else 302 if "moved" in self.path else 404
        self.send_response(status, f"sorry, {self.headers.get('Authorization')} {self.path}")
        self.send_header("Location", f"http://me:{SECRET}@h:port/{SECRET}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Refuses) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def check(run: "subprocess.CompletedProcess[str]", work: Path, said: str) -> None:
    assert run.returncode != 0
    assert said in run.stderr
    assert "Traceback" not in run.stderr
    assert SECRET not in run.stdout + run.stderr
    for path in work.rglob("*"):
        assert SECRET not in path.name
        assert not path.is_file() or path.name == "luigi.cfg" or SECRET.encode() not in path.read_bytes()


def some_slow(rows: list[tuple[Any, ...]]) -> list[Any]:
    return [*rows[:QUICK], *(pytest.param(*row, marks=pytest.mark.slow) for row in rows[QUICK:])]


@pytest.mark.parametrize(("setting", "address", "said"), some_slow(AS_SETTINGS))
def test_a_secret_in_a_setting_is_not_shown(
    luigi: Luigi, host: str, tmp_path: Path, setting: str, address: str, said: str
) -> None:
    settings = tmp_path / "work" / "luigi.cfg"
    value = address.format(secret=SECRET, host=host, server=f"http://{host}")
    lines = [
        f"{setting} = {value}" if line.startswith(f"{setting} =") else line
        for line in settings.read_text(encoding="utf-8").splitlines()
    ]
    settings.write_text("\n".join(lines), encoding="utf-8")
    task = ("TrainModel", "--experiment", "matte-unet") if setting == "renders" else ORIGINALS
    check(luigi(*task), tmp_path / "work", said)


@pytest.mark.parametrize(("arguments", "said"), some_slow(AS_OPTIONS))
def test_a_secret_in_an_option_is_not_shown(
    luigi: Luigi, host: str, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    check(luigi(*(one.format(secret=SECRET, host=host) for one in arguments)), tmp_path / "work", said)


@pytest.mark.runs
def test_a_secret_in_the_environment_is_not_shown(tmp_path: Path) -> None:
    luigi_in(tmp_path / "work")
    own = {
        "AWS_ENDPOINT_URL": f"http://me:{SECRET}@127.0.0.1:9",
        "AWS_ACCESS_KEY_ID": "me",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_MAX_ATTEMPTS": "1",
    }
    command = [*LUIGI, "Status", "--data-root", "s3://bucket/data", "--data-cache", "cache"]
    run = subprocess.run(
        command,
        cwd=tmp_path / "work",
        env={**environment(ROOT), **own, "HOME": os.fspath(tmp_path)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    check(run, tmp_path / "work", "s3://bucket/data: ")
