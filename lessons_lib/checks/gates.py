"""Checks of lesson 10: gates, and a model that writes."""

import math
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
    judge_function,
    judge_module,
    judge_quiz,
    judge_value,
    randn,
)
from lessons_lib.checks.judge.writing import SYMBOLS, loss_after_training, peeks

__all__ = [
    "attend",
    "gate_count",
    "gru_cell",
    "lstm",
    "mended",
    "perplexity",
    "quiz",
    "writer",
]


@checker
def gate_count(answer: object) -> Verdict:
    """Check exercise 1: the parameters of an LSTM and of a GRU.

    Args:
        answer: those of ``nn.LSTM(10, 20)``, those of ``nn.GRU(10, 20)``.
    """
    mistakes = Mistakes()
    mistakes("The two are exchanged: first the LSTM, then the GRU.", (1920, 2560))
    mistakes(
        "PyTorch has two biases for each gate, one beside each matrix.",
        (2480, 1860),
    )
    mistakes("These are the matrices alone. There are biases, too.", (2400, 1800))
    mistakes(
        "That is a plain cell. The LSTM has four parts of that size, the GRU three.",
        (640, 640),
    )
    mistakes(
        "The new content needs weights of its own, as the gates do: g in the LSTM, n "
        "in the GRU.",
        (1920, 1280),
        (1920, 1920),
        (2560, 1280),
    )
    mistakes("The GRU has one part less than the LSTM.", (2560, 2560))
    mistakes(
        "Each part has a matrix for the inputs and one for the state.",
        (880, 660),
        (1680, 1260),
        (960, 720),
        (1760, 1320),
    )
    mistakes(
        "The state has 20 numbers, so the rows of each matrix are 20, and its columns "
        "are 10 or 20.",
        (1280, 960),
        (880 + 400, 660 + 300),
        (4 * 10 * 32, 3 * 10 * 32),
    )
    mistakes(
        "The c of the LSTM enters no matrix, so no weights belong to it.",
        (4 * 20 * 52, 1920),
        (4 * 20 * 50, 1920),
    )
    return judge_value(
        "gate_count",
        answer,
        (2560, 1920),
        mistakes,
        nudge="One part has 20 x 10 weights for the inputs, 20 x 20 for the state and "
        "two biases of 20. How many such parts does each cell have?",
        praise="Four and three times 20 x (10 + 20 + 2).",
    )


@checker
def gru_cell(attempt: Callable[..., Tensor]) -> Verdict:
    """Check exercise 2: one step of a GRU, as PyTorch computes it.

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
        "It looks as if h was reset before the matrix, as in Chung and others (2014). "
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


def _pass_on(i: Tensor, f: Tensor, g: Tensor, o: Tensor, c: Tensor) -> tuple:
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


def _layers(step: Callable) -> Callable[..., tuple[Tensor, ...]]:
    """Build an LSTM of a step: (i, f, g, o before their sigmoids, c) -> h, c."""

    def run(x, h, c, *weights):
        tops, cells = [], []
        for layer in range(len(weights) // 4):
            w_ih, w_hh, b_ih, b_hh = weights[4 * layer : 4 * layer + 4]
            state, cell, states = h[layer], c[layer], []
            for x_t in x:
                parts = x_t @ w_ih.T + b_ih + state @ w_hh.T + b_hh
                state, cell = step(*parts.chunk(4, dim=1), cell)
                states.append(state)
            x = torch.stack(states)
            tops.append(state)
            cells.append(cell)
        return x, torch.stack(tops), torch.stack(cells)

    return run


# Not torch.lstm, which crashes on tensors that don't fit, as those of a slip are.
_lstm = _layers(_pass_on)


@checker
def lstm(attempt: Callable[..., tuple[Tensor, Tensor, Tensor]]) -> Verdict:
    """Check exercise 3: a whole LSTM of two layers.

    Args:
        attempt: (x (T, N, D), h (2, N, H), c (2, N, H), then w_ih, w_hh, b_ih, b_hh of
            the first layer and of the second) -> output (T, N, H), h (2, N, H) and
            c (2, N, H).

    Hochreiter and Schmidhuber, Long Short-Term Memory, 1997, with the forget gate of
    Gers, Schmidhuber and Cummins, Learning to Forget, 2000.
    """
    mistakes = Mistakes()
    right = _lstm

    def step(reason: str) -> Callable[[Callable], Callable]:
        """Declare an LSTM whose step is wrong."""
        return lambda wrong: mistakes(reason)(_layers(wrong))

    @step(
        "It looks as if i and f were exchanged: the rows come in the order i, f, g, o."
    )
    def i_for_f(i, f, g, o, c):
        return _pass_on(f, i, g, o, c)

    @step(
        "It looks as if g and o were exchanged: the rows come in the order i, f, g, o."
    )
    def g_for_o(i, f, g, o, c):
        return _pass_on(i, f, o, g, c)

    @step(
        "It looks as if i and o were exchanged: the rows come in the order i, f, g, o."
    )
    def i_for_o(i, f, g, o, c):
        return _pass_on(o, f, g, i, c)

    @step(
        "It looks as if f and o were exchanged: the rows come in the order i, f, g, o."
    )
    def f_for_o(i, f, g, o, c):
        return _pass_on(i, o, g, f, c)

    @step(
        "It looks as if the rows were taken in the order i, g, f, o; it is i, f, g, o."
    )
    def g_for_f(i, f, g, o, c):
        return _pass_on(i, g, f, o, c)

    @step("It looks as if g ended in a sigmoid; the new content ends in a tanh.")
    def squashed(i, f, g, o, c):
        c = f.sigmoid() * c + i.sigmoid() * g.sigmoid()
        return o.sigmoid() * c.tanh(), c

    @step("It looks as if g lacks its tanh.")
    def linear_content(i, f, g, o, c):
        c = f.sigmoid() * c + i.sigmoid() * g
        return o.sigmoid() * c.tanh(), c

    @step("It looks as if h is o times c; c goes through a tanh before it is shown.")
    def shown_as_it_is(i, f, g, o, c):
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c, c

    @step("It looks as if the tanh of c was carried on; carry c itself.")
    def carried_tanh(i, f, g, o, c):
        h, c = _pass_on(i, f, g, o, c)
        return h, c.tanh()

    @step("It looks as if there is no forget gate: c was added as it is.")
    def never_forgets(i, f, g, o, c):
        c = c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c

    @step("It looks as if there is no input gate: i multiplies g.")
    def open_door(i, f, g, o, c):
        c = f.sigmoid() * c + g.tanh()
        return o.sigmoid() * c.tanh(), c

    @step("It looks as if there is no output gate: o multiplies the tanh of c.")
    def open_window(i, f, g, o, c):
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return c.tanh(), c

    @step("It looks as if 1 - f took the place of i, as in a GRU. The LSTM has both.")
    def coupled(i, f, g, o, c):
        c = f.sigmoid() * c + (1 - f.sigmoid()) * g.tanh()
        return o.sigmoid() * c.tanh(), c

    @step("It looks as if h shows the old c; show the new one.")
    def late(i, f, g, o, c):
        return o.sigmoid() * c.tanh(), _pass_on(i, f, g, o, c)[1]

    @mistakes(
        "It looks as if the second layer read x, too. It reads the first one's h."
    )
    def side_by_side(x, h, c, *weights):
        below = right(x, h[:1], c[:1], *weights[:4])
        wide = weights[4].shape[1] - x.shape[2]
        fitting = F.pad(x, (0, max(0, wide)))[..., : weights[4].shape[1]]
        above = right(fitting, h[1:], c[1:], *weights[4:])
        return above[0], *(torch.cat(p) for p in zip(below[1:], above[1:], strict=True))

    @mistakes(
        "It looks as if the states began at zero; begin with h and c that are given."
    )
    def from_zero(x, h, c, *weights):
        return right(x, 0 * h, 0 * c, *weights)

    @mistakes("It looks as if c began at zero; begin with the c that is given.")
    def empty_cell(x, h, c, *weights):
        return right(x, h, 0 * c, *weights)

    @mistakes(
        "It looks as if the second layer began with the last state of the first; each "
        "layer begins with its own h and c."
    )
    def handed_up(x, h, c, *weights):
        below = right(x, h[:1], c[:1], *weights[:4])
        above = right(below[0], below[1], below[2], *weights[4:])
        return above[0], *(torch.cat(p) for p in zip(below[1:], above[1:], strict=True))

    @mistakes(
        "It looks as if both layers began with the first one's h and c; those of the "
        "second are h[1] and c[1]."
    )
    def first_states(x, h, c, *weights):
        return right(x, h[[0, 0]], c[[0, 0]], *weights)

    @mistakes("It looks as if both layers began with h[1] and c[1].")
    def second_states(x, h, c, *weights):
        return right(x, h[[1, 1]], c[[1, 1]], *weights)

    @mistakes("It looks as if b_ih was left out.")
    def without_b_ih(x, h, c, *weights):
        return right(
            x, h, c, *(0 * w if k % 4 == 2 else w for k, w in enumerate(weights))
        )

    @mistakes("It looks as if b_hh was left out.")
    def without_b_hh(x, h, c, *weights):
        return right(
            x, h, c, *(0 * w if k % 4 == 3 else w for k, w in enumerate(weights))
        )

    @mistakes("output has the h of the top layer; these are the states of the first.")
    def lower_output(x, h, c, *weights):
        _, last, cell = right(x, h, c, *weights)
        return right(x, h[:1], c[:1], *weights[:4])[0], last, cell

    @mistakes("h and c are exchanged in what comes back: output, h, c.")
    def exchanged(x, h, c, *weights):
        output, last, cell = right(x, h, c, *weights)
        return output, cell, last

    @mistakes(
        "What comes back should be the states after the last step, not the old ones."
    )
    def old_states(x, h, c, *weights):
        return right(x, h, c, *weights)[0], h, c

    @mistakes("It looks as if time ran backward: begin with x[0].")
    def backward_in_time(x, h, c, *weights):
        return right(x.flip(0), h, c, *weights)

    @mistakes(
        "The layers of h and c are in the wrong order: the first layer comes first."
    )
    def top_first(x, h, c, *weights):
        output, last, cell = right(x, h, c, *weights)
        return output, last.flip(0), cell.flip(0)

    def case(steps: int, batch: int, inputs: int, hidden: int) -> tuple[Tensor, ...]:
        def layer(width: int, seed: int) -> list[Tensor]:
            shapes = (4 * hidden, width), (4 * hidden, hidden), (4 * hidden,)
            shapes = *shapes, shapes[-1]
            return [randn(*s, seed=seed + k) for k, s in enumerate(shapes)]

        states = [randn(2, batch, hidden, seed=k) for k in (2, 3)]
        x = randn(steps, batch, inputs, seed=1)
        return x, *states, *layer(inputs, 10), *layer(hidden, 20)

    weights = tuple(
        f"{w}_l{k}" for k in (0, 1) for w in ("w_ih", "w_hh", "b_ih", "b_hh")
    )
    return judge_function(
        "lstm",
        attempt,
        _lstm,
        [fixed(case, 1, 1, 1, 1), case(2, 1, 3, 2), case(4, 3, 2, 5), case(6, 2, 4, 3)],
        mistakes,
        arguments=("x", "h", "c", *weights),
        returns=("output", "h", "c"),
        gradients=("x", "h", "c", *weights),
        without="nn.LSTM",
        praise="It is nn.LSTM with two layers, gradients included.",
    )


@checker
def mended(attempt: Callable[[], nn.Module]) -> Verdict:
    """Check exercise 4: the LSTM whose forget gate was to be opened.

    Args:
        attempt: () -> ``nn.LSTM(4, 32)`` whose forget gates start at sigmoid(3).
    """
    return judge_module(
        "mended",
        attempt,
        _forget_fault,
        lambda model: "f starts open, the other gates as PyTorch makes them.",
    )


@torch.no_grad()
def _forget_fault(model: nn.Module) -> str:
    """Say which gates of an LSTM stand open before it has seen anything."""
    sizes = (getattr(model, "input_size", 0), getattr(model, "hidden_size", 0))
    if not isinstance(model, nn.LSTM) or sizes != (4, 32):
        return "it isn't an nn.LSTM(4, 32)."
    if model.num_layers != 1 or not model.bias or model.bidirectional:
        return "it should have one layer, one direction and biases."
    w_ih, w_hh, b_ih, b_hh = model.parameters()
    total = (b_ih + b_hh).view(4, 32)
    for name, bias in zip(("i", "f", "g", "o"), total, strict=True):
        drawn = bias.std() > 0 and bias.abs().max() <= 2 / math.sqrt(32) + 1e-6
        if name != "f" and not drawn:
            return (
                f"the biases of {name} are no longer those of a fresh nn.LSTM. Change "
                "the rows of f alone."
            )
    if (gap := (total[1] - 3).abs().max()) < 1e-3:
        widest = max(w_ih.abs().max(), w_hh.abs().max())
        kept = widest <= 1 / math.sqrt(32) + 1e-6 and w_ih.std() > 0 < w_hh.std()
        return "" if kept else "its matrices were changed; leave them."
    if (total[1] - 6).abs().max() < 1e-3:
        return "f starts at sigmoid(6): PyTorch adds both biases, and each is 3."
    if gap <= 2 / math.sqrt(32) + 1e-6:
        return (
            "f starts near sigmoid(3), and not at it: something is still added to the "
            "3. Which other bias has rows for f?"
        )
    return (
        f"the biases of f add up to {total[1].mean():.2f} on average, not to 3. "
        "PyTorch's rows come in the order i, f, g, o, 32 of each."
    )


def _perplexity(logits: Tensor, targets: Tensor) -> float:
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten()).exp().item()


@checker
def perplexity(attempt: Callable[[Tensor, Tensor], float]) -> Verdict:
    """Check exercise 5: among how many equally likely characters a model hesitates.

    Args:
        attempt: (logits (N, T, V), targets (N, T)) -> one number.
    """
    mistakes = Mistakes()

    def losses(logits: Tensor, targets: Tensor) -> Tensor:
        return F.cross_entropy(
            logits.flatten(0, 1), targets.flatten(), reduction="none"
        )

    @mistakes("That is the loss in nats. Perplexity is e to the power of it.")
    def nats(logits, targets):
        return losses(logits, targets).mean()

    @mistakes("It looks as if the base is 2; the loss is in nats, so the base is e.")
    def base_two(logits, targets):
        return 2 ** losses(logits, targets).mean()

    @mistakes(
        "That is the loss in bits. Perplexity is e to the power of the loss in nats."
    )
    def bits(logits, targets):
        return losses(logits, targets).mean() / math.log(2)

    @mistakes("It looks as if the mean was taken last: average the losses, then exp.")
    def mean_of_exps(logits, targets):
        return losses(logits, targets).exp().mean()

    @mistakes("It looks as if the losses were added; take their mean.")
    def summed(logits, targets):
        return losses(logits, targets).sum().exp()

    @mistakes("The sign is missing: the loss is minus the log of the probability.")
    def inverted(logits, targets):
        return (-losses(logits, targets).mean()).exp()

    @mistakes("That is the mean probability; take the mean of its logarithm.")
    def mean_probability(logits, targets):
        return (-losses(logits, targets)).exp().mean()

    @mistakes(
        "It looks as if 1 was divided by the mean probability; average logarithms."
    )
    def inverse_probability(logits, targets):
        return 1 / (-losses(logits, targets)).exp().mean()

    @mistakes("It looks as if a softmax was taken twice: cross_entropy has one inside.")
    def twice(logits, targets):
        return losses(logits.softmax(dim=2), targets).mean().exp()

    @mistakes(
        "It looks as if the softmax ran over the steps; it runs over the symbols."
    )
    def over_steps(logits, targets):
        picked = logits.log_softmax(dim=1).gather(2, targets[..., None])
        return (-picked.mean()).exp()

    @mistakes(
        "It looks as if the softmax ran over the batch; it runs over the symbols."
    )
    def over_batch(logits, targets):
        picked = logits.log_softmax(dim=0).gather(2, targets[..., None])
        return (-picked.mean()).exp()

    @mistakes("It looks as if the logits were taken for logarithms of probabilities.")
    def unnormalized(logits, targets):
        return (-logits.gather(2, targets[..., None]).mean()).exp()

    @mistakes("It looks as if only the last step counted; average over all of them.")
    def last_step(logits, targets):
        return _perplexity(logits[:, -1:], targets[:, -1:])

    @mistakes("It looks as if each sequence has a value of its own; average over all.")
    def by_sequence(logits, targets):
        return losses(logits, targets).view(targets.shape).mean(dim=1).exp()

    @mistakes("It looks as if each step has a value of its own; average over all.")
    def by_step(logits, targets):
        return losses(logits, targets).view(targets.shape).mean(dim=0).exp()

    def case(
        samples: int, steps: int, symbols: int, seed: int
    ) -> tuple[Tensor, Tensor]:
        logits = 2 * randn(samples, steps, symbols, seed=seed)
        return logits, randn(samples, steps, symbols, seed=seed + 1).argmax(dim=2)

    return judge_function(
        "perplexity",
        attempt,
        _perplexity,
        [
            (torch.tensor([[[0.0, 1, 0], [2, 0, 0]]]).double(), torch.tensor([[1, 2]])),
            case(2, 3, 5, 1),
            case(3, 4, 2, 3),
            case(4, 2, 7, 5),
        ],
        mistakes,
        arguments=("logits", "targets"),
        praise="e to the mean loss: a uniform guess among V symbols has V.",
    )


def _attend(states: Tensor, query: Tensor) -> tuple[Tensor, Tensor]:
    scores = torch.einsum("tnh,nh->tn", states, query) / math.sqrt(states.shape[2])
    weights = scores.softmax(dim=0)
    return (weights[..., None] * states).sum(dim=0), weights


@checker
def attend(attempt: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]) -> Verdict:
    """Check exercise 6: a weighted average over all past states.

    Args:
        attempt: (states (T, N, H), query (N, H)) -> the average (N, H) and the weights
            (T, N).

    Vaswani and others, Attention Is All You Need, 2017.
    """
    mistakes = Mistakes()

    def scores(states: Tensor, query: Tensor) -> Tensor:
        return (states * query).sum(dim=2)

    def averaged(states: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
        return (weights[..., None] * states).sum(dim=0), weights

    def root(states: Tensor) -> float:
        return math.sqrt(states.shape[2])

    @mistakes("It looks as if the scores were not divided by the root of H.")
    def unscaled(states, query):
        return averaged(states, scores(states, query).softmax(dim=0))

    @mistakes("It looks as if the scores were divided by H; divide by its root.")
    def by_h(states, query):
        return averaged(states, (scores(states, query) / root(states) ** 2).softmax(0))

    @mistakes(
        "It looks as if the scores were multiplied by the root of H; divide by it."
    )
    def enlarged(states, query):
        return averaged(states, (scores(states, query) * root(states)).softmax(dim=0))

    @mistakes(
        "It looks as if the softmax ran over the batch; the weights of the steps "
        "of one sequence add up to 1."
    )
    def over_batch(states, query):
        return averaged(states, (scores(states, query) / root(states)).softmax(dim=1))

    @mistakes(
        "It looks as if the scores were used as weights; a softmax comes between."
    )
    def raw(states, query):
        return averaged(states, scores(states, query) / root(states))

    @mistakes(
        "It looks as if a sigmoid made the weights; with a softmax they add up to 1."
    )
    def squashed(states, query):
        return averaged(states, (scores(states, query) / root(states)).sigmoid())

    @mistakes("It looks as if every step got the same weight; score it with the query.")
    def even(states, query):
        return averaged(states, (0 * scores(states, query)).softmax(dim=0))

    @mistakes(
        "It looks as if the sum was divided by T; the weights add up to 1 already."
    )
    def divided(states, query):
        average, weights = _attend(states, query)
        return average / len(states), weights

    @mistakes("It looks as if the query was averaged; the states are what is averaged.")
    def own_query(states, query):
        _, weights = _attend(states, query)
        return averaged(query.expand_as(states), weights)

    @mistakes("These are the scores; the second value should be the weights.")
    def scores_back(states, query):
        return _attend(states, query)[0], scores(states, query) / root(states)

    @mistakes(
        "It looks as if H was mistaken: divide by the root of the width of a state."
    )
    def by_steps(states, query):
        scaled = scores(states, query) / math.sqrt(len(states))
        return averaged(states, scaled.softmax(dim=0))

    @mistakes("It looks as if the least similar states got the most weight.")
    def negative(states, query):
        return averaged(states, (-scores(states, query) / root(states)).softmax(dim=0))

    @mistakes("That is the state with the largest weight; average over all of them.")
    def hard(states, query):
        _, weights = _attend(states, query)
        place = weights.argmax(dim=0)
        return states[place, torch.arange(len(place))], weights

    @mistakes("The two are exchanged: first the average, then the weights.")
    def exchanged(states, query):
        return _attend(states, query)[::-1]

    def case(steps: int, batch: int, hidden: int, seed: int) -> tuple[Tensor, Tensor]:
        states = randn(steps, batch, hidden, seed=seed)
        return states, randn(batch, hidden, seed=seed + 1)

    return judge_function(
        "attend",
        attempt,
        _attend,
        [
            fixed(case, 2, 1, 2, 1),
            case(3, 2, 5, 3),
            case(6, 4, 3, 5),
            case(2, 5, 7, 7),
            case(1, 3, 2, 9),
        ],
        mistakes,
        arguments=("states", "query"),
        returns=("the average", "the weights"),
        gradients=("states", "query"),
        praise="That is dot-product attention with one query.",
    )


BUDGET, GOAL = 40_000, 2.0


@checker
def writer(attempt: Callable[[], nn.Module]) -> Verdict:
    """Check exercise 7: a character model of one's own design.

    Args:
        attempt: () -> an untrained module that maps symbols (N, T) of 96 kinds to
            logits (N, T, 96) for the next one.
    """
    reached = {}

    def faults(model: nn.Module) -> str:
        if (count := parameter_count(model)) > BUDGET:
            return f"it has {count:,} parameters; the budget is {BUDGET:,}."
        symbols = torch.arange(36).view(3, 12) * 7 % SYMBOLS
        logits = model(symbols)
        if isinstance(logits, tuple | list) and len(logits) == 2:
            return "it returns a pair. Return the logits alone, without the state."
        if not isinstance(logits, Tensor) or logits.shape != (3, 12, SYMBOLS):
            return f"it should turn symbols (N, T) into logits (N, T, {SYMBOLS})."
        if fault := peeks(model, symbols):
            return fault
        reached["loss"] = loss_after_training(model)
        if reached["loss"] < GOAL:
            return ""
        return (
            f"after the training its loss on validation text is {reached['loss']:.2f}; "
            f"the goal is less than {GOAL:.2f}. Where do its parameters sit, and do "
            "its gates start open?"
        )

    return judge_module(
        "writer",
        attempt,
        faults,
        lambda model: f"Its loss on validation text is {reached['loss']:.2f}.",
    )


@checker
def quiz(answers: object) -> Verdict:
    """Check the quiz.

    Args:
        answers: question -> letter.
    """
    return judge_quiz(
        answers,
        {
            "a": (False, "0.5 to the power of 20 is about a millionth."),
            "b": (False, "the derivative is a product over the steps, no sum."),
            "c": (
                True,
                "along the line from c to c, each step multiplies by its f alone, and "
                "0.9 to the power of 20 is 0.12.",
            ),
            "d": (False, "f is 0.9 at each step, and there are 20 of them."),
        },
        {
            "a": (
                False,
                "i decides what enters. What is already there stays or goes "
                "with another gate.",
            ),
            "b": (
                True,
                "f near 1 keeps what is there, i near 0 lets nothing in. What o does "
                "changes h alone.",
            ),
            "c": (False, "f near 0 empties the memory."),
            "d": (False, "o decides what is shown as h; c doesn't depend on it."),
        },
        {
            "a": (
                False,
                "measure it: each of the three loses almost everything in 20 steps.",
            ),
            "b": (
                True,
                "a fresh gate stands near one half, so it keeps more than the plain "
                "cell and still loses almost everything; a bias opens it.",
            ),
            "c": (False, "there the gate that keeps stood open from the start."),
            "d": (False, "the figure shows that they keep more than the plain cell."),
        },
        {
            "a": (False, "the mean over texts of probabilities isn't what it says."),
            "b": (False, "e to the power of 1.5 is 4.5, and not 1.5."),
            "c": (False, "that would be a loss of ln 96."),
            "d": (
                True,
                "e to the power of 1.5 is about 4.5: as uncertain as a choice among "
                "4.5 equally likely characters.",
            ),
        },
        {
            "a": (
                True,
                "dividing by a number below 1 enlarges the differences between logits, "
                "so likely characters become likelier still.",
            ),
            "b": (False, "the order of the characters stays; their distances grow."),
            "c": (False, "that is what a temperature above 1 does."),
            "d": (False, "nothing is learned while a text is sampled."),
        },
        {
            "a": (False, "the states are computed one after the other all the same."),
            "b": (
                True,
                "the last state has one fixed size, however long the text; attention "
                "reaches every state directly.",
            ),
            "c": (False, "the weights are computed anew from states and query."),
            "d": (
                False,
                "it looks back. Reading in both directions is another matter.",
            ),
        },
    )
