"""Says in a sentence why a model does badly.

Apart from `check`, which computes, so that rewording a sentence makes no model stale.
"""

from tasks.training.check import Check

LOSS_NAMES = {
    "mae": "the mean absolute error",
    "mse": "the mean squared error",
    "crossentropy_and_overlap": "the loss (cross-entropy plus 1 minus the soft intersection over union)",
}
"""What prose calls the losses of the recipes."""


def explanation(check: Check) -> str:
    """Return the reason as a sentence with its figures; empty if there is none."""
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
