"""`python -m lessons_lib.data` fetches the data of all lessons."""

import sys

from lessons_lib.data import cifar10, mnist
from lessons_lib.data.mnist import FILES, fetch
from lessons_lib.paths import data_folder

__all__ = ["main"]


def main() -> int:
    """Fetch the data of all lessons and say where it lies."""
    try:
        fetch()  # checks every byte, also of what was decoded long ago
        train, test = mnist()
        print(
            f"MNIST: {len(train):,} training and {len(test):,} test pictures in "
            f"{data_folder()}; SHA-256 of {len(FILES)} files is right."
        )
        colored, _ = cifar10(fetch_again=True)
    except RuntimeError as error:  # no data, or LESSONS_DATA is no folder
        print(error, file=sys.stderr)
        return 1
    if colored.stand_in:
        print(
            "CIFAR-10 can't be had at the moment: lesson 09 uses drawn shapes instead, "
            "and says so."
        )
    else:
        print(f"CIFAR-10: {len(colored):,} training pictures, {colored.origin}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
