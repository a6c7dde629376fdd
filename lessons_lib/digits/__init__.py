"""Read a learner's own digit: from any picture, or from a pad to draw on."""

from lessons_lib.digits.network import trained_network
from lessons_lib.digits.pad import pad
from lessons_lib.digits.reading import Reading, center_digit, read_digit
