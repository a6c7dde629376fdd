"""Whatever an answer does, a check comes to a verdict and leaves no trace."""

import contextlib
import random
import time

import numpy as np
import pytest
import torch
from torch import nn

from lessons_lib.checks.judge import (
    Mistakes,
    Status,
    attempts,
    checker,
    judge_function,
    judge_module,
    judge_value,
    randn,
)


def double(x):
    return 2 * x


@checker
def doubled(attempt):
    inputs = [(randn(2),), (randn(3, 2),)]
    return judge_function(
        "double", attempt, double, inputs, Mistakes(), arguments=("x",)
    )


@checker
def network(attempt):
    def faults(model):
        model.eval()
        return "" if model(torch.zeros(1, 2)).shape == (1, 3) else "no."

    return judge_module("network", attempt, faults, lambda model: "")


@pytest.mark.drill("an answer loops for ever", "the check stops it and says so")
@pytest.mark.parametrize("pause", [0, 0.01], ids=["works", "waits"])
def test_an_endless_loop_is_stopped(monkeypatch, pause):
    monkeypatch.setattr(attempts, "SECONDS", 0.05)

    def endless(x):
        while True:
            with contextlib.suppress(Exception):
                time.sleep(pause)

    verdict = doubled(endless)
    assert verdict.status is Status.NOT_YET
    assert "was stopped" in verdict.message and "of your cell" in verdict.message
    assert "a loop never ends" in verdict.mistake


def test_an_answer_that_waits_for_a_busy_machine_is_not_stopped(monkeypatch):
    monkeypatch.setattr(attempts, "SECONDS", 0.2)

    def waits(x):
        time.sleep(0.6)  # no work done meanwhile, as when others have the processor
        return 2 * x

    assert doubled(waits).status is Status.RIGHT


def test_an_error_that_cannot_be_printed_is_told_by_its_kind():
    class SilentError(Exception):
        def __str__(self):
            raise RuntimeError

    def attempt(x):
        raise SilentError

    assert "raised SilentError" in doubled(attempt).message


@pytest.mark.drill("an answer calls exit()", "the kernel lives on")
def test_a_function_that_quits_does_not_end_the_notebook():
    assert "raised SystemExit" in doubled(lambda x: exit()).message


@pytest.mark.parametrize(
    "huge", [10**400, 10**5000, -(10**5000), 1e308, torch.inf], ids=lambda huge: ""
)
def test_a_huge_number_is_no_trouble(huge):
    def judge(answer):
        return judge_value("count", answer, 6, Mistakes(), nudge="", praise="")

    assert judge(huge).status is Status.NOT_YET
    verdict = judge_function(
        "count", lambda: huge, lambda: 6, [()], Mistakes(), arguments=()
    )
    assert verdict.status is Status.NOT_YET


@pytest.mark.parametrize("thing", [np.array("a"), {1: 2}, type, torch.tensor([[1j]])])
def test_an_odd_answer_is_no_trouble(thing):
    verdict = judge_value("n", thing, (1, 2), Mistakes(), nudge="", praise="")
    assert verdict.status is Status.NOT_YET
    assert doubled(lambda x: thing).status is Status.NOT_YET


@pytest.mark.parametrize(
    "result",
    [
        lambda x: (2 * x).to_sparse(),
        lambda x: (2 * x).to("meta"),
        lambda x: (2 * x).half(),
        lambda x: (2 * x).to(torch.bfloat16),
    ],
)
def test_an_odd_tensor_is_no_trouble(result):
    assert doubled(result).status is Status.NOT_YET


@pytest.fixture
def odd_settings():
    usual = torch.get_default_dtype()
    torch.set_default_dtype(torch.float16)
    torch.set_default_device("meta")
    torch.set_grad_enabled(False)
    yield
    torch.set_grad_enabled(True)
    torch.set_default_device(None)
    torch.set_default_dtype(usual)


def test_the_learners_settings_do_not_matter_and_stay(odd_settings):
    def by_gradient(x):
        x = x.clone().requires_grad_()
        return torch.autograd.grad((x**2).sum(), x)[0] + torch.zeros(x.shape)

    assert doubled(by_gradient).status is Status.RIGHT
    with torch.inference_mode():
        assert doubled(by_gradient).status is Status.RIGHT
    assert torch.get_default_dtype() == torch.float16
    assert torch.zeros(1).device.type == "meta"
    assert not torch.is_grad_enabled()


def test_all_random_numbers_stay():
    def draws(x):
        random.random(), np.random.rand(), torch.rand(1)  # noqa: NPY002
        return 2 * x

    random.seed(1), np.random.seed(1), torch.manual_seed(1)  # noqa: NPY002
    expected = random.random(), np.random.rand(), torch.rand(1)  # noqa: NPY002
    random.seed(1), np.random.seed(1), torch.manual_seed(1)  # noqa: NPY002
    assert doubled(draws).status is Status.RIGHT
    assert (random.random(), np.random.rand(), torch.rand(1)) == expected  # noqa: NPY002


def test_a_network_keeps_mode_parameters_buffers_and_gradients():
    class Restless(nn.Sequential):
        def forward(self, x):
            with torch.no_grad():
                self[0].weight.add_(1)
            return super().forward(x)

    model = Restless(nn.Linear(2, 3), nn.BatchNorm1d(3).eval()).train()
    model[1].eval()
    gradient = model[0].weight.grad = torch.ones(3, 2)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    assert network(lambda: model).status is Status.RIGHT
    after = model.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert [m.training for m in model.modules()] == [True, True, False]
    assert model[0].weight.grad is gradient


def test_a_lazy_network_is_judged():
    assert network(lambda: nn.LazyLinear(3)).status is Status.RIGHT


def test_what_is_kept_between_calls_is_noticed():
    seen = []

    def attempt(x):
        seen.append(x)
        return 2 * x + (len(seen) > 2)

    assert "kept from call to call" in doubled(attempt).mistake


def test_an_input_of_another_dtype_is_a_changed_one():
    def attempt(x):
        result = 2 * x
        x.data = x.data.float()
        return result

    assert "changed its input" in doubled(attempt).message


def test_the_line_of_an_error_inside_of_forward_is_named():
    class Broken(nn.Module):
        def forward(self, x):
            return x @ torch.zeros(7, 7)

    verdict = network(Broken)
    line = Broken.forward.__code__.co_firstlineno + 1
    assert f"(line {line} of your cell" in verdict.message
    assert "Is a .T missing" in verdict.mistake


def test_the_line_of_an_error_while_a_network_is_built_is_named():
    def attempt():
        return nn.Linear(2, "three")

    line = attempt.__code__.co_firstlineno + 1
    assert f"(line {line} of your cell)" in network(attempt).message
