"""Checkouts of the project as Git makes them on Windows, with CRLF at the ends of lines."""

import pytest

from tests.world import EPOCHS, World

TEXTS = (".cfg", ".css", ".j2", ".js", ".md", ".py")


def with_crlf(world: World) -> int:
    """Give all texts of the project CRLF, and return how many files there are."""
    files = [path for path in world.project.rglob("*") if path.suffix in TEXTS]
    for path in files:
        path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    return len(files)


@pytest.mark.slow
def test_a_data_folder_is_up_to_date_for_a_checkout_with_other_ends_of_lines(world: World) -> None:
    assert with_crlf(world) > 100
    assert world.due() == set()
    assert world.luigi("EvaluateAll") == set()
    world.edit("tasks/gray/luma.py", "0.2125", "0.2126")
    assert "GrayTargets" in world.due(*EPOCHS)
