import pytest

from tasks.core.command import check_patterns
from tasks.core.errors import UserError


@pytest.mark.parametrize("option", ["--photos", "--originals-photos", "--originals-mattes"])
@pytest.mark.parametrize("arguments", [["a.jpg", "b.jpg"], ["a.jpg", "b.jpg", "c.jpg", "--rerun"]])
def test_a_pattern_that_the_shell_replaced_is_explained(option: str, arguments: list[str]) -> None:
    with pytest.raises(UserError, match=rf"{option} takes one path .* in quotes: {option} 'photos/\*.jpg'"):
        check_patterns(["luigi", "ApplyToPhotos", option, *arguments])


@pytest.mark.parametrize("arguments", [["--photos", "a.jpg", "--rerun"], ["--photos"], ["--photos=a.jpg"], []])
def test_one_path_is_fine(arguments: list[str]) -> None:
    check_patterns(["luigi", "ApplyToPhotos", *arguments])
