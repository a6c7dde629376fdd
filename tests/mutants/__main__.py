"""Print, check by check, which mutants of the solutions survive or aren't named.

PYTHONPATH=tests python -m mutants [part of a name, such as convolution.echo ...]
"""

import sys

from mutants.solutions import exercises
from mutants.trial import in_full, tried

wanted = sys.argv[1:] or [""]
for name, exercise in exercises().items():
    if any(part in name for part in wanted):
        print(in_full(tried(exercise)), flush=True)
