"""How much one client may send."""

from server.ws.limits import FloodGuard, TokenBucket


def test_bucket_refills_with_time_and_never_above_its_burst() -> None:
    bucket = TokenBucket(rate_per_s=2, burst=4)
    assert all(bucket.take(0.0) for _ in range(4))
    assert not bucket.take(0.0)
    assert bucket.take(0.5)
    assert not bucket.take(0.5)
    assert sum(bucket.take(100.0) for _ in range(10)) == 4


def test_a_refused_take_uses_nothing() -> None:
    bucket = TokenBucket(rate_per_s=1, burst=5)
    assert not bucket.take(0.0, 6)
    assert bucket.take(0.0, 5)


def test_flood_is_refused_but_the_client_recovers() -> None:
    guard = FloodGuard(strikes=3)
    admitted = sum(guard.admit(100, 0.0) for _ in range(302))
    assert admitted == 300
    assert guard.strikes == 2 and not guard.exhausted
    assert guard.admit(100, 1.0)
    assert guard.strikes == 0


def test_a_client_that_ignores_the_limits_is_exhausted() -> None:
    guard = FloodGuard(strikes=3)
    for _ in range(304):
        guard.admit(100, 0.0)
    assert guard.exhausted


def test_bytes_count_too() -> None:
    guard = FloodGuard()
    assert guard.admit(8_000_000, 0.0)
    assert not guard.admit(1_000_000, 0.0)
