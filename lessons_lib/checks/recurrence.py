"""Checks of lesson 08: recurrence, one cell at a time."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lessons_lib.anatomy import parameter_count
from lessons_lib.checks.judge import (
    Mistakes,
    Verdict,
    checker,
    fixed,
    generator,
    judge_function,
    judge_module,
    judge_quiz,
    judge_value,
    randn,
    trained,
)
from lessons_lib.checks.judge.attempts import run
from lessons_lib.data import Batches
from lessons_lib.runtime import threads
from lessons_lib.training import fit_one_cycle

__all__ = [
    "bptt",
    "clip",
    "long_memory",
    "mended",
    "parameters_of_rnn",
    "quiz",
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
        "The state before the first step isn't among them: stack one state for each "
        "step."
    )
    def with_the_given_state(x, h, *weights):
        states, last = _run(x, h, *weights)
        return torch.cat([h[None], states]), last

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


def _bptt(
    x: Tensor, h0: Tensor, w_ih: Tensor, w_hh: Tensor, b: Tensor, grad: Tensor
) -> tuple[Tensor, ...]:
    leaves = [leaf.detach().requires_grad_() for leaf in (w_ih, w_hh, b, h0)]
    w_ih, w_hh, b, h = leaves
    for x_t in x:
        h = torch.tanh(x_t @ w_ih.T + h @ w_hh.T + b)
    return torch.autograd.grad(h, leaves, grad)


def _walk(
    x: Tensor,
    h0: Tensor,
    w_ih: Tensor,
    w_hh: Tensor,
    b: Tensor,
    grad: Tensor,
    *,
    slope: Callable[[Tensor], Tensor] = lambda h: 1 - h**2,
    back: Callable[[Tensor, Tensor], Tensor] = lambda a, w: a @ w,
    shift: int = 0,
) -> tuple[Tensor, ...]:
    """Backpropagation through time by hand, with one part that may be mistaken."""
    states = [h0]
    for x_t in x:
        states.append(torch.tanh(x_t @ w_ih.T + states[-1] @ w_hh.T + b))
    sums = [0 * w_ih, 0 * w_hh, 0 * b]
    for t in range(len(x) - 1, -1, -1):
        a = grad * slope(states[t + 1])
        for total, part in zip(
            sums, (a.T @ x[t], a.T @ states[t + shift], a.sum(dim=0)), strict=True
        ):
            total += part
        grad = back(a, w_hh)
    return *sums, grad


@checker
def bptt(attempt: Callable[..., tuple[Tensor, ...]]) -> Verdict:
    """Check exercise 4: backpropagation through time, written by hand.

    Args:
        attempt: (x (T, N, D), h0 (N, H), w_ih (H, D), w_hh (H, H), b (H,), grad (N, H))
            -> the gradients of w_ih, w_hh, b and h0.

    Werbos, Backpropagation Through Time: What It Does and How to Do It, 1990.
    """
    mistakes = Mistakes()

    @mistakes(
        "It looks as if the weights got the last step's share only. The same weights "
        "were used at every step: add up all shares."
    )
    def last_share(x, h0, w_ih, w_hh, b, grad):
        h = h0
        for x_t in x[:-1]:
            h = torch.tanh(x_t @ w_ih.T + h @ w_hh.T + b)
        whole = _bptt(x, h0, w_ih, w_hh, b, grad)
        return *_bptt(x[-1:], h, w_ih, w_hh, b, grad)[:3], whole[3]

    @mistakes(
        "It looks as if only the first step's share is left: add to the sums, don't "
        "replace them."
    )
    def first_share(x, h0, w_ih, w_hh, b, grad):
        h, states = h0, []
        for x_t in x:
            h = torch.tanh(x_t @ w_ih.T + h @ w_hh.T + b)
            states.append(h)
        for h in states[:0:-1]:
            grad = (grad * (1 - h**2)) @ w_hh
        return _bptt(x[:1], h0, w_ih, w_hh, b, grad)

    @mistakes(
        "It looks as if the tanh was left out on the way back: multiply what arrives "
        "by 1 - h_t ** 2."
    )
    def no_slope(*case):
        return _walk(*case, slope=torch.ones_like)

    @mistakes("The derivative of tanh is 1 - h_t ** 2, not 1 - h_t.")
    def not_squared(*case):
        return _walk(*case, slope=lambda h: 1 - h)

    @mistakes(
        "It looks as if w_hh was transposed on the way back. Forward, h is multiplied "
        "by w_hh.T; backward, a by w_hh."
    )
    def transposed(*case):
        return _walk(*case, back=lambda a, w: a @ w.T)

    @mistakes(
        "It looks as if w_hh got the state after each step. Its share is a.T times the "
        "state before the step, which was multiplied by it."
    )
    def state_after(*case):
        return _walk(*case, shift=1)

    @mistakes(
        "It looks as if every step got the same gradient. What goes on to the step "
        "before is a @ w_hh."
    )
    def same_gradient(*case):
        return _walk(*case, back=lambda a, w: case[5])

    @mistakes(
        "It looks as if the last value is a of the first step; it takes one more "
        "product with w_hh to reach h0."
    )
    def not_to_h0(x, h0, w_ih, w_hh, b, grad):
        *sums, arrived = _bptt(x, h0, w_ih, w_hh, b, grad)
        return *sums, torch.linalg.solve(w_hh.T, arrived.T).T

    @mistakes("The gradient of b is the sum over steps and batch, not a mean.")
    def mean_bias(x, h0, *rest):
        of_ih, of_hh, of_b, of_h0 = _bptt(x, h0, *rest)
        return of_ih, of_hh, of_b / len(h0), of_h0

    @mistakes("The order is w_ih, w_hh, b, h0.")
    def exchanged(*case):
        of_ih, of_hh, of_b, of_h0 = _bptt(*case)
        return of_hh, of_ih, of_b, of_h0

    def case(steps: int, batch: int, inputs: int, hidden: int) -> tuple[Tensor, ...]:
        return (
            randn(steps, batch, inputs, seed=1),
            randn(batch, hidden, seed=2),
            randn(hidden, inputs, seed=3),
            randn(hidden, hidden, seed=4),
            randn(hidden, seed=5),
            randn(batch, hidden, seed=6),
        )

    return judge_function(
        "bptt",
        attempt,
        _bptt,
        [fixed(case, 2, 1, 2, 2), case(3, 2, 4, 3), case(6, 5, 2, 4), case(1, 2, 3, 2)],
        mistakes,
        arguments=("x", "h0", "w_ih", "w_hh", "b", "grad"),
        returns=(
            "the gradient of w_ih",
            "the gradient of w_hh",
            "the gradient of b",
            "the gradient of h0",
        ),
        tolerance=1e-9,
        praise="All four gradients agree with autograd.",
        without="autograd",
    )


def _clip(first: Tensor, second: Tensor, limit: float) -> tuple[Tensor, Tensor]:
    norm = torch.cat([first.flatten(), second.flatten()]).norm().item()
    factor = limit / norm if norm > limit else 1.0
    return first * factor, second * factor


@checker
def clip(attempt: Callable[[Tensor, Tensor, float], tuple[Tensor, Tensor]]) -> Verdict:
    """Check exercise 5: two gradients shortened together to a limit.

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
def mended(attempt: Callable[[], nn.Module]) -> Verdict:
    """Check exercise 6: the reader whose answers depended on what it had read before.

    Args:
        attempt: () -> a module that maps pictures (N, 1, 28, 28) to logits (N, 10).
    """

    def faults(model: nn.Module) -> str:
        if (count := parameter_count(model)) != 64 * (28 + 64 + 2) + 65 * 10:
            return (
                f"it has {count:,} parameters; keep nn.RNN(28, 64) and the linear "
                "layer as they are."
            )
        model.eval()
        for parameter in model.parameters():
            if parameter.shape == (64, 64):  # so that a state isn't soon forgotten
                nn.init.orthogonal_(parameter)
        like = next(model.parameters())
        x = randn(6, 1, 28, 28).to(like.dtype).requires_grad_()
        first, again = model(x), model(x)
        if not isinstance(first, Tensor) or first.shape != (6, 10):
            return "it should turn pictures (N, 1, 28, 28) into logits (N, 10)."
        if (first - again).abs().max() > 1e-6:
            return (
                "the same pictures, read twice in evaluation mode, still get different "
                "logits. What does it keep between two calls?"
            )
        few = run(model, x[:2])
        if few.error:
            return (
                "it doesn't take 2 pictures after a batch of 6. A state that is "
                "carried along has one row for each picture of the batch before."
            )
        if (few.value - first[:2]).abs().max() > 1e-5:
            return "what it says of a picture depends on the others in the batch."
        if (first[0] - first[1]).abs().max() < 1e-6:
            return "it says the same of every picture."
        (arrived,) = torch.autograd.grad(first.sum(), x, allow_unused=True)
        if arrived is None or not arrived[:, :, 0].any():
            return (
                "no gradient reaches the first row of a picture. Within a picture, "
                "nothing may be detached."
            )
        model.train()
        if torch.equal(model(x), model(x)):
            return (
                "its dropout is gone: in training mode, the same pictures have to get "
                "other logits each time. It wasn't the reason."
            )
        return ""

    return judge_module(
        "mended",
        attempt,
        faults,
        lambda model: "It reads every batch as if nothing had been read before.",
    )


LAG, BUDGET, UPDATES, RATE, GOAL = 24, 2_000, 200, 0.01, 0.5
FAINT = 1e-3  # a first step that counts as little as that isn't learned from


@checker
def long_memory(attempt: Callable[[], nn.Module]) -> Verdict:
    """Check exercise 7: a network of one's own design that remembers 24 steps.

    Args:
        attempt: () -> an untrained module that maps sequences (N, 25, 4) to logits
            (N, 4).
    """
    reached = {}

    def faults(model: nn.Module) -> str:
        if (count := parameter_count(model)) > BUDGET:
            return f"it has {count:,} parameters; the budget is {BUDGET:,}."
        x = randn(64, LAG + 1, 4).to(torch.get_default_dtype()).requires_grad_()
        logits = model(x)
        if not isinstance(logits, Tensor) or logits.shape != (64, 4):
            return f"it should turn sequences (N, {LAG + 1}, 4) into logits (N, 4)."
        first, last = _influence(logits, x)
        if last == 0:
            return (
                "its logits don't depend on the last step at all. A memory reads every "
                "step, in order, and has to keep what the first one said."
            )
        reached["accuracy"] = trained(
            model, _accuracy_after_training, lambda accuracy: accuracy >= GOAL
        )
        if reached["accuracy"] >= GOAL:
            return ""
        nudge = (
            "Before the training, the gradient at the first step is "
            f"{first / last:.0e} times that at the last one: it hears next to nothing."
            if first < FAINT * last
            else "A gradient does reach the first step. Do the steps after it push the "
            "tanh too far, or does what was said get mixed up?"
        )
        return (
            f"after {UPDATES} updates it answers {reached['accuracy']:.0%} of the "
            f"questions; the goal is {GOAL:.0%}, and guessing gives 25%. {nudge}"
        )

    return judge_module(
        "long_memory",
        attempt,
        faults,
        lambda model: f"It answers {reached['accuracy']:.0%} after {UPDATES} updates.",
    )


def _influence(logits: Tensor, x: Tensor) -> tuple[float, float]:
    """Return how long the gradients at the first and at the last step are."""
    (arrived,) = torch.autograd.grad(logits.square().sum(), x, allow_unused=True)
    steps = torch.zeros_like(x) if arrived is None else arrived
    return steps[:, 0].norm().item(), steps[:, -1].norm().item()


def _accuracy_after_training(model: nn.Module, seed: int) -> float:
    """Train as the lesson does, on fresh sequences, and ask 2,000 questions."""
    source = generator(seed)

    def questions(count: int) -> tuple[Tensor, Tensor]:
        symbols = torch.randint(4, (count,), generator=source)
        x = torch.randn(count, LAG + 1, 4, generator=source)
        x[:, 0] = F.one_hot(symbols, 4)
        return x, symbols

    batches = Batches(*questions(64 * UPDATES), batch_size=64)
    optimizer = torch.optim.Adam(model.parameters(), fused=True)
    with threads(1):  # for so small a network, to share the work costs more
        history = fit_one_cycle(
            model, batches, [questions(2000)], optimizer, epochs=1, max_lr=RATE
        )
    return history.test_accuracy[-1]


@checker
def quiz(answers: object) -> Verdict:
    """Check the quiz.

    Args:
        answers: question -> letter.
    """
    return judge_quiz(
        answers,
        {
            "a": (False, "its first layer has exactly 28 inputs, 7 days of 4 numbers."),
            "b": (
                True,
                "the cell takes one day at a time, however many there are. Whether the "
                "forecast is good is another question.",
            ),
            "c": (False, "how many inputs has the first layer of the MLP?"),
            "d": (False, "which of the two takes one day at a time?"),
        },
        {
            "a": (False, "output has the top layer only."),
            "b": (False, "that is the lowest layer, but after the last step."),
            "c": (
                True,
                "output has all steps of the top layer, hidden the last step of all "
                "layers. For anything else, loop over cells yourself.",
            ),
            "d": (
                False,
                "that is the top layer after the first step, for the first sequence "
                "of the batch.",
            ),
        },
        {
            "a": (False, "it keeps the direction: one factor for all numbers."),
            "b": (False, "it is used between backward() and the optimizer's step."),
            "c": (False, "it shortens the gradient and leaves the weights alone."),
            "d": (
                True,
                "the gradient is a sum over the steps, and one factor for the whole "
                "doesn't change the shares.",
            ),
        },
        {
            "a": (
                True,
                "0.07 is less than two standard errors, 0.10, so it may be chance.",
            ),
            "b": (False, "how large are two standard errors?"),
            "c": (False, "not to find a difference is no proof that there is none."),
            "d": (False, "nothing was measured that would say so."),
        },
        {
            "a": (False, "look at the gradients of the trained digit readers."),
            "b": (
                True,
                "the same suspect, two tasks, two verdicts. The first can't tell a "
                "fading gradient from a fading trace of the symbol.",
            ),
            "c": (False, "look at what the orthogonal start did to the lags."),
            "d": (
                False,
                "it occurs at the start; training may undo it.",
            ),
        },
    )
