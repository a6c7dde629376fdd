"""How `make run` executes the lessons: jupyter nbconvert --config=.ci/execute.py ..."""

c = get_config()  # noqa: F821  (nbconvert puts it here)

c.NbConvertApp.export_format = "notebook"
c.NbConvertApp.use_output_suffix = False  # in place; written only if every cell ran
c.FilesWriter.build_directory = ""
c.Application.log_level = "ERROR"

c.ExecutePreprocessor.enabled = True
c.ExecutePreprocessor.record_timing = False
c.ExecutePreprocessor.timeout = 300

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
