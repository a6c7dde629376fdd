"""Give the lessons to a class: assignments, and grading that submissions can't win.

`release` makes nbgrader assignments of the lessons. `grade` lets nbgrader grade what
comes back, with two steps of its own: a submission is mended (`mending`) and, instead
of being executed by nbgrader, run in a sandbox (`sandbox`, `worker`) by a process that
judges what it hands out (`student`, `judging`).
"""
