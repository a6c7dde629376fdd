"""A kernel as a live notebook uses it: each run says which cell it runs."""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from jupyter_client.manager import start_new_kernel

ROOT = Path(__file__).parents[1]
SECONDS = 60


class LiveKernel:
    """Runs cells; what a cell leaves in the notebook's file is returned."""

    def __init__(self, manager, client):
        self.manager, self.client = manager, client

    def run(self, code, cell_id=None, interrupt_when="", **further):
        """Run code as a cell and return its outputs, as a notebook would store them.

        Without cell_id, the kernel is not told of any cell: an unattended run. With
        interrupt_when, it is interrupted once something with these words is shown.
        """
        metadata = {"cellId": cell_id, **further} if cell_id else {}
        content = {"code": code, "silent": False, "store_history": True}
        content["stop_on_error"] = False
        message = self.client.session.msg("execute_request", content, metadata=metadata)
        self.client.shell_channel.send(message)
        outputs, shown, until = [], {}, time.monotonic() + SECONDS
        while time.monotonic() < until:
            reply = self.client.get_iopub_msg(timeout=SECONDS)
            if reply["parent_header"].get("msg_id") != message["msg_id"]:
                continue
            kind, content = reply["msg_type"], reply["content"]
            if content.get("execution_state") == "idle":
                return outputs
            if interrupt_when and interrupt_when in str(content):
                interrupt_when = ""
                self.manager.interrupt_kernel()
            place = content.get("transient", {}).get("display_id")
            if kind == "update_display_data":
                shown[place].update(content)
            elif kind in ("stream", "display_data", "execute_result", "error"):
                outputs.append({"kind": kind, **content})
                shown[place] = outputs[-1]
        raise TimeoutError(f"not done after {SECONDS} s: {code}")

    def said(self, code, cell_id=None, **further):
        """Run code as a cell and return the text of all its outputs."""
        texts = []
        for output in self.run(code, cell_id, **further):
            texts.append(output.get("text", ""))
            texts.append(output.get("data", {}).get("text/plain", ""))
            texts += output.get("traceback", [])
        return "\n".join(filter(None, texts))


@contextlib.contextmanager
def live_kernel(**environment) -> Iterator[LiveKernel]:
    """Start a kernel at the root of the course, and end it."""
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "LESSONS_WORK": "no/such/desk",  # a test must not write down what is done
        **environment,
    }
    manager, client = start_new_kernel(cwd=ROOT, env=env)
    try:
        yield LiveKernel(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
