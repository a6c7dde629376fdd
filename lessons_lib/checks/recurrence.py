"""Checks of lesson 08: recurrence, one cell at a time."""

from collections.abc import Callable

import torch
from torch import Tensor

from lessons_lib.checks.judge import (
    Mistakes,
    Verdict,
    checker,
    fixed,
    judge_choice,
    judge_function,
    judge_value,
    randn,
)

__all__ = [
    "carried_over",
    "clip",
    "gru_cell",
    "parameters_of_rnn",
    "run_cell",
    "shapes",
]


@checker
def parameters_of_rnn(answer: object) -> Verdict:
    """Check exercise 1: the parameters of ``nn.RNN(28, 64)``.

    Args:
        answer: the number of weights and biases.
    """
    mistakes = Mistakes()
    mistakes("These are the two matrices. There are biases, too.", 64 * 28 + 64 * 64)
    mistakes(
        "PyTorch's cell has two biases, one beside each matrix.", 64 * 28 + 64 * 64 + 64
    )
    mistakes(
        "That is the matrix for the inputs. There is one for the hidden state, and "
        "there are biases.",
        64 * 28,
    )
    mistakes(
        "That is the part for the inputs. The hidden state has a matrix and a bias of "
        "its own.",
        64 * 28 + 64,
    )
    mistakes(
        "The hidden state has a matrix of its own: from 64 numbers to 64.",
        64 * 28 + 64 + 64,
    )
    mistakes(
        "The hidden state has 64 numbers, so its matrix is 64 x 64.",
        64 * 28 + 28 * 28 + 64 + 28,
    )
    mistakes(
        "That is the part for the hidden state. The inputs have a matrix of their own: "
        "from 28 numbers to 64.",
        64 * 64,
        64 * 64 + 64,
        64 * 64 + 64 + 64,
    )
    mistakes(
        "A matrix has a weight for each pair of an input and an output: 64 x 28 and "
        "64 x 64 of them.",
        64 + 28 + 64 * 64 + 128,
        64 + 64 * 64 + 128,
        28 + 64 * 64 + 128,
        64 * 28 + 64 + 64 + 128,
        64 * 28 + 64 + 128,
        64 + 28 + 64 + 64 + 128,
    )
    mistakes("These are the biases. There are two matrices, too.", 64, 128)
    mistakes(
        "The same cell reads all 28 rows. Its weights are counted once.",
        28 * (64 * 28 + 64 * 64 + 64 + 64),
    )
    mistakes(
        "The cell sees one row at a time: 28 inputs, not 784.",
        64 * 784 + 64 * 64 + 64 + 64,
    )
    return judge_value(
        "parameters_of_rnn",
        answer,
        64 * 28 + 64 * 64 + 64 + 64,
        mistakes,
        nudge="Two matrices, from the inputs and from the hidden state to the hidden "
        "state, and two biases. How many numbers are in each?",
        praise="Two matrices and two biases, whatever the number of rows.",
    )


def _run(
    x: Tensor, h: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Tensor, b_hh: Tensor
) -> tuple[Tensor, Tensor]:
    states = []
    for x_t in x:
        h = torch.tanh(x_t @ w_ih.T + b_ih + h @ w_hh.T + b_hh)
        states.append(h)
    return torch.stack(states), h


@checker
def run_cell(attempt: Callable[..., tuple[Tensor, Tensor]]) -> Verdict:
    """Check exercise 2: a loop of cells over time.

    Args:
        attempt: (x (T, N, D), h (N, H), w_ih (H, D), w_hh (H, H), b_ih (H,),
            b_hh (H,)) -> states (T, N, H) and the last state (N, H).
    """
    mistakes = Mistakes()

    @mistakes(
        "It looks as if every step began with the same state. The h that comes out of "
        "one step goes into the next."
    )
    def forgetful(x, h, *weights):
        states = torch.stack([_run(x_t[None], h, *weights)[1] for x_t in x])
        return states, states[-1]

    @mistakes("It looks as if the tanh is missing.")
    def linear(x, h, w_ih, w_hh, b_ih, b_hh):
        states = []
        for x_t in x:
            h = x_t @ w_ih.T + b_ih + h @ w_hh.T + b_hh
            states.append(h)
        return torch.stack(states), h

    @mistakes("It looks as if b_hh was not added.")
    def one_bias(x, h, w_ih, w_hh, b_ih, b_hh):
        return _run(x, h, w_ih, w_hh, b_ih, 0 * b_hh)

    @mistakes("It looks as if b_ih was not added.")
    def other_bias(x, h, w_ih, w_hh, b_ih, b_hh):
        return _run(x, h, w_ih, w_hh, 0 * b_ih, b_hh)

    @mistakes("It looks as if w_hh was not transposed: h @ w_hh.T.")
    def transposed(x, h, w_ih, w_hh, b_ih, b_hh):
        return _run(x, h, w_ih, w_hh.T, b_ih, b_hh)

    @mistakes(
        "It looks as if h was set to zero at the start; begin with the h that is given."
    )
    def from_zero(x, h, *weights):
        return _run(x, 0 * h, *weights)

    @mistakes("It looks as if time ran backward: begin with x[0].")
    def backward_in_time(x, h, *weights):
        return _run(x.flip(0), h, *weights)

    @mistakes("These are the states before each step; append h after the cell has run.")
    def before_each_step(x, h, *weights):
        states, last = _run(x, h, *weights)
        return torch.cat([h[None], states[:-1]]), last

    @mistakes(
        "The second value should be the state after the last step, not after the first."
    )
    def first_state(x, h, *weights):
        states, _ = _run(x, h, *weights)
        return states, states[0]

    @mistakes(
        "The second value is the h that was given; return the one after the last step."
    )
    def start_again(x, h, *weights):
        return _run(x, h, *weights)[0], h

    def case(steps: int, batch: int, inputs: int, hidden: int) -> tuple[Tensor, ...]:
        return (
            randn(steps, batch, inputs, seed=1),
            randn(batch, hidden, seed=2),
            randn(hidden, inputs, seed=3),
            randn(hidden, hidden, seed=4),
            randn(hidden, seed=5),
            randn(hidden, seed=6),
        )

    return judge_function(
        "run_cell",
        attempt,
        _run,
        [fixed(case, 2, 1, 2, 2), case(3, 2, 4, 3), case(6, 5, 2, 4), case(1, 2, 3, 2)],
        mistakes,
        arguments=("x", "h", "w_ih", "w_hh", "b_ih", "b_hh"),
        returns=("the states", "the last state"),
        gradients=("x", "h", "w_ih", "w_hh", "b_ih", "b_hh"),
        praise="This loop is nn.RNN with one layer.",
    )


@checker
def shapes(answer: object) -> Verdict:
    """Check exercise 3: the shapes that a network of two layers returns.

    Args:
        answer: six whole numbers, those of output.shape, then those of hidden.shape.
    """
    mistakes = Mistakes()
    mistakes(
        "batch_first leaves hidden as it is: the layers come first.",
        (8, 15, 20, 8, 2, 20),
    )
    mistakes(
        "With batch_first=True, output has the batch first, as the input has.",
        (15, 8, 20, 2, 8, 20),
    )
    mistakes(
        "With batch_first=True, the batch is 8 and the steps are 15.",
        (15, 8, 20, 2, 15, 20),
    )
    mistakes(
        "hidden has one state for each sequence of the batch. With batch_first=True, "
        "the batch is 8.",
        (8, 15, 20, 2, 15, 20),
    )
    mistakes(
        "output consists of hidden states: 20 numbers, not the 10 of an input.",
        (8, 15, 10, 2, 8, 20),
    )
    mistakes(
        "output has the top layer only; the layers are not put beside each other.",
        (8, 15, 40, 2, 8, 20),
    )
    mistakes("hidden has the last state of every layer.", (8, 15, 20, 1, 8, 20))
    mistakes("A hidden state has 20 numbers in every layer.", (8, 15, 20, 2, 8, 15))
    mistakes("You have exchanged the two: output comes first.", (2, 8, 20, 8, 15, 20))
    return judge_value(
        "shapes",
        answer,
        (8, 15, 20, 2, 8, 20),
        mistakes,
        nudge="output has the batch, the steps and the numbers of a hidden state; "
        "hidden has the layers, the batch and the numbers of a hidden state.",
        praise="All steps of the top layer, and the last step of all layers.",
    )


def _clip(first: Tensor, second: Tensor, limit: float) -> tuple[Tensor, Tensor]:
    norm = torch.cat([first.flatten(), second.flatten()]).norm().item()
    factor = limit / norm if norm > limit else 1.0
    return first * factor, second * factor


@checker
def clip(attempt: Callable[[Tensor, Tensor, float], tuple[Tensor, Tensor]]) -> Verdict:
    """Check exercise 4: two gradients shortened together to a limit.

    Args:
        attempt: (first gradient, second gradient, limit) -> both, their common norm
            at most the limit.
    """
    mistakes = Mistakes()

    @mistakes(
        "It looks as if each tensor was clipped by its own norm. That turns the "
        "direction; take one norm for all numbers together."
    )
    def each_alone(first, second, limit):
        return _clip(first, 0 * first, limit)[0], _clip(second, 0 * second, limit)[0]

    @mistakes(
        "It looks as if single numbers were cut off. Clip the norm: multiply all by "
        "one factor."
    )
    def by_value(first, second, limit):
        return first.clamp(-limit, limit), second.clamp(-limit, limit)

    @mistakes(
        "It looks as if short gradients were lengthened. The factor is never more "
        "than 1."
    )
    def always(first, second, limit):
        norm = torch.cat([first.flatten(), second.flatten()]).norm().item()
        return first * limit / norm, second * limit / norm

    @mistakes(
        "These are the gradients as they came, although their norm is above the limit."
    )
    def never(first, second, limit):
        return first.clone(), second.clone()

    @mistakes(
        "It looks as if the root is missing: the norm is the root of the sum of "
        "squares."
    )
    def squared(first, second, limit):
        norm = torch.cat([first.flatten(), second.flatten()]).square().sum().item()
        factor = min(1.0, limit / norm)
        return first * factor, second * factor

    @mistakes("The norm is now 1; it should be the limit.")
    def to_one(first, second, limit):
        norm = torch.cat([first.flatten(), second.flatten()]).norm().item()
        factor = 1 / norm if norm > limit else 1.0
        return first * factor, second * factor

    @mistakes(
        "It looks as if the two norms were added. Add the squares of all numbers, "
        "then take one root."
    )
    def norms_added(first, second, limit):
        factor = min(1.0, limit / (first.norm() + second.norm()).item())
        return first * factor, second * factor

    def case(norm: float, limit: float, seed: int) -> tuple[Tensor, Tensor, float]:
        first, second = randn(3, 4, seed=seed), randn(4, seed=seed + 1)
        factor = norm / torch.cat([first.flatten(), second]).norm()
        return first * factor, second * factor, limit

    return judge_function(
        "clip",
        attempt,
        _clip,
        [
            (torch.tensor([2.0, 1.0]).double(), torch.tensor([2.0]).double(), 1.0),
            (torch.tensor([1.5, 0.0]).double(), torch.tensor([2.0]).double(), 3.0),
            case(4.0, 2.5, seed=1),
            case(1.7, 2.5, seed=3),
            case(2.45, 2.5, seed=5),
            case(2.6, 2.5, seed=7),
            case(0.03, 1.0, seed=9),
            case(0.3, 0.1, seed=11),
            (torch.tensor([[3.0, 4]]).double(), torch.tensor([12.0]).double(), 6.5),
            (torch.zeros(2).double(), torch.zeros(3).double(), 1.0),
        ],
        mistakes,
        arguments=("first", "second", "limit"),
        praise="nn.utils.clip_grad_norm_ does the same, in place.",
    )


@checker
def gru_cell(attempt: Callable[..., Tensor]) -> Verdict:
    """Check exercise 5: one step of a GRU, as PyTorch computes it.

    Args:
        attempt: (x (N, D), h (N, H), w_ih (3H, D), w_hh (3H, H), b_ih (3H,),
            b_hh (3H,)) -> the new h (N, H).
    """
    mistakes = Mistakes()

    def gates(x, h, w_ih, w_hh, b_ih, b_hh):
        from_x = (x @ w_ih.T + b_ih).chunk(3, dim=1)
        from_h = (h @ w_hh.T + b_hh).chunk(3, dim=1)
        r, z = (a + b for a, b in zip(from_x[:2], from_h[:2], strict=True))
        return r.sigmoid(), z.sigmoid(), from_x[2], from_h[2]

    @mistakes("It looks as if z and 1 - z were exchanged: z keeps the old state.")
    def exchanged(x, h, *weights):
        r, z, n_x, n_h = gates(x, h, *weights)
        return z * torch.tanh(n_x + r * n_h) + (1 - z) * h

    @mistakes(
        "It looks as if r and z were exchanged: the parts come in the order r, z, n."
    )
    def r_for_z(x, h, *weights):
        z, r, n_x, n_h = gates(x, h, *weights)
        return (1 - z) * torch.tanh(n_x + r * n_h) + z * h

    @mistakes(
        "It looks as if r is not used: it multiplies the part of n that comes from h."
    )
    def without_reset(x, h, *weights):
        _, z, n_x, n_h = gates(x, h, *weights)
        return (1 - z) * torch.tanh(n_x + n_h) + z * h

    @mistakes(
        "It looks as if r multiplied all of n: only the part that comes from h is "
        "reset."
    )
    def reset_all(x, h, *weights):
        r, z, n_x, n_h = gates(x, h, *weights)
        return (1 - z) * torch.tanh(r * (n_x + n_h)) + z * h

    @mistakes(
        "It looks as if h was reset before the matrix, as in the paper of 2014. "
        "PyTorch resets the product, bias included."
    )
    def reset_before(x, h, w_ih, w_hh, b_ih, b_hh):
        r, z, n_x, _ = gates(x, h, w_ih, w_hh, b_ih, b_hh)
        size = h.shape[1]
        n_h = (r * h) @ w_hh[2 * size :].T + b_hh[2 * size :]
        return (1 - z) * torch.tanh(n_x + n_h) + z * h

    @mistakes(
        "It looks as if b_hn was left outside: r multiplies W_hn h + b_hn as a whole."
    )
    def bias_outside(x, h, w_ih, w_hh, b_ih, b_hh):
        r, z, n_x, n_h = gates(x, h, w_ih, w_hh, b_ih, b_hh)
        bias = b_hh[2 * h.shape[1] :]
        return (1 - z) * torch.tanh(n_x + bias + r * (n_h - bias)) + z * h

    @mistakes("It looks as if n lacks its tanh.")
    def linear(x, h, *weights):
        r, z, n_x, n_h = gates(x, h, *weights)
        return (1 - z) * (n_x + r * n_h) + z * h

    @mistakes("It looks as if n ended in a sigmoid; it ends in a tanh.")
    def squashed(x, h, *weights):
        r, z, n_x, n_h = gates(x, h, *weights)
        return (1 - z) * torch.sigmoid(n_x + r * n_h) + z * h

    @mistakes("This is n alone; mix it with the old state: (1 - z) * n + z * h.")
    def candidate(x, h, *weights):
        r, _, n_x, n_h = gates(x, h, *weights)
        return torch.tanh(n_x + r * n_h)

    def case(batch: int, inputs: int, hidden: int) -> tuple[Tensor, ...]:
        return (
            randn(batch, inputs, seed=1),
            randn(batch, hidden, seed=2),
            randn(3 * hidden, inputs, seed=3),
            randn(3 * hidden, hidden, seed=4),
            randn(3 * hidden, seed=5),
            randn(3 * hidden, seed=6),
        )

    def reference(x, h, *weights):
        return torch.gru_cell(x, h, *weights)

    return judge_function(
        "gru_cell",
        attempt,
        reference,
        [fixed(case, 1, 1, 1), case(1, 2, 2), case(3, 4, 2), case(5, 2, 6)],
        mistakes,
        arguments=("x", "h", "w_ih", "w_hh", "b_ih", "b_hh"),
        gradients=("x", "h", "w_ih", "w_hh", "b_ih", "b_hh"),
        praise="It is nn.GRUCell.",
    )


@checker
def carried_over(answer: object) -> Verdict:
    """Check exercise 6: why do the same digits get different answers?

    Args:
        answer: the letter of the diagnosis.
    """
    return judge_choice(
        "carried_over",
        answer,
        {
            "a": (
                False,
                "detach cuts between batches, and all 28 rows of a digit are in one "
                "batch. Besides, no blame flows while the network only reads. What "
                "else is handed from one reading to the next?",
            ),
            "b": (
                False,
                "the two readings are made under no_grad, without an optimizer: the "
                "weights are the same. What else is handed from one reading to the "
                "next?",
            ),
            "c": (
                True,
                "the state that 100 digits have left is where the next 100 begin, and "
                "they have nothing to do with each other. Begin every batch with "
                "zeros, as nn.GRU does when it gets no state.",
            ),
            "d": (
                False,
                "shuffling moves whole pictures; the rows of each stay in order. And "
                "the two readings are of the same pictures in the same order.",
            ),
        },
    )
