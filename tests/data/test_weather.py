"""The weather of Seattle arrives as published, without the internet and pandas."""

import subprocess
import sys
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
import torch

from lessons_lib.data import DataUnavailable, Weather, seattle_weather, weather


def test_every_day_of_four_years_is_there():
    days, values, names = seattle_weather()
    assert days == [date(2012, 1, 1) + timedelta(n) for n in range(1461)]
    assert days[-1] == date(2015, 12, 31)
    assert values.shape == (1461, len(names)) and values.dtype == torch.float32
    assert names == ("precipitation (mm)", "temp_max (C)", "temp_min (C)", "wind (m/s)")


def test_values_are_those_of_the_file():
    _, values, _ = seattle_weather()
    assert torch.equal(values[0], torch.tensor([0.0, 12.8, 5.0, 4.7]))
    assert torch.equal(values[-1], torch.tensor([0.0, 5.6, -2.1, 3.5]))
    assert values.isfinite().all()
    assert (values[:, 1] >= values[:, 2]).all(), (
        "a highest temperature below the lowest"
    )
    assert (values[:, [0, 3]] >= 0).all()


def test_repr_is_short():
    assert repr(seattle_weather()).startswith(
        "Weather(days=2012-01-01 to 2015-12-31, values=(1461, 4) torch.float32"
    )
    assert isinstance(seattle_weather(), Weather)


def test_pandas_is_not_imported():
    code = (
        "import sys; from lessons_lib.data import seattle_weather; seattle_weather(); "
        "sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_missing_package(monkeypatch):
    monkeypatch.setattr(weather, "find_spec", lambda name: None)
    with pytest.raises(DataUnavailable, match=r"not installed\. Run pip install"):
        seattle_weather()


@pytest.mark.parametrize("content", [b"", b"date,precipitation\n2012/01/01,0.0\n"])
def test_another_file_is_not_believed(content, tmp_path, monkeypatch):
    (tmp_path / "_data").mkdir()
    (tmp_path / "_data" / "seattle-weather.csv").write_bytes(content)
    package = SimpleNamespace(origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(weather, "find_spec", lambda name: package)
    with pytest.raises(DataUnavailable, match=r"not the published file .* Run pip"):
        seattle_weather()
