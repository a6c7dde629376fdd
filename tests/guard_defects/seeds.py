"""Typed seeds that the guard over random numbers finds, and what is none."""

from guard_samples import run

DEFECTS = {
    "seeds_can_be_shifted": [
        ("global", run("torch.manual_seed(1)"), "the seed 1 is typed in"),
        ("generator", run("g = torch.Generator().manual_seed(7)"), "the seed 7"),
        ("numpy", run("rng = np.random.default_rng(seed=3)"), "the seed 3"),
        ("argument", run("train(model, seed=1)"), "the seed 1"),
        ("default", run("def train(model, seed=1):\n    pass"), "the seed 1"),
        ("keyword only", run("def train(*, seed=5):\n    pass"), "the seed 5"),
        ("loop", run("for seed in (1, 2, 3):\n    train(seed)"), "(1, 2, 3)"),
        ("range", run("[train(seed) for seed in range(3)]"), "range(3)"),
    ]
}
HARMLESS = [
    ("seeds_can_be_shifted", run("SEEDS = seeds(3)\ntorch.manual_seed(SEEDS[0])")),
    ("seeds_can_be_shifted", run("for seed in SEEDS:\n    train(seed, seed=seed)")),
    ("seeds_can_be_shifted", run("for size in (1, 2):\n    train(size)")),
    ("seeds_can_be_shifted", run("def train(size=3, *, seed, rate=1):\n    pass")),
]
