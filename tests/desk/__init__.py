"""The learner's desk: copies, merging, and what may lie in the folder."""
