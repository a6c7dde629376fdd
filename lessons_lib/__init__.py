"""What the lessons import: data, training, figures, anatomy, checks."""
