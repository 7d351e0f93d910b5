import pytest

from tasks.core.command import check_patterns
from tasks.core.errors import UserError


@pytest.mark.parametrize("arguments", [["a.jpg", "b.jpg"], ["a.jpg", "b.jpg", "c.jpg", "--rerun"]])
def test_a_pattern_that_the_shell_replaced_is_explained(arguments: list[str]) -> None:
    with pytest.raises(UserError, match=r"--photos takes one path, .* in quotes: --photos 'photos/\*.jpg'"):
        check_patterns(["luigi", "ApplyToPhotos", "--photos", *arguments])


@pytest.mark.parametrize("arguments", [["--photos", "a.jpg", "--rerun"], ["--photos"], ["--photos=a.jpg"], []])
def test_one_path_is_fine(arguments: list[str]) -> None:
    check_patterns(["luigi", "ApplyToPhotos", *arguments])
