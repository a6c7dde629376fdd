import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from lessons_lib.data import Batches
from lessons_lib.training import Score, evaluate, fit, fit_one_cycle, one_cycle


def samples(count=50, seed=0):
    generator = torch.Generator().manual_seed(seed)
    inputs = torch.randn(count, 4, generator=generator)
    return inputs, (inputs.sum(dim=1) > 0).long()


def classifier(seed=0):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 2))


def train(model, epochs=3, batch_size=20, **options):
    batches = Batches(*samples(), batch_size=batch_size)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    return fit(model, batches, batches, optimizer, epochs, **options)


def test_every_sample_counts_once_whatever_the_batch_size():
    model = classifier()
    scores = [evaluate(model, Batches(*samples(), size)) for size in (1, 7, 20, 50)]
    for score in scores[1:]:
        assert score.accuracy == scores[0].accuracy
        assert score.loss == pytest.approx(scores[0].loss, abs=1e-6)
        assert score.samples == 50


def test_evaluate_equals_one_pass_over_everything():
    model, (inputs, labels) = classifier().eval(), samples()
    with torch.no_grad():
        logits = model(inputs)
    score = evaluate(model, Batches(inputs, labels, 7))
    assert score.loss == pytest.approx(F.cross_entropy(logits, labels).item(), abs=1e-6)
    assert score.accuracy == (logits.argmax(1) == labels).sum().item() / 50


def test_evaluate_switches_dropout_off_and_needs_no_gradient():
    model = classifier().train()
    first = evaluate(model, Batches(*samples(), 10))
    assert not model.training
    assert evaluate(model.train(), Batches(*samples(), 10)) == first


def test_fit_trains_in_training_mode():
    seen = []
    model = classifier()
    model.register_forward_pre_hook(lambda module, _: seen.append(module.training))
    train(model, epochs=1, batch_size=25)
    assert seen == [True, True, False, False]


def test_fit_takes_the_four_steps_of_a_plain_loop():
    ours, theirs = classifier(seed=3), classifier(seed=3)
    torch.manual_seed(9)
    optimizer = torch.optim.SGD(ours.parameters(), lr=0.1)
    ours.train()
    for inputs, labels in Batches(*samples(), batch_size=20):
        loss = F.cross_entropy(ours(inputs), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    torch.manual_seed(9)
    train(theirs, epochs=1)
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=0)


def test_history_has_an_entry_per_epoch():
    history = train(classifier(), epochs=4)
    for record in vars(history).values():
        assert len(record) == 4
    assert history.train_loss[-1] < history.train_loss[0]
    assert len(repr(history).splitlines()) == 5


def test_training_loss_is_the_mean_over_samples():
    model = nn.Linear(4, 2)
    for weights in model.parameters():
        nn.init.zeros_(weights)
    batches = Batches(*samples(), batch_size=20)
    frozen = torch.optim.SGD(model.parameters(), lr=0.0)
    history = fit(model, batches, batches, frozen, epochs=1)
    assert history.train_loss[0] == pytest.approx(math.log(2), abs=1e-6)
    assert history.train_loss[0] == pytest.approx(history.test_loss[0], abs=1e-6)


def test_scheduler_advances_after_every_batch():
    model = classifier()
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
    batches = Batches(*samples(), batch_size=20)
    fit(model, batches, batches, optimizer, epochs=2, scheduler=scheduler)
    assert optimizer.param_groups[0]["lr"] == 0.5**6


def test_another_loss_is_used_for_training_and_test():
    def doubled(logits, labels):
        return 2 * F.cross_entropy(logits, labels)

    once, twice = classifier(1), classifier(1)
    batches = Batches(*samples(), batch_size=50)
    frozen = torch.optim.SGD(once.parameters(), lr=0.0)
    plain = fit(once, batches, batches, frozen, epochs=1)
    frozen = torch.optim.SGD(twice.parameters(), lr=0.0)
    double = fit(twice, batches, batches, frozen, epochs=1, loss_fn=doubled)
    assert double.test_loss[0] == pytest.approx(2 * plain.test_loss[0], rel=1e-6)


@pytest.mark.parametrize("epochs", [0, -1])
def test_no_epoch_is_refused(epochs):
    with pytest.raises(ValueError, match="at least 1"):
        train(classifier(), epochs=epochs)


def test_an_empty_set_is_refused():
    with pytest.raises(ValueError, match="no batch"):
        evaluate(classifier(), [])


def test_fit_is_silent(capsys):
    train(classifier(), epochs=1)
    captured = capsys.readouterr()
    assert captured.out == captured.err == ""


def test_score_reads_like_a_sentence():
    assert repr(Score(0.25, 0.975, 10_000)) == (
        "loss 0.2500, accuracy 97.50% on 10,000 samples"
    )


def test_one_cycle_rises_for_a_third_and_moves_the_momentum_the_other_way():
    optimizer = torch.optim.SGD(classifier().parameters(), lr=1.0, momentum=0.9)
    schedule = one_cycle(optimizer, max_lr=0.5, updates=100)
    rates, momenta = [], []
    for _ in range(100):
        rates.append(optimizer.param_groups[0]["lr"])
        momenta.append(optimizer.param_groups[0]["momentum"])
        optimizer.step()
        schedule.step()
    assert max(rates) == pytest.approx(0.5) and rates.index(max(rates)) in range(28, 31)
    assert rates[-1] < 0.001 < rates[0] < 0.05
    assert momenta.index(min(momenta)) == rates.index(max(rates))


@pytest.mark.parametrize("loss_fn", [F.cross_entropy, F.multi_margin_loss])
def test_fit_one_cycle_equals_fit_with_the_schedule_built_by_hand(loss_fn):
    ours, theirs = classifier(seed=3), classifier(seed=3)
    batches = Batches(*samples(), batch_size=20)
    adam = torch.optim.Adam(ours.parameters())
    torch.manual_seed(9)
    fit_one_cycle(ours, batches, batches, adam, 2, max_lr=0.05, loss_fn=loss_fn)
    adam = torch.optim.Adam(theirs.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(adam, max_lr=0.05, total_steps=6)
    torch.manual_seed(9)
    fit(theirs, batches, batches, adam, 2, loss_fn=loss_fn, scheduler=schedule)
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=0)


@pytest.mark.parametrize(
    ("epochs", "count", "word"), [(0, 5, "epochs=0"), (1, 0, "no batch")]
)
def test_fit_one_cycle_says_what_fit_says(epochs, count, word):
    model, batches = classifier(), list(Batches(*samples(), batch_size=10))[:count]
    adam = torch.optim.Adam(model.parameters())
    with pytest.raises(ValueError, match=word):
        fit_one_cycle(model, batches, batches, adam, epochs, max_lr=0.1)


def test_batches_go_to_the_device_of_the_model():
    seen = set()

    class Spy(nn.Linear):
        def forward(self, inputs):
            seen.add(inputs.device.type)
            return super().forward(inputs)

    model = Spy(4, 2, device="meta")
    with pytest.raises(RuntimeError, match="meta"):  # a meta loss has no value
        evaluate(model, Batches(*samples(), batch_size=20))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    batches = Batches(*samples(), batch_size=20)
    with pytest.raises(RuntimeError, match="meta"):
        fit(model, batches, batches, optimizer, epochs=1)
    assert seen == {"meta"}


def test_a_model_without_parameters_is_measured_where_its_inputs_are():
    assert evaluate(nn.Identity(), Batches(*samples(), batch_size=20)).samples == 50
