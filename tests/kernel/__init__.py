"""What a kernel remembers of its cells."""
