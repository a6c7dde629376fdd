"""Lesson 09's own network is judged by what it does, however it is written."""

import pytest
import torch
from checkers import judged
from own_networks_right import RIGHT
from own_networks_wrong import WRONG
from torch import nn

from lessons_lib.checks.cifar10 import own_network
from lessons_lib.checks.judge import Status


@pytest.mark.parametrize("build", RIGHT.values(), ids=RIGHT)
def test_a_right_network_of_any_style(build):
    verdict, _ = judged(own_network, build)
    assert verdict.status is Status.RIGHT, verdict.text
    assert "whether it wins isn't checked here" in verdict.text


@pytest.mark.parametrize("build, words", WRONG.values(), ids=WRONG)
def test_a_wrong_network_is_told_why(build, words):
    verdict, _ = judged(own_network, build)
    assert verdict.status is Status.NOT_YET, verdict.text
    assert words in verdict.text


@pytest.mark.parametrize("style", ["amax", "max pooling"])
def test_a_maximum_is_named_where_a_map_is_zero_everywhere(style):
    model = WRONG[style][0]()
    *_, norm = (m for m in model.modules() if isinstance(m, nn.BatchNorm2d))
    nn.init.constant_(norm.bias[:3], -100.0)
    verdict, _ = judged(own_network, lambda: model)
    assert "takes the maximum" in verdict.text


@pytest.mark.parametrize(
    "style",
    ["dropout", "trained", "scales and head at zero", "statistics of float64"],
)
def test_the_network_keeps_what_it_had(style):
    model = RIGHT[style]()
    loss = sum(parameter.square().sum() for parameter in model.parameters())
    loss.backward()
    modes = [module.training for module in model.modules()]
    state = {name: value.clone() for name, value in model.state_dict().items()}
    gradients = [(p.grad, p.grad.clone()) for p in model.parameters()]
    random = torch.get_rng_state()
    assert judged(own_network, lambda: model)[0].status is Status.RIGHT
    assert torch.equal(torch.get_rng_state(), random)
    assert [module.training for module in model.modules()] == modes
    for name, value in model.state_dict().items():
        assert value.dtype == state[name].dtype, name
        assert torch.equal(value, state[name]), name
    for parameter, (kept, value) in zip(model.parameters(), gradients, strict=True):
        assert parameter.grad is kept and torch.equal(kept, value)
