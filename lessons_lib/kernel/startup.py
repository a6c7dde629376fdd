"""Let every kernel of the environment watch its cells from the first one on."""

import sys
from pathlib import Path

__all__ = ["SCRIPT", "install"]

SCRIPT = """\
# Written by lessons_lib.kernel.startup: kernels remember which cell set what.
try:
    from lessons_lib.kernel import watch as _watch
except ImportError:  # the course isn't installed any more
    pass
else:
    _watch()
    del _watch
"""


def install(prefix: Path = Path(sys.prefix)) -> bool:
    """Put a script where IPython looks when any program starts a kernel.

    Only into an environment of its own, never into a Python that others use, too.

    Args:
        prefix: the folder of the environment.

    Returns:
        Whether it is there. Without it, a kernel watches its cells once a lesson has
        imported its checks.
    """
    own = ((prefix / name).exists() for name in ("pyvenv.cfg", "conda-meta"))
    if not any(own):
        return False
    script = prefix / "etc" / "ipython" / "startup" / "lessons.py"
    try:
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(SCRIPT, encoding="utf-8")
    except OSError:
        return False
    return True
