"""`python -m lessons_lib.digits` trains the pad's network again: about two minutes."""

from lessons_lib.digits.network import WEIGHTS, train_network

if __name__ == "__main__":
    print(f"{train_network()}; weights in {WEIGHTS}")
