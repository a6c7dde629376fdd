"""Wrong answers, derived from the right ones of the notebooks, and what checks say."""
