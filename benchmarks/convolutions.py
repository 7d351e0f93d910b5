"""What do the convolutions of the article's U-Net alone allow? `python -m benchmarks.convolutions`

Times each 3x3 convolution of the network by itself, for a batch of 32, and its two gradients, in float32 and in
bfloat16, and a large matrix product, which nothing can outrun. Prints how many images a second could be trained on
if all the rest took no time.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.measure import median_seconds, print_machine
from tasks.training.tensorflow_start import import_tensorflow

if TYPE_CHECKING:
    import tensorflow as tf

BATCH = 32
SIZES = ((100, 75), (50, 37), (25, 18), (12, 9), (6, 4))
LEVEL_CHANNELS = (16, 32, 64, 128, 256)
MATRIX = 4096

Shape = tuple[tuple[int, int], int, int]
"""Height and width, and the channels that come in and go out."""


def shapes() -> list[Shape]:
    """Return the shapes of the 18 convolutions, on the way down and up."""
    down = [((size, before, channels), (size, channels, channels)) for size, before, channels in _levels()]
    up = [((size, 2 * channels, channels), (size, channels, channels)) for size, _, channels in _levels()[:-1]]
    return [shape for pair in down + up for shape in pair]


def _levels() -> list[Shape]:
    return list(zip(SIZES, (3, *LEVEL_CHANNELS), LEVEL_CHANNELS, strict=False))


def convolution_seconds(shape: Shape, dtype: "tf.DType") -> float:
    """Return the seconds of one convolution of a batch and of its gradients; images themselves need none."""
    import tensorflow as tf

    (height, width), incoming, outgoing = shape
    x, kernel, y = (
        tf.cast(tf.random.normal(form), dtype)
        for form in (
            (BATCH, height, width, incoming),
            (3, 3, incoming, outgoing),
            (BATCH, height, width, outgoing),
        )
    )
    common = {"strides": [1] * 4, "padding": "SAME"}
    work: list[Callable[[], tf.Tensor]] = [
        tf.function(lambda: tf.raw_ops.Conv2D(input=x, filter=kernel, **common)),
        tf.function(
            lambda: tf.raw_ops.Conv2DBackpropFilter(input=x, filter_sizes=kernel.shape, out_backprop=y, **common)
        ),
    ]
    if incoming > 3:
        backwards = partial(tf.raw_ops.Conv2DBackpropInput, input_sizes=x.shape, filter=kernel, out_backprop=y)
        work.append(tf.function(lambda: backwards(**common)))
    return sum(median_seconds(one) for one in work)


def operations(shape: Shape) -> float:
    """Return the multiplications and additions that this takes."""
    (height, width), incoming, outgoing = shape
    return (3 if incoming > 3 else 2) * 2.0 * BATCH * height * width * 9 * incoming * outgoing


def main() -> None:
    """Print a line for each number format."""
    import_tensorflow()
    import tensorflow as tf

    print_machine()
    for dtype in (tf.float32, tf.bfloat16):
        seconds = sum(convolution_seconds(shape, dtype) for shape in shapes())
        speed = sum(map(operations, shapes())) / seconds
        matrix = tf.cast(tf.random.normal((MATRIX, MATRIX)), dtype)
        product = tf.function(lambda matrix=matrix: tf.matmul(matrix, matrix))
        fastest = 2.0 * MATRIX**3 / median_seconds(product)
        print(
            f"{dtype.name}: convolutions {speed / 1e9:.0f} GFLOP/s, a matrix product {fastest / 1e9:.0f}; "
            f"at most {BATCH / seconds:.0f} images/s"
        )


if __name__ == "__main__":
    main()
