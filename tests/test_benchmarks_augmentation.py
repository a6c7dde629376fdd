from benchmarks.augmentation import BATCH, compare, table, ways


def test_ways_take_turns():
    calls = []
    seconds = compare(
        {"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, 3
    )
    assert calls == ["a", "b"] * 3
    assert all(len(runs) == 3 and min(runs) >= 0 for runs in seconds.values())


def test_all_ways_make_the_same_batches_out_of_the_same_pictures():
    for way in ways(batches=2).values():
        first, second = way()
        assert first.shape == second.shape == (BATCH, 3, 32, 32)
        assert 0.3 < first.mean() < 0.5  # half bright, and a border of black


def test_table_has_a_row_for_each_way():
    lines = table(repeats=1).splitlines()
    assert len(lines) == 2 + len(ways(batches=1))
    assert lines[2].endswith("| 1.0 |")
