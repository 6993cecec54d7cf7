"""What rounds say: medians, their ratio, and how sure it is."""

import random
import statistics
from dataclasses import dataclass, field

SEED = 20260101
RESAMPLES = 10_000


@dataclass
class Series:
    """The figures of one side, one for each round; more is better."""

    name: str
    rounds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.rounds)


@dataclass
class Comparison:
    """One line of the table: Pawl beside its peers, in rounds that took turns."""

    work: str
    unit: str
    aim: float
    ours: Series
    peers: list[Series]
    # Shown beside them, with the reason why the ratio is not claimed against them.
    others: list[Series] = field(default_factory=list)
    # What stands behind a figure in a table, and its digits behind the point.
    suffix: str = "/s"
    digits: int = 0

    @property
    def sides(self) -> list[Series]:
        return [self.ours, *self.peers, *self.others]

    def said(self, figure: float) -> str:
        return f"{figure:,.{self.digits}f}"

    @property
    def best(self) -> Series:
        """The peer that the ratio is claimed against: the one with the highest median."""
        return max(self.peers, key=lambda peer: peer.median)

    @property
    def ratio(self) -> float:
        return self.ours.median / self.best.median

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the ratio of medians, by drawing whole rounds again.

        A round keeps both of its figures together: what the machine did to one side it did to the other.
        """
        dice = random.Random(SEED)
        rounds = range(len(self.ours.rounds))
        ratios = []
        for _ in range(RESAMPLES):
            drawn = dice.choices(rounds, k=len(rounds))
            ours = statistics.median(self.ours.rounds[i] for i in drawn)
            ratios.append(ours / statistics.median(self.best.rounds[i] for i in drawn))
        ratios.sort()
        return ratios[int(0.025 * RESAMPLES)], ratios[int(0.975 * RESAMPLES) - 1]

    @property
    def verdict(self) -> str:
        low, high = self.interval
        if low >= self.aim:
            return "met: the whole interval lies above the aim"
        if high >= self.aim:
            return "met: the interval reaches the aim"
        return "not met"


def take_turns(rounds: int, sides: list[tuple[Series, object]], prepare=lambda: None) -> None:
    """Runs every side once in each round, always in the same order, and keeps what it returns."""
    for number in range(1, rounds + 1):
        prepare()
        said = []
        for series, measure in sides:
            series.rounds.append(measure())
            said.append(f"{series.name} {series.rounds[-1]:,.0f}")
        print(f"  round {number:2} of {rounds}: " + ", ".join(said), flush=True)
