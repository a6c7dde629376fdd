"""Outputs that are compared: strictly, or number by number within a tolerance.

nbval executes the lessons and compares their outputs; it knows equal and different.
This plugin for it adds what lies between: a cell whose numbers follow from a training
says so in its metadata, and how far they may move; the words around them may not.

    "compare": {"as": "training", "reason": "accuracies after training differ"}

    rules       the named rules, and how a cell's metadata change them
    written     the numbers in a text, each with its kind and what stands around it
    texts       two texts, figure digests too, compared by a rule
    lessons     which cells of the lessons are compared how: the share that is
    speed       how much slower than usual this machine is at the moment
    plugin      all of it, where pytest asks for it
"""
