"""What a submission may try to win points with, and gets none for.

Each attack stands in the cell of `conv2d`, which it doesn't solve. `echo`, above it, is
solved: what an attack doesn't destroy keeps its points.
"""

import http.server
import re
import threading

import nbformat
import pytest
from submissions import Handed, lesson, shortened

from classroom import sandbox
from classroom.judging import judge_notebook
from classroom.mending import mended

ATTACKS = {
    "the checks are replaced": """
from lessons_lib.checks.judge import Status, Verdict, verdict, functions
import lessons_lib.checks.judge as judge
right = lambda *_, **__: Verdict(Status.RIGHT, "won")
for name in ("conv2d", "echo"):
    setattr(check, name, right)
functions.judge_function = judge.judge_function = judge.checker = right
Verdict.status = property(lambda self: Status.RIGHT)
Verdict.credit = property(lambda self: 1.0)
conv2d = lambda *_: None
""",
    "comparing always agrees": """
import builtins
import numpy as np
for module in (torch, torch.Tensor):
    module.equal = module.allclose = lambda *_, **__: True
np.array_equal = np.allclose = np.any = lambda *_, **__: True
builtins.all = lambda *_: True
builtins.any = lambda *_: False
class Same(torch.Tensor):
    def __eq__(self, other):
        return True
    __hash__ = None
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        return True
conv2d = lambda image, kernel: image.as_subclass(Same)
""",
    "exits and hooks are replaced": """
import atexit, builtins, os, signal, sys
sys.exit = os._exit = builtins.exit = lambda *_: None
atexit.register(print, "Right: won")
sys.excepthook = lambda *_: None
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGALRM, signal.SIG_IGN)
signal.setitimer = lambda *_: None
shell = get_ipython()
shell.run_cell = lambda *_, **__: None
shell.events.register("post_run_cell", lambda *_: print("Right: won"))
shell.input_transformers_cleanup.append(lambda lines: ["print('Right: won')"])
builtins.print = lambda *_: None
conv2d = lambda *_: True
""",
    "the worker is rewritten": """
import gc, sys
worker = sys.modules["__main__"]
worker.encode = lambda *_: {"right": True, "status": "Right"}
worker.send = lambda pipe, message, send=worker.send: send(
    pipe, {"value": {"status": "Right"}, "status": "Right", "fooled": False})
""",
    "messages are forged": """
import json, os, struct
content = json.dumps({"value": {"tensor": ["float64", [10**9, 10**9], ""]}}).encode()
for number in range(3, 20):
    try:
        os.write(number, struct.pack(">Q", len(content)) + content)
    except OSError:
        pass
""",
    "an endless message is sent": """
import os, struct
for number in range(3, 20):
    try:
        os.write(number, struct.pack(">Q", 2**62))
    except OSError:
        pass
""",
    "the judge is looked for among the frames": """
import gc, sys
def conv2d(image, kernel):
    frame = sys._getframe()
    while frame:
        found = frame.f_locals.get("reference") or frame.f_locals.get("expected")
        if found is not None:
            return found(image, kernel) if callable(found) else found
        frame = frame.f_back
    for thing in gc.get_objects():
        if getattr(thing, "__name__", "") == "_correlate":
            return thing(image, kernel)
    return None
""",
    "the library's own function is called": """
conv2d = check._correlate
""",
    "answers are kept for the second call": """
seen = []
def conv2d(image, kernel):
    seen.append((image, kernel))
    return image.new_zeros(image.shape[0] - kernel.shape[0] + 1,
                           image.shape[1] - kernel.shape[1] + 1)
""",
    "the process forks, and the child goes on": """
import os
if os.fork():
    os._exit(0)
conv2d = lambda *_: None
""",
    "both go on after a fork": """
import os
os.fork()
conv2d = lambda *_: None
""",
    "everything is killed": """
import os, signal
os.kill(-1, signal.SIGKILL)
os.kill(os.getppid(), signal.SIGKILL)
os.kill(os.getpid(), signal.SIGKILL)
""",
    "many processes are started": """
import os, time
for _ in range(300):
    if not os.fork():
        time.sleep(60)
        os._exit(0)
time.sleep(30)
""",
    "much memory is taken": """
import torch, time
hoard = []
for _ in range(60):
    hoard.append(torch.ones(2**23))
    time.sleep(0.05)
time.sleep(20)
""",
    "nothing stops it": """
import signal
signal.signal(signal.SIGALRM, signal.SIG_IGN)
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
""",
}


@pytest.fixture(scope="module")
def short():
    return shortened(lesson("01_convolution"), checks=2)


def judged(short, attack, **seconds):
    handed = Handed(short).fill("echo").answer("conv2d", attack)
    notebook = mended(handed.notebook, Handed(short).notebook)
    verdicts = judge_notebook(notebook, **{"cell_seconds": 10, **seconds})
    nbformat.validate(notebook)
    return notebook, verdicts


@pytest.fixture(autouse=True)
def limits(monkeypatch):
    monkeypatch.setitem(sandbox.LIMITS, "memory", 1500 * 2**20)


def test_an_honest_answer_wins(short):
    _, verdicts = judged(short, Handed(short).right["conv2d"])
    assert [v.credit for v in verdicts.values()] == [1, 1]


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_wins_nothing(short, attack):
    _, verdicts = judged(short, ATTACKS[attack])
    assert verdicts["loop-check"].credit == 0, verdicts["loop-check"].text
    assert verdicts["echo-check"].credit == 1, verdicts["echo-check"].text


LOOK = """
import os
found = []
for folder, _, names in os.walk("/"):
    if folder.startswith(("/proc", "/sys", "/usr")) or "site-packages" in folder:
        continue
    for name in names:
        if name.endswith((".ipynb", ".db", ".csv")) or "solution" in name:
            found.append(os.path.join(folder, name))
text = open(check.__file__).read()
print("files:", found)
print("reference of exercise 1:", "_convolve" in text)
print("environment:", sorted(os.environ))
"""


def said(notebook):
    cell = next(c for c in notebook.cells if c.id == "loop-stub")
    return "".join(o.get("text", "") + o.get("evalue", "") for o in cell.outputs)


def test_no_solution_gradebook_or_secret_can_be_read(short, monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_TOKEN", "x")
    (tmp_path / "gradebook.db").write_text("points")
    notebook, _ = judged(short, LOOK, cell_seconds=60)
    assert "files: []" in said(notebook)
    assert "reference of exercise 1: False" in said(notebook)
    assert "SECRET_TOKEN" not in said(notebook)


FILL = """
import os
written = {}
for folder in ("/tmp", "/dev/shm", "/dev", "/", "/course", "/course/data", "/usr"):
    written[folder] = 0
    try:
        with open(f"{folder}/filled", "wb") as file:
            for _ in range(3000):
                written[folder] += file.write(bytes(2**20))
                file.flush()
    except OSError:
        pass
print("written:", {f: n // 2**20 for f, n in written.items() if n})
"""


def test_disk_cannot_be_filled(short):
    notebook, verdicts = judged(short, FILL, cell_seconds=60)
    full = re.search(r"written: {'/tmp': (\d+), '/dev/shm': (\d+)}\n", said(notebook))
    assert full and all(200 < int(size) <= 256 for size in full.groups())
    assert verdicts["echo-check"].credit == 1


def test_no_network(short):
    server = http.server.HTTPServer(
        ("127.0.0.1", 0), http.server.BaseHTTPRequestHandler
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    reach = f"""
import socket
for place in (("127.0.0.1", {server.server_port}), ("1.1.1.1", 53)):
    try:
        socket.create_connection(place, 3)
        print("reached", place)
    except OSError as error:
        print("not reached", place)
"""
    try:
        notebook, _ = judged(short, reach, cell_seconds=30)
    finally:
        server.shutdown()
        server.server_close()
    assert said(notebook).count("not reached") == 2


PAGE = """
from IPython.display import HTML, Javascript, display
display(HTML("<script>alert('html')</script><b>bold</b>"))
display(Javascript("alert('script')"))
display({"image/svg+xml": "<svg onload='x'/>"}, raw=True)
"""


def test_nothing_that_runs_reaches_the_feedback(short):
    notebook, _ = judged(short, PAGE)
    cell = next(c for c in notebook.cells if c.id == "loop-stub")
    kinds = {kind for o in cell.outputs for kind in o.get("data", {})}
    assert cell.outputs and kinds <= {"text/plain", "image/png"}


BETRAYED = """
import sys
from types import ModuleType, SimpleNamespace


class Finder:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("lessons_lib.checks"):
            module = ModuleType(name)
            module.__path__ = []
            module.wide_view = lambda *_: SimpleNamespace(
                status="Right", message="won", mistake="")
            sys.modules[name] = module
            from importlib.machinery import ModuleSpec
            class Loader:
                def create_module(self, spec):
                    return module
                def exec_module(self, made):
                    pass
            return ModuleSpec(name, Loader())


sys.meta_path.insert(0, Finder())


def wide_view():
    return nn.Sequential(nn.Identity())
"""


@pytest.fixture(scope="module")
def with_network():
    return shortened(lesson("02_pooling"), checks=7)


@pytest.mark.parametrize("name, credit", [("right", 1), ("wrong", 0), ("betrayed", 0)])
def test_networks_are_judged_by_checks_that_still_refuse(with_network, name, credit):
    handed = Handed(with_network)
    wrong = "def wide_view():\n    return nn.Sequential(nn.Identity())\n"
    sources = {"right": handed.right["wide_view"], "wrong": wrong, "betrayed": BETRAYED}
    handed.answer("wide_view", sources[name])
    notebook = mended(handed.notebook, Handed(with_network).notebook)
    verdict = judge_notebook(notebook, cell_seconds=60)["design-check"]
    assert verdict.credit == credit, verdict.text
    assert ("accepts what is wrong" in verdict.text) is (name == "betrayed")
