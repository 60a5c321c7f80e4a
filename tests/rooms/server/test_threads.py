"""Threads that make pages: strangers never have all of them, nor one network all of the strangers'."""

import threading
from collections.abc import Callable, Iterator

import pytest

from corrigenda.server.threads import WAITING_A_LINE, WAITING_A_THREAD, PageThreads


class Work:
    """Jobs that wait until they are let go, and note that they ran."""

    def __init__(self) -> None:
        self.running = threading.Semaphore(0)
        self.go = threading.Event()
        self.ran: list[str] = []

    def slow(self) -> None:
        """Hold a thread."""
        self.running.release()
        assert self.go.wait(20)

    def await_running(self, number: int) -> None:
        """Wait until so many more hold a thread."""
        for _ in range(number):
            assert self.running.acquire(timeout=20)

    def quick(self, name: str, done: threading.Semaphore) -> Callable[[], None]:
        """Return a job that ends at once."""

        def job() -> None:
            self.ran.append(name)
            done.release()

        return job


@pytest.fixture
def work() -> Iterator[Work]:
    made = Work()
    yield made
    made.go.set()


def threads(number: int, reserved: int) -> PageThreads:
    """Return some."""
    return PageThreads(number, reserved=reserved, leave=lambda: None)


def is_done(done: threading.Semaphore) -> bool:
    """Wait for a job, not as long as slow ones hold their threads."""
    return done.acquire(timeout=10)


def test_whatever_strangers_ask_for_a_member_is_answered(work: Work) -> None:
    pages, done = threads(4, 1), threading.Semaphore(0)
    for number in range(40):
        assert pages.give(work.slow, bytes([number]), is_member=False)
    work.await_running(3)
    assert pages.give(work.quick("member", done), b"1", is_member=True)
    assert is_done(done)
    # The thread that is kept for members takes up no stranger's work afterwards.
    assert not work.running.acquire(timeout=0.1)
    work.go.set()
    work.await_running(37)
    pages.close(20)


@pytest.mark.parametrize("are_members", [False, True])
@pytest.mark.parametrize(("number", "reserved"), [(8, 2), (6, 2), (4, 1), (3, 1)])
def test_whatever_one_sender_asks_for_another_is_answered(
    work: Work, number: int, reserved: int, are_members: bool
) -> None:
    pages, done = threads(number, reserved), threading.Semaphore(0)
    for changes in (True, *[False] * 2 * number):
        assert pages.give(work.slow, b"greedy", is_member=are_members, changes=changes)
    work.await_running(number - reserved - 1)
    assert pages.give(work.quick("other", done), b"other", is_member=are_members)
    assert is_done(done)
    work.go.set()
    pages.close(20)


def test_passwords_of_strangers_leave_half_of_their_threads_to_readers(work: Work) -> None:
    pages, done = threads(8, 2), threading.Semaphore(0)
    for number in range(40):
        assert pages.give(work.slow, bytes([number]), is_member=False, changes=True)
    work.await_running(3)
    for number in range(40, 43):
        assert pages.give(work.quick(f"reader {number}", done), bytes([number]), is_member=False)
        assert is_done(done)


def test_strangers_begin_one_page_at_a_time_while_a_member_waits(work: Work) -> None:
    pages, done = threads(8, 2), threading.Semaphore(0)
    assert pages.give(work.slow, b"anna", is_member=True)
    work.await_running(1)
    for number in range(20):
        assert pages.give(work.slow, bytes([number]), is_member=False)
    work.await_running(1)
    assert pages.give(work.quick("anna again", done), b"anna", is_member=True)
    assert is_done(done)
    assert not work.running.acquire(blocking=False)
    work.go.set()
    work.await_running(19)


def test_passwords_do_not_take_the_place_of_that_page(work: Work) -> None:
    pages, done = threads(8, 2), threading.Semaphore(0)
    assert pages.give(work.slow, b"anna", is_member=True)
    work.await_running(1)
    for number in range(20):
        assert pages.give(work.slow, bytes([number]), is_member=False, changes=True)
    work.await_running(1)
    assert pages.give(work.quick("reader", done), b"reader", is_member=False)
    assert is_done(done)
    work.go.set()


def test_members_leave_threads_to_strangers(work: Work) -> None:
    pages, done = threads(4, 1), threading.Semaphore(0)
    for _ in range(10):
        assert pages.give(work.slow, b"1", is_member=True)
        assert pages.give(work.slow, b"2", is_member=True)
    work.await_running(3)
    assert pages.give(work.quick("reader", done), b"n", is_member=False)
    assert is_done(done)
    work.go.set()
    pages.close(20)


def test_what_one_member_changes_is_done_one_after_the_other(work: Work) -> None:
    """And all members together leave a thread to those who only look."""
    pages, done = threads(4, 1), threading.Semaphore(0)
    for member in (b"1", b"1", b"1", b"2", b"2", b"3"):
        assert pages.give(work.slow, member, is_member=True, changes=True)
    work.await_running(2)
    assert not work.running.acquire(timeout=0.1)
    assert pages.give(work.quick("look", done), b"1", is_member=True)
    assert is_done(done)
    assert pages.give(work.quick("reader", done), b"n", is_member=False)
    assert is_done(done)
    work.go.set()
    work.await_running(4)
    pages.close(20)


def test_members_who_change_and_look_leave_threads_to_strangers(work: Work) -> None:
    pages, done = threads(4, 1), threading.Semaphore(0)
    for member in (b"1", b"2", b"3", b"4"):
        assert pages.give(work.slow, member, is_member=True, changes=True)
        assert pages.give(work.slow, member, is_member=True)
    work.await_running(3)
    assert not work.running.acquire(timeout=0.1)
    assert pages.give(work.quick("reader", done), b"n", is_member=False)
    assert is_done(done)
    work.go.set()
    pages.close(20)


@pytest.mark.parametrize("are_members", [False, True])
def test_senders_take_turns(work: Work, are_members: bool) -> None:
    """And what one of them changes takes turns with what others look at."""
    pages, done = threads(1, 0), threading.Semaphore(0)
    pages.give(work.slow, b"first", is_member=are_members)
    work.await_running(1)
    for name, changes in (("a0", False), ("a1", False), ("a2", False), ("b0", False), ("c0", True)):
        sender = name[:1].encode()
        assert pages.give(work.quick(name, done), sender, is_member=are_members, changes=changes)
    work.go.set()
    assert all(is_done(done) for _ in range(5))
    assert work.ran == ["a0", "b0", "c0", "a1", "a2"]
    pages.close(20)


def test_too_many_that_wait_are_refused_and_members_are_not(work: Work) -> None:
    pages = threads(2, 1)
    taken = [pages.give(work.slow, b"a", is_member=False) for _ in range(3 * WAITING_A_LINE)]
    assert taken.count(True) in {2 * WAITING_A_LINE, 2 * WAITING_A_LINE + 1}
    assert not taken[-1]
    many = [
        pages.give(work.slow, number.to_bytes(3), is_member=False) for number in range(3 * WAITING_A_THREAD)
    ]
    assert many[0]
    assert not many[-1]
    done = threading.Semaphore(0)
    assert pages.give(work.quick("member", done), b"1", is_member=True)
    assert is_done(done)
    work.go.set()
    pages.close(20)


def test_a_job_that_fails_does_not_take_its_thread_with_it(
    work: Work, caplog: pytest.LogCaptureFixture
) -> None:
    pages, done = threads(1, 0), threading.Semaphore(0)

    def fails() -> None:
        raise OSError("as it may")

    assert pages.give(fails, b"a", is_member=False)
    assert pages.give(work.quick("next", done), b"a", is_member=False)
    assert is_done(done)
    assert "A request failed outside of Django." in caplog.text
    pages.close(20)


def test_the_end_waits_for_what_was_taken_and_takes_nothing_more(work: Work) -> None:
    left: list[str] = []
    pages = PageThreads(2, reserved=0, leave=lambda: left.append(threading.current_thread().name))
    done = threading.Semaphore(0)
    for number in range(10):
        pages.give(work.quick(str(number), done), b"a", is_member=False)
    pages.close(20)
    assert sorted(work.ran) == [str(number) for number in range(10)]
    assert not pages.give(work.quick("late", done), b"a", is_member=False)
    assert all(name.startswith("pages-") for name in left)
    assert 1 <= len(left) <= 2
