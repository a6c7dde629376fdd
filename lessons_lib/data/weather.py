"""Daily weather of Seattle: a time series for lesson 08."""

import csv
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from lessons_lib.data._download import DataUnavailable, read_files

__all__ = ["Weather", "seattle_weather"]

FILE = "seattle-weather.csv"
SHA256 = "62f0609f787158128aa2bd102967173a4953122dd4f872bf1d502cae1037df0b"
UNITS = {"precipitation": "mm", "temp_max": "C", "temp_min": "C", "wind": "m/s"}


class Weather(NamedTuple):
    """Daily weather: `days, values, names = weather`.

    days: N dates, one after the other.
    values: Tensor (N, 4), float32, one column for each name.
    names: what the columns hold, with the unit: "temp_max (C)".
    """

    days: list[date]
    values: Tensor
    names: tuple[str, ...]

    def __repr__(self) -> str:
        values = f"{tuple(self.values.shape)} {self.values.dtype}"
        span = f"{self.days[0]} to {self.days[-1]}"
        return f"Weather(days={span}, values={values}, names={self.names})"


def seattle_weather() -> Weather:
    """Return the 1,461 days from 2012 to 2015 in Seattle, one row for each.

    The columns are precipitation (mm), highest and lowest temperature (degrees Celsius)
    and wind (m/s). The file is read from the package vega_datasets, offline.

    Returns:
        Days and values, the oldest first, no day missing.

    Raises:
        DataUnavailable: the package or its file is missing or is not the one published
            with version 0.9; the message says what to do.

    NOAA, Global Historical Climatology Network, in vega_datasets 0.9.0, 2020.
    """
    # Found, not imported: the import would take pandas along, which nobody needs here.
    package = find_spec("vega_datasets")
    contents: dict[str, bytes] = {}
    faults = ["it is not installed"]
    if package and package.origin:
        folder = Path(package.origin).parent / "_data"
        contents, faults = read_files(folder, {FILE: SHA256})
    if not contents:
        raise DataUnavailable(
            "The weather of Seattle comes with the package vega_datasets 0.9: "
            f"{'; '.join(faults) or 'its file is missing'}. "
            'Run pip install --force-reinstall "vega_datasets==0.9.0".'
        )
    rows = list(csv.DictReader(contents[FILE].decode().splitlines()))
    days = [datetime.strptime(row["date"], "%Y/%m/%d").date() for row in rows]
    values = torch.tensor([[float(row[name]) for name in UNITS] for row in rows])
    return Weather(days, values, tuple(f"{n} ({u})" for n, u in UNITS.items()))
