"""What a live notebook's kernel remembers of its cells, for checks to be trusted.

Nothing here needs PyTorch: each kernel of the course's environment begins with it.
"""

from lessons_lib.kernel.executions import Execution, Executions
from lessons_lib.kernel.watching import executions, watch
