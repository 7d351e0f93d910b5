"""Starts TensorFlow quietly, and with oneDNN."""

import gc
import os
import sys
import tempfile

from tasks.core.errors import UserError
from tasks.core.machine import lacks_avx


def import_tensorflow() -> None:
    """Import TensorFlow and Keras; what they print before their log settings hold is seen only if that fails.

    It computes by oneDNN's kernels, which TensorFlow's own default leaves off on x86 processors without the newest
    vector instructions, where they train a U-Net 1.6 times as fast all the same. `TF_ENABLE_ONEDNN_OPTS=0` in the
    environment turns them off. Nothing changes in a process that has imported TensorFlow before. Raises
    `UserError` on a processor that TensorFlow cannot run on, where it would end the process without a word.
    """
    if "tensorflow" in sys.modules:
        return
    if lacks_avx():
        raise UserError(
            "TensorFlow for Linux needs a processor with AVX instructions, as most have since 2011, and this has "
            "none: train and apply models on another machine. What needs no network works here."
        )
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    with tempfile.TemporaryFile() as said:
        standard_error = os.dup(2)
        os.dup2(said.fileno(), 2)
        try:
            import keras  # noqa: F401
            import tensorflow  # noqa: F401
        except BaseException:
            said.seek(0)
            os.write(standard_error, said.read())
            raise
        finally:
            os.dup2(standard_error, 2)
            os.close(standard_error)
    # Their 350,000 objects stay; to look through them at each collection costs a training half a second.
    gc.freeze()
