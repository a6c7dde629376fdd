"""Data sets as tensors in memory, and batches of them at memory speed.

`python -m lessons_lib.data` fetches what the lessons need.
"""

from lessons_lib.data._download import DataUnavailable
from lessons_lib.data.batches import Batches
from lessons_lib.data.cifar10 import cifar10
from lessons_lib.data.mnist import mnist
from lessons_lib.data.pictures import OneByOne, Pictures, color_statistics
from lessons_lib.data.reference import python_reference
from lessons_lib.data.weather import Weather, seattle_weather
