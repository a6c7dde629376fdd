"""Right answers in other styles than the solutions: vectorized, einsum, in loops.

`STYLES` has them all: "lesson.check" -> functions.
"""

import importlib
import pkgutil

__all__ = ["STYLES"]

STYLES = {
    check: styles
    for lesson in pkgutil.iter_modules(__path__)
    for check, styles in importlib.import_module(
        f".{lesson.name}", __name__
    ).STYLES.items()
}
