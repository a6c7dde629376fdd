"""Every picture and table of the course.

A function that draws one panel takes `ax=None` and returns the axes; one that draws a
grid of panels returns the figure. `show` takes both.
"""

from .architecture import architecture
from .charts import confusion, curves, reliability, seed_dots, sweep
from .diagrams import block_diagram, branch_diagram, unrolled
from .explore import explore
from .graph import graph
from .output import img, mime_bundle, panel_titles, ranges, show, show_table
from .pictures import (
    feature_maps,
    filters,
    image_grid,
    number_grid,
    surest_mistakes,
)
from .sliding import sliding_step, window_positions
from .style import INK

__all__ = [
    "INK",
    "architecture",
    "block_diagram",
    "branch_diagram",
    "confusion",
    "curves",
    "explore",
    "feature_maps",
    "filters",
    "graph",
    "image_grid",
    "img",
    "mime_bundle",
    "number_grid",
    "panel_titles",
    "ranges",
    "reliability",
    "seed_dots",
    "show",
    "show_table",
    "sliding_step",
    "surest_mistakes",
    "sweep",
    "unrolled",
    "window_positions",
]
