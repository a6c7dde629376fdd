"""Fault drills: what fails, and what must happen then.

A test anywhere is a drill if it is marked `drill(what fails, what must happen)`; the
two texts may name parameters of the test, as {this}. `make drills` runs them all and
prints them as a table. Here are those that need processes, disks or whole commands.
"""
