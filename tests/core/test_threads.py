import threading
import time

from tasks.core.threads import WAITING, in_threads


def test_results_come_in_the_order_of_the_items() -> None:
    def slow_at_first(number: int) -> int:
        time.sleep(0.05 if number == 0 else 0)
        return number * number

    assert list(in_threads(slow_at_first, range(2 * WAITING + 5))) == [n * n for n in range(2 * WAITING + 5)]
    assert list(in_threads(slow_at_first, [])) == []


def test_only_so_many_results_wait_to_be_taken() -> None:
    made = 0
    lock = threading.Lock()

    def count(_: int) -> None:
        nonlocal made
        with lock:
            made += 1

    results = in_threads(count, range(5 * WAITING))
    next(results)
    time.sleep(0.3)
    assert made <= WAITING
    assert len(list(results)) == 5 * WAITING - 1
    assert made == 5 * WAITING
