"""How `make run` executes the lessons: jupyter nbconvert --config=.ci/execute.py ..."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from tolerant.speed import slowness

c = get_config()  # noqa: F821  (nbconvert puts it here)

c.NbConvertApp.export_format = "notebook"
c.NbConvertApp.use_output_suffix = False  # in place; written only if every cell ran
c.NbConvertApp.writer_class = "lessons_lib.desk.storing.NotebookWriter"
c.FilesWriter.build_directory = ""
c.Application.log_level = "ERROR"

c.ExecutePreprocessor.enabled = True
c.ExecutePreprocessor.record_timing = False
c.ExecutePreprocessor.timeout = round(300 * slowness())

# What a cell prints in two breaths is one output, so that runs differ in results alone.
c.NotebookExporter.preprocessors = [
    "nbconvert.preprocessors.CoalesceStreamsPreprocessor"
]

# What differs from machine to machine doesn't belong into git.
c.ClearMetadataPreprocessor.enabled = True
c.ClearMetadataPreprocessor.clear_cell_metadata = False
c.ClearMetadataPreprocessor.preserve_nb_metadata_mask = {
    "kernelspec",
    ("language_info", "name"),
}
