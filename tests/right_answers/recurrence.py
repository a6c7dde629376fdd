"""Right answers to the exercises of the lesson on recurrence, in other styles."""

import torch
import torch.nn.functional as F

__all__ = ["STYLES"]


def run_cell_in_place(x, h, w_ih, w_hh, b_ih, b_hh):
    states = []
    for t in range(len(x)):
        h = F.linear(x[t], w_ih, b_ih) + F.linear(h, w_hh, b_hh)
        h = h.tanh()
        states += [h]
    return torch.stack(states), states[-1]


def clip_of_torch(first, second, limit):
    norm = torch.linalg.vector_norm(torch.cat([first.flatten(), second.flatten()]))
    factor = (limit / norm).clamp(max=1) if norm else torch.tensor(1.0)
    return [first * factor, second * factor]


def gru_cell_by_lerp(x, h, w_ih, w_hh, b_ih, b_hh):
    size = h.shape[1]
    from_x, from_h = F.linear(x, w_ih, b_ih), F.linear(h, w_hh, b_hh)
    gates = torch.sigmoid(from_x[:, : 2 * size] + from_h[:, : 2 * size])
    r, z = gates[:, :size], gates[:, size:]
    return torch.lerp(
        torch.tanh(from_x[:, 2 * size :] + r * from_h[:, 2 * size :]), h, z
    )


STYLES = {
    "recurrence.run_cell": [run_cell_in_place],
    "recurrence.clip": [clip_of_torch],
    "recurrence.gru_cell": [gru_cell_by_lerp],
}
