"""Reading on all cores: helper processes that apply one function to batches, results in the order of the batches.

The helpers are started with `python -m weakties.sources.crew MODULE FUNCTION` and spoken to through pipes, so nothing of the
caller's program is run a second time (as `multiprocessing` would do where its start is not guarded) and nothing is forked while
threads run. A helper ends when its pipe closes, also if this process is killed. Where a helper cannot be started or dies, its
batch is done here: slower, and with the same result.
"""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import signal
import struct
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import IO, Any, Generic, TypeVar, cast

B = TypeVar("B")
R = TypeVar("R")

_LENGTH = struct.Struct("!Q")
# More helpers than this wait for the one process that splits and writes.
_MOST_HELPERS = 4
# A batch passes in a few pieces, not in dozens; systems that know no such size ignore it.
_PIPE_BYTES = 1 << 20
# Batches under way per helper: one is worked on, one waits, so that nobody is idle.
_AHEAD = 2


def unhurried() -> None:
    """Let this process look for cycles of garbage seldom: records are made by the hundred thousand and hold none."""
    gc.set_threshold(50_000, 50, 100)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Crew(Generic[B, R]):
    """Applies a function of a module to batches in helper processes. Use as a context manager.

    function: a public function at the top of its module; what it takes and returns is pickled. helpers: how many, by
    default one for each core, none where there is only one.
    """

    def __init__(self, function: Callable[[B], R], *, helpers: int | None = None) -> None:
        self._function = function
        wanted = min(cores(), _MOST_HELPERS) if helpers is None else helpers
        self._size = wanted if wanted > 1 else 0
        self._idle: SimpleQueue[subprocess.Popen[bytes] | None] = SimpleQueue()
        self._started: list[subprocess.Popen[bytes]] = []
        self._threads = ThreadPoolExecutor(max(1, self._size), thread_name_prefix="reading")

    def __enter__(self) -> Crew[B, R]:
        for _ in range(self._size):
            self._idle.put(self._start())
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)
        for helper in self._started:
            if helper.stdin is not None:
                helper.stdin.close()
            if helper.stdout is not None:
                helper.stdout.close()
            helper.wait()

    def map(self, batches: Iterable[B]) -> Iterator[R]:
        """Yield the result of each batch, in their order; only a few batches are held at a time."""
        if not self._size:
            yield from map(self._function, batches)
            return
        under_way: deque[Future[R]] = deque()
        for batch in batches:
            under_way.append(self._threads.submit(self._one, batch))
            if len(under_way) > self._size * _AHEAD:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()

    def _start(self) -> subprocess.Popen[bytes] | None:
        command = [sys.executable, "-m", __spec__.name, self._function.__module__, self._function.__name__]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
        for size in (_PIPE_BYTES, -1):
            try:
                helper = subprocess.Popen(  # noqa: S603  our own program with our own words
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, pipesize=size
                )
            except OSError:
                # No process can be started, or the system grants no pipe of that size.
                continue
            self._started.append(helper)
            return helper
        return None

    def _one(self, batch: B) -> R:
        helper = self._idle.get()
        try:
            if helper is not None and helper.stdin is not None and helper.stdout is not None:
                _send(helper.stdin, batch)
                return cast(R, _receive(helper.stdout))
        except (EOFError, OSError, pickle.UnpicklingError):
            # Killed for its memory, perhaps. Nobody is asked to take its place; the batch is done below.
            helper = None
        finally:
            self._idle.put(helper)
        return self._function(batch)


def _send(pipe: IO[bytes], said: object) -> None:
    packed = pickle.dumps(said, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(_LENGTH.pack(len(packed)))
    pipe.write(packed)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> object:
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    packed = pipe.read(_LENGTH.unpack(head)[0])
    return pickle.loads(packed)  # noqa: S301  from a process that we started, through a pipe of our own


def help_out(module: str, function: str) -> None:
    """Be a helper: apply a function to every batch that comes in, until the pipe closes."""
    unhurried()
    # Ctrl-C is for the process that asked; this one ends with its pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    apply: Callable[[Any], object] = getattr(importlib.import_module(module), function)
    work, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # Whatever a reader might print must not get between the answers.
    os.dup2(2, 1)
    try:
        while True:
            _send(answers, apply(_receive(work)))
    except (EOFError, BrokenPipeError):
        return


if __name__ == "__main__":
    help_out(*sys.argv[1:3])
