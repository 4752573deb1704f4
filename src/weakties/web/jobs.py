"""What takes longer than a page may wait: one job after the other on a thread of its own, to be watched, stopped and read later.

A job goes on when the page that began it is closed. It can be stopped wherever it tells how far it is; what it does sees to it
that nothing half done is kept. Jobs live as long as the server does: what they brought lies in the home. They tell of files and
accounts by name, so whoever is forgotten takes along all that jobs had to tell until then.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from weakties.errors import Stopped, WeaktiesError

_log = logging.getLogger("weakties.web")
# Jobs that are over and still told of.
_KEPT = 40
# What a job is called whose name may be that of somebody who was forgotten meanwhile.
UNNAMED = "what you sent"
NOTHING_KEPT = "Nothing of it was kept."
OVER = ("done", "failed", "stopped")


@dataclass(eq=False)
class Job:
    """One job. kind: `look`, `import`, `reread`, `sync` or `score`; stays: what stays of it where it is cut off, a sentence;
    state: waiting, running, done, failed or stopped; line: what it does now; count, most: how far it is, most 0 where nobody
    knows; outcome: what it returned; said, hint: what went wrong; forgotten: how many were forgotten when it was begun."""

    kind: str
    title: str
    work: Callable[[Job], Any]
    batch: str = ""
    stays: str = NOTHING_KEPT
    id: str = field(default_factory=lambda: secrets.token_hex(6))
    state: str = "waiting"
    line: str = ""
    count: int = 0
    most: int = 0
    outcome: Any = None
    said: str = ""
    hint: str = ""
    began: float = 0.0
    asked: threading.Event = field(default_factory=threading.Event)
    version: int = 0
    forgotten: int = 0
    _told: threading.Lock = field(default_factory=threading.Lock)

    @property
    def over(self) -> bool:
        """Whether it came to an end, whichever."""
        return self.state in OVER

    @property
    def seconds_left(self) -> int | None:
        """How long it will take, as far as it went; None where that cannot be told yet."""
        taken = time.monotonic() - self.began
        if not self.most or not self.count or taken < 2:
            return None
        return round(taken / self.count * max(self.most - self.count, 0))

    def tell(self, line: str | None = None, count: int | None = None) -> None:
        """Say what is done now and how far it is. Raises Stopped where somebody asked for that."""
        if self.asked.is_set():
            raise Stopped(f"Stopped. {self.stays}")
        with self._told:
            self.line = self.line if line is None or self.title == UNNAMED else line
            self.count = self.count if count is None else count
            self.version += 1

    def become(self, state: str, *, said: str = "", hint: str = "") -> None:
        """Change the state."""
        with self._told:
            self.state, self.said, self.hint = state, said, hint
            self.version += 1

    def unname(self) -> None:
        """Tell no more what it is about."""
        with self._told:
            self.title, self.line = UNNAMED, ""
            self.version += 1


class Jobs:
    """The jobs of a server, one at a time. The thread ends when nothing waits and begins anew with the next job.

    forgotten: tells how many were forgotten so far.
    """

    def __init__(self, forgotten: Callable[[], int] = lambda: 0) -> None:
        self._forgotten = forgotten
        self._lock = threading.Lock()
        self._all: deque[Job] = deque()
        self._waiting: deque[Job] = deque()
        self._thread: threading.Thread | None = None
        self.closing = threading.Event()

    def begin(self, job: Job) -> Job:
        """Put a job at the end of the queue."""
        job.forgotten = self._forgotten()
        with self._lock:
            self._all.appendleft(job)
            over = [each for each in self._all if each.over]
            for each in over[_KEPT:]:
                self._all.remove(each)
            self._waiting.append(job)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="jobs")
                self._thread.start()
        return job

    def all(self) -> list[Job]:
        """Return the jobs, the newest first. Of what was begun before somebody was forgotten nothing is told any more."""
        now = self._forgotten()
        with self._lock:
            for job in [job for job in self._all if job.forgotten < now and job.kind != "score"]:
                if job.over:
                    self._all.remove(job)
                elif job.title != UNNAMED:
                    job.unname()
            return list(self._all)

    def find(self, name: str) -> Job | None:
        """Return a job by its id."""
        return next((job for job in self.all() if job.id == name), None)

    def drop(self, job: Job) -> bool:
        """Forget a job that is over; tell whether it was still there: of two who press at once one does what follows."""
        with self._lock:
            if there := job.over and job in self._all:
                self._all.remove(job)
        return there

    def stop(self, job: Job) -> None:
        """Ask a job to stop: at once where it waits, else where it next tells how far it is."""
        with self._lock:
            job.asked.set()
            if job not in self._waiting:
                return
            self._waiting.remove(job)
        job.become("stopped", said="Stopped before it began.")

    def busy(self) -> Iterator[Job]:
        """Yield the jobs that are not over."""
        return (job for job in self.all() if not job.over)

    def close(self) -> None:
        """Stop every job, and wait for the one that runs."""
        self.closing.set()
        for job in self.busy():
            self.stop(job)
        self.settle()

    def settle(self) -> None:
        """Wait until nothing runs."""
        while (thread := self._thread) is not None:
            thread.join()

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._thread = None
                    return
                job = self._waiting.popleft()
            self._do(job)

    def _do(self, job: Job) -> None:
        job.began = time.monotonic()
        job.become("running")
        try:
            job.outcome = job.work(job)
            job.become("done")
        except Stopped as error:
            job.become("stopped", said=str(error))
        except WeaktiesError as error:
            job.become("failed", said=str(error), hint=error.hint)
        except Exception as error:  # noqa: BLE001  whoever began it is told, and where it arose stands in the log
            _log.error("A job failed.", exc_info=True)
            told = f"Something went wrong that nobody foresaw: {type(error).__name__}: {error}"
            job.become("failed", said=told, hint=job.stays)
        finally:
            # What it holds, as the files of a batch, is wanted no more.
            job.work = _nothing


def _nothing(_: Job) -> None:
    return None
