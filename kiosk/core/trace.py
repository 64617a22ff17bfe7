"""Every office write leaves a trace. Rooms call `record`; the chain room registers itself as the recorder.

The edge runs each writing view of the office inside `required`, so none can forget it.

A recorder is registered rather than imported because the school's own room stands beside the chain, not
above it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from kiosk.core.actor import Actor

Recorder = Callable[..., Any]
_recorder: Recorder | None = None


class Erasable(str):
    """A text about or by a person among values that are otherwise plain: the record holds its hash."""


class Untraced(RuntimeError):
    """Something was written in the office and no trace of it: a fault of ours, undone with the request."""


@dataclass
class _Watch:
    wrote: bool = False
    traced: bool = False


_watch: ContextVar[_Watch | None] = ContextVar("kiosk_trace", default=None)


@contextmanager
def required() -> Iterator[None]:
    """Whatever is written inside must leave a trace in the same transaction, or Untraced is raised."""
    watch = _Watch()
    token = _watch.set(watch)
    try:
        yield
    finally:
        _watch.reset(token)
    if watch.wrote and not watch.traced:
        raise Untraced


@event.listens_for(Session, "after_flush")
def _flushed(*_: object) -> None:
    if watch := _watch.get():
        watch.wrote = True


@event.listens_for(Session, "do_orm_execute")
def _executed(state: Any) -> None:
    if (watch := _watch.get()) and (state.is_insert or state.is_update or state.is_delete):
        watch.wrote = True


def waive() -> None:
    """Say that what is written now needs no trace of its own: it is part of something that leaves one.

    Only for a draft between its traces; whatever others can see is recorded.
    """
    if watch := _watch.get():
        watch.traced = True


def register(recorder: Recorder) -> None:
    """Name the function that keeps the traces."""
    global _recorder
    _recorder = recorder


def record(action: str, subject: str, *, by: Actor, before: Any = None, after: Any = None) -> int:
    """Keep who (`by`) did what to which subject, in the transaction that runs.

    `before` and `after` are plain values (dates and decimals are allowed). RuntimeError without a recorder:
    no write may go untraced. Returns the number of the trace.
    """
    if _recorder is None:
        raise RuntimeError("nobody records traces")
    if watch := _watch.get():
        watch.traced = True
    entry = _recorder(
        action=action, subject=subject, actor=str(by), person=by.person, before=before, after=after
    )
    return int(entry.seq)
