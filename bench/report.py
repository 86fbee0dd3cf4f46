"""Figures of one server under load, and the table they make."""

from __future__ import annotations

from dataclasses import dataclass, field

LAG_GOAL_MS = 30.0
MEMORY_GOAL_MB = 6.0
READY_GOAL_S = 3.0


@dataclass
class Measured:
    """One server under load. Lags in milliseconds; `window` is monotonic from and to."""

    name: str
    sessions: int
    window: tuple[float, float]
    joining: tuple[float, float]
    cpu_share: float
    joining_cpu_share: float
    rss_first_mb: float
    rss_further_mb: float
    work: str
    lag_p50: float = 0.0
    lag_p99: float = 0.0
    joining_p99: float = 0.0
    ready_s: list[float] = field(default_factory=list)

    def with_lags(self, lags: list[tuple[float, float]]) -> Measured:
        """Fill in the percentiles of the windows."""
        steady = _within(lags, self.window)
        self.lag_p50, self.lag_p99 = percentile(steady, 50), percentile(steady, 99)
        self.joining_p99 = percentile(_within(lags, self.joining), 99)
        return self


def _within(lags: list[tuple[float, float]], window: tuple[float, float]) -> list[float]:
    return sorted(lag * 1_000 for at, lag in lags if window[0] <= at <= window[1])


def percentile(ordered: list[float], share: float) -> float:
    """Of ordered values. Raises ValueError when nothing was measured."""
    if not ordered:
        raise ValueError("no loop lag was measured in the window")
    return ordered[min(len(ordered) - 1, round(share / 100 * (len(ordered) - 1)))]


def print_table(rows: list[Measured], sessions: int) -> None:
    """Every server, the ratios to ours, the goals."""
    ours = rows[0]
    print(f"\n{sessions} peers on one core, human speech in, sound out\n")
    head = ("", "CPU %", "per peer", "ours/it", "lag p50", "p99", "p99 join", "first MB", "each MB")
    print(f"{head[0]:<24}" + "".join(f"{name:>10}" for name in head[1:]))
    for row in rows:
        figures = (
            f"{row.cpu_share * 100:.1f}",
            f"{row.cpu_share * 100 / row.sessions:.2f}",
            f"{ours.cpu_share / row.cpu_share:.2f}",
            f"{row.lag_p50:.1f}",
            f"{row.lag_p99:.1f}",
            f"{row.joining_p99:.1f}",
            f"{row.rss_first_mb:.0f}",
            f"{row.rss_further_mb:.1f}",
        )
        print(f"{row.name:<24}" + "".join(f"{figure:>10}" for figure in figures))
        print(f"  work: {row.work}")
    print("\nlags in ms; `join`: while the peers join, a third of a second apart\n")
    _goal(f"loop-lag p99 with {sessions} interviews", ours.lag_p99, LAG_GOAL_MS, "ms")
    _goal("the same while they join", ours.joining_p99, LAG_GOAL_MS, "ms")
    _goal("memory of each further session", ours.rss_further_mb, MEMORY_GOAL_MB, "MB")
    middle = ours.ready_s[len(ours.ready_s) // 2]
    _goal(f"start to ready (median of {len(ours.ready_s)})", middle, READY_GOAL_S, "s")


def _goal(name: str, value: float, goal: float, unit: str) -> None:
    verdict = "met" if value <= goal else "NOT met"
    print(f"  {name:<42}{value:8.2f} {unit}  goal <= {goal:g} {unit}: {verdict}")
