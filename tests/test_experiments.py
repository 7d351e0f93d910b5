import pytest

from tasks.core.errors import UserError
from tasks.experiments import BASELINES, EXPERIMENTS, baselines_possible, experiments_named
from tasks.recipe import Recipe
from tasks.targets import TARGETS


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


@pytest.mark.parametrize("asked", ["usual", "all"])
def test_without_mattes_only_what_needs_none_is_left(asked: str) -> None:
    made = experiments_named(asked, with_mattes=False)
    assert made == [name for name in experiments_named(asked) if EXPERIMENTS[name].target == "gray"]
    assert baselines_possible(with_mattes=False) == [
        name for name, target in BASELINES.items() if target == "gray"
    ]
    assert baselines_possible(with_mattes=True) == list(BASELINES)
    assert [name for name, target in TARGETS.items() if target.needs_mattes] == ["matte"]


def test_an_experiment_that_needs_mattes_is_refused_without() -> None:
    with pytest.raises(UserError, match="matte-unet needs mattes, and the originals have none; give usual, all"):
        experiments_named("gray-unet,matte-unet", with_mattes=False)
