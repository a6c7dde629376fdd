"""Right, wrong and missing answers to the exercise on the first page."""

RIGHT = {"numbers": [784, 28 * 28, 784.0]}
WRONG = {
    "numbers": [
        ("added", 56, "This is the sum"),
        ("one row", 28, "one row"),
        ("three colors", 2352, "three colors"),
        ("something else", 100, "then the rows"),
        ("a text", "784", "quotes"),
    ]
}
UNTRIED = {"numbers": [...]}
