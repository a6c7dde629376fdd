"""Tests of lessons_lib.data."""
