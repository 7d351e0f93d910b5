"""Says why a model does badly, where its losses tell."""

from tasks.training.check import Check

LOSSES = {
    "mae": "the mean absolute error",
    "mse": "the mean squared error",
    "crossentropy_and_overlap": "the loss (cross-entropy, and what the overlap lacks of 1)",
}
"""The losses that recipes name, in words."""


def explanation(check: Check) -> str:
    """Return a sentence with the figures it rests on; empty where the losses do not tell."""
    train = f"{check.train_loss:.4f}"
    if check.reason == "statistics":
        return (
            "Batch normalization's running statistics lag behind the weights: on training images the model's loss "
            f"is {train} with them and {check.train_loss_batch_statistics:.4f} with each batch's own statistics."
        )
    if check.reason == "not learned":
        return (
            f"It has not learned yet: even on training images the model's loss is {train}; that of the mean "
            f"target is {check.train_loss_of_mean:.4f}."
        )
    if check.reason == "overfitting":
        return (
            f"It fits the training images and not others: the model's loss is {train} on training images and "
            f"{check.test_loss:.4f} on the test images."
        )
    return ""
