"""The soak finds memory that grows, and passes over noise."""

from tests.attack.soak import judged


def test_memory_that_grows_is_found_and_noise_is_not() -> None:
    noise = [100.0 + number % 4 for number in range(30)]
    assert judged({"serve 1": noise}) == []
    assert judged({"serve 1": [90.0 + number for number in range(30)]}) == [
        "serve 1 grew from 104.5 to 114.5 MB"
    ]
