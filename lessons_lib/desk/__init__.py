"""The learner's own copies of the lessons, in `work/`: made once, kept up to date.

Nothing here needs PyTorch, so that JupyterLab opens quickly.
"""

from lessons_lib.desk.folder import DeskError, lay_out

__all__ = ["DeskError", "lay_out"]
