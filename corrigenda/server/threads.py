"""Threads that make pages: dealt out fairly among networks, some kept for browsers of members."""

import logging
import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from typing import Final

logger = logging.getLogger(__name__)

Job = Callable[[], None]
Line = tuple[bytes, bool]
"""The jobs of one sender that may change something (true), or those that only look."""

WAITING_A_THREAD: Final = 64
"""Jobs of one kind that may wait for each thread; ten seconds of work where a page takes 150 ms."""
WAITING_A_LINE: Final = 8
"""Jobs of one line that may wait for each thread."""


class Queue:
    """Jobs of members, or of strangers, in lines; a line's next job comes when every other line had a turn.

    Of the jobs that run at once one sender has all but one, where there may be more. Those of members that
    may change something have all but one as well, each member's one after the other; those of strangers half.
    """

    def __init__(self, *, are_members: bool) -> None:
        self.are_members = are_members
        self.lines: OrderedDict[Line, deque[Job]] = OrderedDict()
        self.waiting = Counter[bool]()
        self.running: list[Line] = []

    def put(self, line: Line, job: Job, *, most: int, most_of_line: int) -> bool:
        """Let a job wait; false where too many wait already, of its line or of all that change or look."""
        _, changes = line
        jobs = self.lines.get(line, deque())
        if self.waiting[changes] >= most or len(jobs) >= most_of_line:
            return False
        jobs.append(job)
        self.lines[line] = jobs
        self.waiting[changes] += 1
        return True

    def next(self, most: int, *, most_looking: int) -> tuple[Line, Job] | None:
        """Take the job whose turn it is; None where none may run now.

        Not more than `most` run, and of those that only look not more than `most_looking`.
        """
        if len(self.running) >= most:
            return None
        line = next((one for one in self.lines if self._may_run(one, most, most_looking)), None)
        if line is None:
            return None
        _, changes = line
        jobs = self.lines[line]
        job = jobs.popleft()
        self.waiting[changes] -= 1
        if jobs:
            self.lines.move_to_end(line)
        else:
            del self.lines[line]
        self.running.append(line)
        return line, job

    def done(self, line: Line) -> None:
        """Note that a job has ended."""
        self.running.remove(line)

    def _may_run(self, line: Line, most: int, most_looking: int) -> bool:
        sender, changes = line
        most_but_one = max(1, most - 1)
        if sum(other == sender for other, _ in self.running) >= most_but_one:
            return False
        changing = sum(other for _, other in self.running)
        if not changes:
            return len(self.running) - changing < most_looking
        if self.are_members:
            return line not in self.running and changing < most_but_one
        return changing < max(1, most // 2)


class PageThreads:
    """Runs jobs on a few threads.

    Strangers never have the last `reserved` threads, and of the others one network leaves one to the rest:
    whatever one network asks for, another one is answered, and whatever all strangers ask for, members
    are. Members leave as many to strangers, and one member leaves a thread to the other members. Where there
    is only one to leave, as with 2 threads and 1 reserved, networks and members take turns on it and cannot
    leave one; a single thread takes members first.

    What changes something, one member does one after the other, and all members together on one thread less
    than they have: decisions that are sent at once wait for each other with a lock of the database, and each
    of them with a thread. Strangers have half of their threads for it: a wrong password costs fifty times
    what a reader's page costs.

    While a member's page is made, strangers begin one page at a time, and changes on a quarter of their
    threads: threads that compute share one processor, so that each of them makes every page slower. Their
    pages come no later by that. A sign-in mostly waits for its password to be compared elsewhere.
    `leave` is called in each thread when it ends.
    """

    def __init__(self, number: int, *, reserved: int, leave: Callable[[], None]) -> None:
        shared = max(1, number - reserved)
        self._number = number
        self._leave = leave
        self._shared = shared
        self._strangers = Queue(are_members=False)
        self._members = Queue(are_members=True)
        self._change = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._ends = False

    def give(self, job: Job, sender: bytes, *, is_member: bool, changes: bool = False) -> bool:
        """Let a job run as soon as it may; false where too many of its kind wait.

        `changes` says that it may change something.
        """
        queue = self._members if is_member else self._strangers
        line = sender, changes
        most, most_of_line = WAITING_A_THREAD * self._number, WAITING_A_LINE * self._number
        with self._change:
            if self._ends or not queue.put(line, job, most=most, most_of_line=most_of_line):
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
                queue, line, job = taken
                try:
                    job()
                except BaseException:
                    # A job answers for itself; the thread has to live for the next one.
                    logger.exception("A request failed outside of Django.")
                with self._change:
                    queue.done(line)
                    # Besides this thread's next job another one may run now, of this sender or this kind.
                    self._wake()
        finally:
            self._leave()

    def _take(self) -> tuple[Queue, Line, Job] | None:
        with self._change:
            while True:
                shared = self._shared
                found = self._members.next(shared, most_looking=shared)
                if found is not None:
                    return self._members, *found
                if self._members.running:
                    found = self._strangers.next((shared + 1) // 2, most_looking=1)
                else:
                    found = self._strangers.next(shared, most_looking=shared)
                if found is not None:
                    return self._strangers, *found
                if self._ends:
                    return None
                self._idle += 1
                self._change.wait()
