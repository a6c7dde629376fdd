"""Lets pytest compare the lessons' outputs, numbers within a tolerance."""

pytest_plugins = ["tolerant.plugin"]
