"""The page in a real browser, where one is installed: what its scripts do, and how it fits the screen."""

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tasks.report.results import Result, read_result
from tasks.report.write import write_report
from tests.report.conftest import report_data, write_evaluation

pytestmark = pytest.mark.runs

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=5000",
    "--dump-dom",
)
ERRORS = "<script>window.errors = []; addEventListener('error', ({ message }) => errors.push(message));</script>"
LOOK = f"<script>{Path(__file__).with_name('look.js').read_text(encoding='utf-8')}</script>"


@pytest.fixture
def page(results: list[Result], tmp_path: Path) -> Path:
    write_evaluation(tmp_path / "cutter", "cutter", 0.2, target="matte")
    results.append(read_result(tmp_path / "cutter", tmp_path / "model"))
    out = tmp_path / "report"
    out.mkdir()
    write_report(out, report_data(results))
    html = (out / "index.html").read_text(encoding="utf-8")
    (out / "index.html").write_text(
        html.replace("<head>", "<head>" + ERRORS).replace("</body>", LOOK + "</body>"), encoding="utf-8"
    )
    return out / "index.html"


def look(page: Path, *options: str) -> dict[str, Any]:
    if BROWSER is None:
        pytest.skip("no Chromium here")
    profile = f"--user-data-dir={page.parent / 'profile'}"
    run = subprocess.run(
        [BROWSER, *QUIET, profile, *options, page.as_uri()],
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=120,
    )
    found = re.search('data-found="([^"]*)"', run.stdout)
    assert found, run.stdout[-2000:] + run.stderr[-2000:]
    return dict(json.loads(unescape(found.group(1))))


def test_the_page_does_what_it_says(page: Path) -> None:
    found = look(page, "--window-size=1200,900")
    assert found["errors"] == []
    assert found["broken"] == 0
    best_first, ascending, descending = found["orders"]
    assert best_first == ascending == ["fast", "plain", "slow"]  # by PSNR, and by MAE
    assert descending == ascending[::-1]
    assert found["sort"] == "descending"
    assert found["languages"] == [[True, False], [False, True]]
    first, second, back, clicked = found["places"]
    assert len(first) == 3 + 4  # input and targets, and what each of four made of it
    assert not set(first) & set(second)
    assert back == first
    assert clicked == second  # the lowest row of the picture
    assert found["cut"] == ["inset(0px 0px 0px 50%)", "inset(0px 0px 0px 20%)"]


@pytest.mark.parametrize("width", [390, 1200])
def test_nothing_sticks_out(page: Path, width: int) -> None:
    found = look(page, f"--window-size={width},800")
    assert found["overflow"] <= 0
    assert found["width"] < 1.4 * width  # some browsers have no narrower window than 500


def test_dark_and_light(page: Path) -> None:
    schemes = [look(page, f"--blink-settings=preferredColorScheme={scheme}")["background"] for scheme in (0, 1)]
    brightness = [np.mean([int(part) for part in re.findall(r"\d+", scheme)]) for scheme in schemes]
    assert brightness[0] < 60
    assert brightness[1] > 200
