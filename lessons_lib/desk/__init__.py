"""The learner's own copies of the lessons, in `work/`: made once, kept up to date.

Nothing but the first page needs PyTorch, so that JupyterLab opens quickly; and what
checks import (`progress`) doesn't need nbformat, so that they do.
"""
