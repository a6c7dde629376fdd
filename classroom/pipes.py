"""Messages through a pipe: a length, then JSON."""

import json
import struct
from typing import IO, Any

__all__ = ["MOST_BYTES", "receive", "send"]

MOST_BYTES = 256 * 2**20  # of one message


def send(pipe: IO[bytes], message: dict[str, Any]) -> None:
    """Write a message.

    Args:
        pipe: where to.
        message: what JSON can hold.
    """
    content = json.dumps(message).encode()
    pipe.write(struct.pack(">Q", len(content)) + content)
    pipe.flush()


def receive(pipe: IO[bytes]) -> dict[str, Any]:
    """Wait for a message.

    Args:
        pipe: where from.

    Returns:
        The message.

    Raises:
        EOFError: the other side has ended.
        ValueError: what came is no message.
    """
    head = pipe.read(8)
    if len(head) < 8:
        raise EOFError("the other side has ended")
    (length,) = struct.unpack(">Q", head)
    if length > MOST_BYTES:
        raise ValueError(f"a message of {length:,} bytes is too long")
    content = pipe.read(length)
    if len(content) < length:
        raise EOFError("the other side has ended")
    try:
        message = json.loads(content)
    except RecursionError:
        raise ValueError("a message is nested too deeply") from None
    if not isinstance(message, dict):
        raise ValueError("a message isn't a JSON object")
    return message
