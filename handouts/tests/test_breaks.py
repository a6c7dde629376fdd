"""Code is divided between statements: never after the line that opens a block."""

import pytest

from handouts.breaks import breaks

STATEMENTS = """x = torch.zeros(3)
y = torch.ones(3)
z = x + y

# What follows shows them,
# side by side.
for part in (x, y, z):
    print(part)
print("done")
print("and over")"""

LONG = "\n".join(
    [
        "@cached",
        "def train(net):",
        '    """Train."""',
        *(f"    step_{i} = net({i})" for i in range(5)),
        "    for k in range(3):",
        "        net(k)",
        *(f"    late_{i} = net({i})" for i in range(6)),
        "    return net",
    ]
)


def begun(source, language="python"):
    """Return the lines that may begin a page."""
    return [source.splitlines()[number - 1] for number in breaks(source, language)]


def test_statements_may_begin_a_page_with_the_comments_above_them():
    assert begun(STATEMENTS) == ["# What follows shows them,"]


def test_a_long_function_is_divided_inside_but_not_after_its_head():
    lines = begun(LONG)
    assert lines[0] == "    step_1 = net(1)"
    assert "        net(k)" not in lines
    assert "def train(net):" not in lines


@pytest.mark.parametrize(
    "source",
    ["x = 1", "def f(:\n  pass\nx\ny\nz\nx", 'text = """\n' + "\n\nx" * 20 + '\n"""'],
)
def test_what_is_one_piece_stays_whole(source):
    assert breaks(source, "python") == []


def test_lines_of_ipython_keep_their_place():
    source = "import a\n\n\n%matplotlib inline\n\n" + LONG
    assert begun(source)[:2] == ["%matplotlib inline", "    step_1 = net(1)"]
    timed = LONG.replace("        net(k)", "        %time net(k)")
    assert "        %time net(k)" not in begun(timed)
    assert begun(timed)[0] == "    step_1 = net(1)"
    assert begun("left = (5\n        % 3)\n\n" + LONG)[0] == "@cached"


def test_other_languages_break_at_empty_lines():
    source = "a <- 1\nb <- 2\nc <- 3\n\nd <- 4\ne <- 5\nf <- 6"
    assert begun(source, "r") == ["d <- 4"]


def test_magics_are_no_obstacle():
    source = "%matplotlib inline\nx = 1\ny = 2\nz = 3\nu = 4\nv = 5"
    assert begun(source) == ["z = 3"]


def test_the_end_of_a_function_does_not_stand_alone():
    source = LONG + "\n\n\nprint(train(net))\nprint(net)\nprint(1)"
    lines = begun(source)
    assert "    return net" not in lines and "    late_5 = net(5)" not in lines
    assert "print(train(net))" in lines
