"""Every office write leaves a trace. Rooms call `record`; the chain room registers itself as the recorder.

A recorder is registered rather than imported because the school's own room stands beside the chain, not
above it.
"""

from collections.abc import Callable
from typing import Any

Recorder = Callable[..., Any]
_recorder: Recorder | None = None


def register(recorder: Recorder) -> None:
    """Name the function that keeps the traces."""
    global _recorder
    _recorder = recorder


def record(action: str, subject: str, *, by: str, before: Any = None, after: Any = None) -> int:
    """Keep who (`by`, a user name) did what to which subject, in the transaction that runs.

    `before` and `after` are plain values (dates and decimals are allowed). RuntimeError without a recorder:
    no write may go untraced. Returns the number of the trace.
    """
    if _recorder is None:
        raise RuntimeError("nobody records traces")
    return int(_recorder(action=action, subject=subject, actor=by, before=before, after=after).seq)
