import pytest

from tasks.training.average import averaged_epochs


@pytest.mark.parametrize(
    ("epochs", "share", "count"),
    [(25, 0.2, 5), (25, 0.0, 1), (1, 0.2, 1), (2, 0.2, 1), (50, 0.2, 10), (3, 1.0, 3)],
)
def test_a_share_of_the_epochs_but_always_the_last(epochs: int, share: float, count: int) -> None:
    assert averaged_epochs(epochs, share) == count
