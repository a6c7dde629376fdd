"""Right answers to the exercises of the lesson on gates, in other styles."""

import math

import torch
import torch.nn.functional as F

__all__ = ["STYLES"]


def gru_cell_by_lerp(x, h, w_ih, w_hh, b_ih, b_hh):
    size = h.shape[1]
    from_x, from_h = F.linear(x, w_ih, b_ih), F.linear(h, w_hh, b_hh)
    gates = torch.sigmoid(from_x[:, : 2 * size] + from_h[:, : 2 * size])
    r, z = gates[:, :size], gates[:, size:]
    return torch.lerp(
        torch.tanh(from_x[:, 2 * size :] + r * from_h[:, 2 * size :]), h, z
    )


def lstm_step_by_step(x, h, c, *weights):
    """All layers take a step before time goes on."""
    size, output = h.shape[2], []
    h, c = list(h), list(c)
    for x_t in x.unbind():
        for layer in (0, 1):
            w_ih, w_hh, b_ih, b_hh = weights[4 * layer :][:4]
            both = torch.cat([x_t, h[layer]], dim=1)
            parts = F.linear(both, torch.cat([w_ih, w_hh], dim=1), b_ih + b_hh)
            i, f, g, o = (parts[:, k * size : (k + 1) * size] for k in range(4))
            c[layer] = f.sigmoid().mul(c[layer]).addcmul(i.sigmoid(), g.tanh())
            h[layer] = x_t = o.sigmoid() * c[layer].tanh()
        output += [x_t]
    return [torch.stack(states) for states in (output, h, c)]


def perplexity_by_probabilities(logits, targets):
    chosen = F.one_hot(targets, logits.shape[2]).bool()
    return logits.softmax(dim=2)[chosen].log().mean().neg().exp()


def perplexity_by_cross_entropy(logits, targets):
    return math.exp(F.cross_entropy(logits.movedim(2, 1), targets).item())


def attend_by_einsum(states, query):
    scores = torch.einsum("tnh,nh->tn", states, query) * states.shape[2] ** -0.5
    weights = scores.exp() / scores.exp().sum(dim=0)
    return torch.einsum("tn,tnh->nh", weights, states), weights


def attend_of_torch(states, query):
    keys = states.transpose(0, 1)
    scores = (keys @ query[:, :, None]).squeeze(2) / states.shape[2] ** 0.5
    average = F.scaled_dot_product_attention(query[:, None], keys, keys)
    return average.squeeze(1), scores.softmax(dim=1).T


STYLES = {
    "gates.gru_cell": [gru_cell_by_lerp],
    "gates.lstm": [lstm_step_by_step],
    "gates.perplexity": [perplexity_by_probabilities, perplexity_by_cross_entropy],
    "gates.attend": [attend_by_einsum, attend_of_torch],
}
