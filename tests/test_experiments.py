import pytest

from tasks.core.errors import UserError
from tasks.experiments import EXPERIMENTS, experiments_named
from tasks.recipe import Recipe


def test_usual_is_all_but_the_slow() -> None:
    assert experiments_named("all") == list(EXPERIMENTS)
    slow = set(EXPERIMENTS) - set(experiments_named("usual"))
    assert slow == {name for name, experiment in EXPERIMENTS.items() if experiment.slow}


def test_recipes_that_spoil_their_statistics_are_refused() -> None:
    with pytest.raises(ValueError, match="need no recalibrate"):
        Recipe(freeze_statistics_from=1, recalibrate=True)
    with pytest.raises(ValueError, match="needs recalibrate"):
        Recipe(average_share=0.2)


def test_names_are_taken_once_and_in_order() -> None:
    assert experiments_named("matte-unet, gray-unet,matte-unet,") == ["matte-unet", "gray-unet"]


@pytest.mark.parametrize("asked", ["", " , ", "gray-unet,nothing", "Usual"])
def test_what_is_no_experiment_is_named_with_those_that_are(asked: str) -> None:
    with pytest.raises(UserError, match="is not an experiment; give usual, all, or some of gray-unet"):
        experiments_named(asked)
