import pytest

from tasks.core.arguments import check_patterns, check_secrets
from tasks.core.errors import UserError


@pytest.mark.parametrize("option", ["--photos", "--originals-photos", "--originals-mattes"])
@pytest.mark.parametrize("arguments", [["a.jpg", "b.jpg"], ["a.jpg", "b.jpg", "c.jpg", "--rerun"]])
def test_a_pattern_that_the_shell_replaced_is_explained(option: str, arguments: list[str]) -> None:
    with pytest.raises(UserError, match=rf'{option} takes one path .* in quotes: {option} "photos/\*.jpg"'):
        check_patterns(["luigi", "ApplyToPhotos", option, *arguments])


@pytest.mark.parametrize("arguments", [["--photos", "a.jpg", "--rerun"], ["--photos"], ["--photos=a.jpg"], []])
def test_one_path_is_fine(arguments: list[str]) -> None:
    check_patterns(["luigi", "ApplyToPhotos", *arguments])


@pytest.mark.parametrize(
    ("argument", "advice"),
    [
        ("https://me:hushhush@host.org/a.zip", "into luigi.cfg.* ~/.netrc: machine host.org login"),
        ("HTTPS://hushhush@host.org/a.zip", "~/.netrc"),
        (" https://me:hush/hushhush@host.org/a.zip", "~/.netrc: machine HOST login"),
        ("https://host.org/a.zip?X-Amz-Signature=hushhush", r"into luigi.cfg: \$\{NAME\}"),
        ("s3://KEY:hushhush@bucket/a", "AWS_PROFILE"),
        ("ftp://me:hushhush@host.org/a.zip", "of this kind cannot be used"),
    ],
)
@pytest.mark.parametrize("joined", [False, True])
def test_a_secret_on_the_command_line_is_refused(argument: str, advice: str, joined: bool) -> None:
    option = [f"--originals-source={argument}"] if joined else ["--originals-source", argument]
    with pytest.raises(UserError, match=rf"^--originals-source .*list of processes.*{advice}") as raised:
        check_secrets(["luigi", "Originals", *option])
    assert "hush" not in str(raised.value)


def test_an_address_without_a_secret_is_fine() -> None:
    check_secrets(["luigi", "Originals", "--originals-source", "https://host.org/a.zip?dl=1", "--x", "a=b:c@d"])


@pytest.mark.parametrize("option", ["--photos", "--originals-photos", "--originals-mattes"])
def test_quotes_that_a_shell_leaves_are_explained(option: str) -> None:
    with pytest.raises(
        UserError, match=rf'{option} \'a/\*.jpg\': its quotes are part of it.*{option} "photos/\*.jpg"'
    ):
        check_patterns(["luigi", "ApplyToPhotos", option, "'a/*.jpg'"])
