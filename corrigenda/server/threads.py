"""Threads that make pages: dealt out fairly among networks, some kept for browsers of members."""

import logging
import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from typing import Final

logger = logging.getLogger(__name__)

Job = Callable[[], None]

WAITING_A_THREAD: Final = 64
"""Jobs that may wait for each thread; ten seconds of work where a page takes 150 ms."""
WAITING_A_SENDER: Final = 8
"""Jobs of one sender that may wait for each thread."""


class Queue:
    """Jobs of one kind of sender; each sender's next job comes when every other sender had a turn.

    `most_running` jobs run at once, of one sender `most_of_one`.
    """

    def __init__(self, *, most_running: int, most_of_one: int) -> None:
        self.most_running = most_running
        self.most_of_one = most_of_one
        self.waits: OrderedDict[bytes, deque[Job]] = OrderedDict()
        self.waiting = 0
        self.runs: Counter[bytes] = Counter()

    def put(self, sender: bytes, job: Job, *, most: int, most_of_one: int) -> bool:
        """Let a job wait; false where too many wait already."""
        own = self.waits.get(sender)
        if self.waiting >= most or (own is not None and len(own) >= most_of_one):
            return False
        if own is None:
            own = self.waits[sender] = deque()
        own.append(job)
        self.waiting += 1
        return True

    def next(self) -> tuple[bytes, Job] | None:
        """Take the job whose turn it is; None where none may run now."""
        if self.runs.total() >= self.most_running:
            return None
        sender = next((one for one in self.waits if self.runs[one] < self.most_of_one), None)
        if sender is None:
            return None
        jobs = self.waits[sender]
        job = jobs.popleft()
        self.waiting -= 1
        if jobs:
            self.waits.move_to_end(sender)
        else:
            del self.waits[sender]
        self.runs[sender] += 1
        return sender, job

    def done(self, sender: bytes) -> None:
        """Note that a job has ended."""
        self.runs[sender] -= 1
        if not self.runs[sender]:
            del self.runs[sender]


class PageThreads:
    """Runs jobs on a few threads.

    Strangers never have the last `reserved` threads, and of the others one network leaves one to the rest:
    whatever one network asks for, another one is answered, and whatever all strangers ask for, members
    are. Members leave as many to strangers, and one member leaves a thread to the other members.

    What changes something, one member does one after the other, and all members together on one thread less
    than they have: decisions that are sent at once wait for each other with a lock of the database, and each
    of them with a thread. `leave` is called in each thread when it ends.
    """

    def __init__(self, number: int, *, reserved: int, leave: Callable[[], None]) -> None:
        kept = min(reserved, number - 1)
        shared = max(1, number - kept)
        self._number = number
        self._most_members = shared
        self._leave = leave
        self._strangers = Queue(most_running=shared, most_of_one=max(1, shared - 1))
        self._members = Queue(most_running=shared, most_of_one=max(1, shared - 1))
        self._changes = Queue(most_running=max(1, shared - 1), most_of_one=1)
        self._change = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._ends = False

    def give(self, job: Job, sender: bytes, *, is_member: bool, changes: bool = False) -> bool:
        """Let a job run as soon as it may; false where too many of its kind wait.

        `changes` says of a member's job that it may change something.
        """
        queue = (self._changes if changes else self._members) if is_member else self._strangers
        most, most_of_one = WAITING_A_THREAD * self._number, WAITING_A_SENDER * self._number
        with self._change:
            if self._ends or not queue.put(sender, job, most=most, most_of_one=most_of_one):
                return False
            if not self._wake() and len(self._threads) < self._number:
                self._begin()
        return True

    def close(self, seconds: float) -> None:
        """Take nothing more, finish what waits, and let the threads end."""
        with self._change:
            self._ends = True
            while self._wake():
                pass
            threads = list(self._threads)
        for thread in threads:
            thread.join(seconds)

    def _wake(self) -> bool:
        """Wake an idle thread, each for one job; false where none is idle."""
        if not self._idle:
            return False
        self._idle -= 1
        self._change.notify()
        return True

    def _begin(self) -> None:
        thread = threading.Thread(target=self._run, name=f"pages-{len(self._threads)}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run(self) -> None:
        try:
            while (taken := self._take()) is not None:
                queue, sender, job = taken
                try:
                    job()
                except BaseException:
                    # A job answers for itself; the thread has to live for the next one.
                    logger.exception("A request failed outside of Django.")
                with self._change:
                    queue.done(sender)
                    # Besides this thread's next job another one may run now, of this sender or this kind.
                    self._wake()
        finally:
            self._leave()

    def _take(self) -> tuple[Queue, bytes, Job] | None:
        with self._change:
            while True:
                members = self._members.runs.total() + self._changes.runs.total()
                free = (self._members, self._changes) if members < self._most_members else ()
                for queue in (*free, self._strangers):
                    found = queue.next()
                    if found is not None:
                        return queue, *found
                if self._ends:
                    return None
                self._idle += 1
                self._change.wait()
