"""Right answers in other styles than the solutions: vectorized, einsum, in loops.

`STYLES` has them all: "lesson.check" -> functions.
"""

from . import (
    batchnorm,
    cifar10,
    cnn,
    convolution,
    inception,
    mlp,
    pooling,
    recurrence,
    residual,
)

__all__ = ["STYLES"]

STYLES = {
    check: styles
    for lesson in (
        batchnorm,
        cifar10,
        cnn,
        convolution,
        inception,
        mlp,
        pooling,
        recurrence,
        residual,
    )
    for check, styles in lesson.STYLES.items()
}
