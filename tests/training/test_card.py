from tasks.training.card import model_card

SETTINGS = {"experiment.target": "matte", "experiment.network": "unet", "training.seed": 3}
EPOCHS = [
    {"epoch": 1.0, "loss": 0.5, "validation_loss": 0.6, "seconds": 10.0},
    {"epoch": 2.0, "loss": 0.25, "validation_loss": 0.125, "seconds": 9.0},
]


def test_a_card_says_what_its_reader_needs() -> None:
    card = model_card(
        "matte-unet", SETTINGS, 1946993, {"training": 6, "testing": 3}, (40, 32), "mixed_bfloat16", EPOCHS
    )
    assert card.startswith("# matte-unet\n")
    for said in (
        "mattes of the person",
        "1,946,993 parameters",
        "(N, 40, 32, 3)",
        "6 images to train on, 3 to test on;",
        "2 epochs in mixed bfloat16.",
        "0.25000 on the training images",
        "0.12500 on the test images",
        "| `training.seed` | 3 |",
    ):
        assert said in card


def test_a_target_that_came_later_is_named() -> None:
    settings = {**SETTINGS, "experiment.target": "depth"}
    assert "Predicts depth." in model_card(
        "d", settings, 1, {"training": 1, "testing": 1}, (32, 32), "float32", EPOCHS
    )
