"""Data sets as tensors in memory, and batches of them at memory speed.

`python -m lessons_lib.data` fetches what the lessons need.
"""

from lessons_lib.data._download import DataUnavailable
from lessons_lib.data.batches import Batches
from lessons_lib.data.cifar10 import cifar10
from lessons_lib.data.mnist import mnist
from lessons_lib.data.pictures import ColorPictures, OneByOne, Pictures
from lessons_lib.data.weather import Weather, seattle_weather

__all__ = [
    "Batches",
    "ColorPictures",
    "DataUnavailable",
    "OneByOne",
    "Pictures",
    "Weather",
    "cifar10",
    "mnist",
    "seattle_weather",
]
