"""Every kind of source, from the command line to the small npz."""

import hashlib
import os
import shutil
import signal
import subprocess
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.io import savemat

from tests.world import (
    LUIGI,
    ON_POSIX,
    ROOT,
    SMALL,
    Luigi,
    Run,
    built,
    copy_project,
    environment,
    luigi_in,
    run_with_room,
    write_pair,
)

pytestmark = pytest.mark.runs

ALL = {"Originals", "SmallImages"}
PACKED = ALL | {"UnpackOriginals"}


@pytest.fixture
def source(portraits: Path) -> Path:
    """A folder that has the portraits as a folder, as archives, and as an npz of originals."""
    folder = portraits.parent / "sources"
    folder.mkdir()
    portraits.rename(folder / "portraits")
    shutil.make_archive(str(folder / "portraits"), "zip", folder, "portraits")
    with tarfile.open(folder / "portraits.tar.gz", "w:gz") as archive:
        archive.add(folder / "portraits", "nested/deeper")
    return folder


def small(luigi: Luigi, source: str, *more: str) -> Run:
    run = luigi("SmallImages", "--originals-source", source, *SMALL, *more)
    assert "Traceback" not in run.stderr, run.stderr
    return run


@pytest.fixture
def expected(source: Path, tmp_path: Path) -> bytes:
    """The small npz made from the folder."""
    (tmp_path / "by folder").mkdir()
    run = small(luigi_in(tmp_path / "by folder"), str(source / "portraits"))
    assert built(run) == ALL, run.stderr
    return npz(tmp_path / "by folder").read_bytes()


def npz(folder: Path) -> Path:
    return folder / "data" / "small" / "pfcn_small.npz"


@pytest.fixture
def served(source: Path) -> Iterator[str]:
    """The address of the folder on a real server."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(source))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_the_sample_is_unpacked_again_only_if_its_content_changes(portraits: Path, tmp_path: Path) -> None:
    project, data = tmp_path / "project", tmp_path / "work" / "data"
    sample = copy_project(project, portraits)
    luigi = luigi_in(tmp_path / "work", project)
    run = small(luigi, "sample")
    assert built(run) == PACKED
    assert "the sample: rendered portraits (3D people, not photographs): 6 training and 3 testing" in run.stderr
    os.utime(sample, (7e9, 7e9))
    data.rename(tmp_path / "elsewhere")
    shutil.copytree(tmp_path / "elsewhere", data, copy_function=shutil.copyfile)
    assert built(small(luigi, "sample")) == set()
    write_pair(portraits / "training", "00007", 7)
    shutil.make_archive(str(sample.with_suffix("")), "zip", portraits)
    assert built(small(luigi, "sample")) == PACKED


@pytest.mark.parametrize("suffix", [".zip", ".tar.gz"])
def test_an_archive(luigi: Luigi, source: Path, expected: bytes, tmp_path: Path, suffix: str) -> None:
    archive = source / f"portraits{suffix}"
    run = small(luigi, str(archive))
    assert built(run) == PACKED
    assert (
        f"{archive}: photos and mattes side by side in training/, testing/: 6 training and 3 testing" in run.stderr
    )
    assert npz(tmp_path / "work").read_bytes() == expected
    archive.unlink()
    shutil.rmtree(tmp_path / "work" / "data" / "unpacked")
    assert built(small(luigi, str(archive))) == set(), "what came out of it is whole"


def test_what_was_unpacked_is_unpacked_again_when_it_is_needed(luigi: Luigi, source: Path, tmp_path: Path) -> None:
    small(luigi, str(source / "portraits.zip"))
    shutil.rmtree(tmp_path / "work" / "data" / "unpacked")
    run = small(luigi, str(source / "portraits.zip"), "--small-dtype", "float32")
    assert built(run) == {"UnpackOriginals", "SmallImages"}


def test_an_address(
    luigi: Luigi, served: str, source: Path, expected: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", "secret")
    digest = hashlib.sha256((source / "portraits.zip").read_bytes()).hexdigest()
    settings = tmp_path / "work" / "luigi.cfg"
    url = f"{served.replace('//', '//me:secret@')}/portraits.zip?token=${{TOKEN}}"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("source = sample", f"source = {url}"), encoding="utf-8"
    )
    run = luigi("SmallImages", *SMALL, "--originals-sha256", digest)
    assert built(run) == PACKED | {"DownloadOriginals"}, run.stderr
    assert npz(tmp_path / "work").read_bytes() == expected
    for path in (tmp_path / "work" / "data").rglob("*"):
        assert not path.is_file() or b"secret" not in path.read_bytes()
    shutil.rmtree(tmp_path / "work" / "data" / "download")
    assert built(luigi("SmallImages", *SMALL, "--originals-sha256", digest)) == set(), "the archive may go"


def test_a_damaged_download_is_fetched_again_by_the_command_that_the_message_names(
    luigi: Luigi, served: str, tmp_path: Path
) -> None:
    archive = tmp_path / "work" / "data" / "download" / "archive"
    source = ("--originals-source", f"{served}/portraits.zip")
    assert luigi("DownloadOriginals", *source).returncode == 0
    archive.write_bytes(b"x" * archive.stat().st_size)
    run = luigi("SmallImages", *source, *SMALL)
    _, _, command = run.stderr.partition("download it again, with the same settings: luigi --module pipeline ")
    assert command, run.stderr
    assert built(luigi(*command.split()[:2], *source)) == {"DownloadOriginals"}
    assert built(luigi("SmallImages", *source, *SMALL)) == PACKED


def test_a_download_that_does_not_fit_is_reported_and_resumes_later(
    luigi: Luigi, served: str, tmp_path: Path
) -> None:
    arguments = ("SmallImages", "--originals-source", f"{served}/portraits.zip", *SMALL)
    run = run_with_room(tmp_path / "work", 20_000, *arguments)
    assert run.returncode == 30
    assert "DownloadOriginals: File too large" in run.stderr
    assert "Traceback" not in run.stderr
    assert built(luigi(*arguments)) == PACKED | {"DownloadOriginals"}


def test_a_small_npz_that_does_not_fit_is_said(luigi: Luigi, source: Path, tmp_path: Path) -> None:
    arguments = ("SmallImages", "--originals-source", str(source / "portraits"), *SMALL)
    run = run_with_room(tmp_path / "work", 20_000, *arguments)
    assert run.returncode == 30
    assert "SmallImages: File too large" in run.stderr
    assert "Traceback" not in run.stderr
    assert not (tmp_path / "work" / "data" / "small").exists()
    assert built(luigi(*arguments)) == {"SmallImages"}


@ON_POSIX
@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM"])
def test_an_unpacking_that_was_stopped_is_not_taken_for_a_finished_one(
    luigi: Luigi, source: Path, expected: bytes, tmp_path: Path, name: str
) -> None:
    with zipfile.ZipFile(source / "portraits.zip", "a") as archive:
        for filler in range(3_000):
            archive.writestr(f"other/{filler}.png", b"x" * 10_000)
    command = [*LUIGI, "SmallImages", "--originals-source", str(source / "portraits.zip"), *SMALL]
    run = subprocess.Popen(
        command, cwd=tmp_path / "work", env=environment(ROOT), stderr=subprocess.PIPE, encoding="utf-8"
    )
    assert run.stderr is not None
    assert any("of 30" in line for line in run.stderr)
    number = signal.Signals[name]
    run.send_signal(number)
    assert run.wait() == (130 if number == signal.SIGTERM else -number)
    assert not (tmp_path / "work" / "data" / "unpacked").exists()
    assert built(small(luigi, str(source / "portraits.zip"))) == PACKED
    assert npz(tmp_path / "work").read_bytes() == expected


def test_eg1800_without_a_split(luigi: Luigi, source: Path, tmp_path: Path) -> None:
    for folder in ("images_data_crop", "images_mask"):
        (source / "EG1800" / folder).mkdir(parents=True)
    for number, photo in enumerate(sorted((source / "portraits").rglob("?????.png")), start=1):
        shutil.copy(photo, source / "EG1800" / "images_data_crop" / f"{number:05d}.jpg")
        with Image.open(photo.with_stem(f"{photo.stem}_matte")) as matte:
            mask = (np.asarray(matte) > 127).astype(np.uint8)
        savemat(source / "EG1800" / "images_mask" / f"{number:05d}_mask.mat", {"mask": mask})
    run = small(luigi, str(source / "EG1800"), "--originals-testing-share", "0.4")
    assert built(run) == ALL, run.stderr
    assert "photos in images_data_crop/, mattes in images_mask/, without a split" in run.stderr
    with np.load(npz(tmp_path / "work")) as arrays:
        assert len(arrays["train_images"]) + len(arrays["test_images"]) == 9
        assert set(np.unique(arrays["train_mattes"])) >= {0, 255}


def test_an_address_with_another_digest(luigi: Luigi, served: str) -> None:
    run = small(luigi, f"{served}/portraits.zip", "--originals-sha256", "0" * 64)
    assert run.returncode == 30
    assert "its SHA-256 is" in run.stderr
    assert built(run) == set()


def test_arrays(luigi: Luigi, expected: bytes, tmp_path: Path) -> None:
    given = tmp_path / "pfcn_small.npz"
    given.write_bytes(expected)
    run = small(luigi, str(given))
    assert built(run) == ALL
    assert npz(tmp_path / "work").read_bytes() == expected
    with np.load(given) as arrays:
        floats = {name: arrays[name] / 255 for name in arrays}
    np.savez(tmp_path / "floats.npz", allow_pickle=False, **floats)
    assert built(small(luigi, str(tmp_path / "floats.npz"))) == {"Originals", "SmallImages"}
    assert npz(tmp_path / "work").read_bytes() == expected


KAGGLEHUB = """
def dataset_download(handle):
    if handle != "tommzzhou/human-img-seg":
        raise RuntimeError("404 Client Error")
    print("asked for", handle)
    return {!r}
"""


def test_a_kaggle_data_set(source: Path, tmp_path: Path) -> None:
    """Kaggle itself cannot be asked here: only the one call of its library is replaced."""
    kaggle = source / "kaggle"
    for split in ("training", "testing"):
        for kind, ending in (("sample", ""), ("mask", "_matte")):
            (kaggle / split / kind).mkdir(parents=True)
            for path in (source / "portraits" / split).glob(f"?????{ending}.png"):
                shutil.copy(path, kaggle / split / kind / path.name.replace("_matte", ""))
                (kaggle / split / kind / f"._{path.name}").write_text("a dotfile", encoding="utf-8")
    project = tmp_path / "project"
    copy_project(project, source / "portraits")
    (project / "kagglehub.py").write_text(KAGGLEHUB.format(str(kaggle)), encoding="utf-8")
    luigi = luigi_in(tmp_path / "work", project)
    run = small(luigi, "kaggle:tommzzhou/human-img-seg")
    assert built(run) == ALL, run.stderr
    assert "photos in training/sample/, testing/sample/, mattes in mask/: 6 training and 3 testing" in run.stderr
    assert built(small(luigi, "kaggle:tommzzhou/human-img-seg")) == set()
    assert "asked for" not in small(luigi, "kaggle:tommzzhou/human-img-seg").stdout
    run = small(luigi, "kaggle:nobody/nothing")
    assert run.returncode == 30
    assert "Kaggle does not provide nobody/nothing (404 Client Error)" in run.stderr


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("nowhere", "'nowhere' is neither a folder nor an .npz file"),
        ("nowhere.zip", "there is no archive nowhere.zip"),
        ("nowhere.npz", "neither a folder nor an .npz file"),
        ("kaggle:nothing", "give owner/dataset"),
        ("http://", "is not a valid address"),
        (" ", "originals.source is empty"),
    ],
)
def test_a_source_that_names_nothing(luigi: Luigi, given: str, says: str) -> None:
    run = small(luigi, given)
    assert run.returncode == 30
    assert says in run.stderr


def test_bad_pairs_are_left_out_on_demand_and_said(luigi: Luigi, source: Path, tmp_path: Path) -> None:
    (source / "portraits" / "training" / "00002_matte.png").unlink()
    portraits = str(source / "portraits")
    run = small(luigi, portraits)
    assert run.returncode == 30
    assert "continue without them with --originals-on-bad skip" in run.stderr
    run = small(luigi, portraits, "--originals-on-bad", "skip")
    assert built(run) == ALL
    assert "left out: training/00002.png: photo without a matte" in run.stderr
    with np.load(npz(tmp_path / "work")) as arrays:
        assert len(arrays["train_images"]) == 5


def test_masks_with_labels_are_refused_understood_and_made_again_with_other_labels(
    luigi: Luigi, source: Path, tmp_path: Path
) -> None:
    for path in (source / "portraits").rglob("*_matte.png"):
        matte = np.asarray(Image.open(path))
        Image.fromarray(np.where(matte > 127, 2, matte > 0).astype(np.uint8)).save(path)
    portraits = str(source / "portraits")
    run = small(luigi, portraits)
    assert run.returncode == 30
    assert run.stderr.count("it is unclear what the mattes hold: the labels 0 (") == 1
    run = small(luigi, portraits, "--originals-person-labels", "1-2")
    assert built(run) == ALL
    assert "the mattes hold the labels 0, 1 and 2: 1 and 2 are the person, the rest is background" in run.stderr
    with np.load(npz(tmp_path / "work")) as arrays:
        mattes = arrays["train_mattes"]
        assert mattes.max() == 255
        assert built(small(luigi, portraits, "--originals-person-labels", "2")) == ALL
    with np.load(npz(tmp_path / "work")) as arrays:
        assert 0 < arrays["train_mattes"].astype(int).sum() < mattes.astype(int).sum()
