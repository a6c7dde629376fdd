"""Every picture and table of the course.

A function that draws one panel takes `ax=None` and returns the axes; one that draws a
grid of panels returns the figure. `show` takes both.
"""

from .architecture import architecture
from .charts import confusion, reliability, seed_dots, sweep
from .descent import descent_in_bowl
from .diagrams import block_diagram, branch_diagram, unrolled
from .explore import explore
from .gates import attention_diagram, cell_diagram
from .graph import graph
from .output import panel_titles, ranges, show, show_table
from .pictures import feature_maps, filters, image_grid, number_grid, surest_mistakes
from .sliding import sliding_step, window_positions
from .style import INK
