"""Runs one attack between two undisturbed phases and notes what came of it."""

import time
import traceback
from dataclasses import dataclass

from tests.attack.measuring import Figures, Honest, own_seconds, watch_for
from tests.attack.registry import Attack, Until
from tests.attack.target import Target

PEOPLE = ("reader", "editor")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line of the table."""

    attack: Attack
    database: str
    proxy: str
    seconds: float
    quiet: dict[str, Figures]
    attacked: dict[str, Figures]
    megabytes: tuple[float, float]
    """Resident memory of all of the desk's processes, before and after."""
    desk_seconds: float
    """Processor time that the desk spent, less what it spends in as many undisturbed seconds."""
    own_seconds: float
    faults: list[str]
    """What happened that must not."""
    notes: list[str]

    @property
    def failures(self) -> dict[str, int]:
        """Return the honest requests that failed, by what was asked for and its status."""
        return {key: count for one in self.attacked.values() for key, count in one.failures.items()}

    def misses(self, who: str) -> bool:
        """Whether the aim for one of the two is missed."""
        return self.attacked[who].misses(self.quiet[who])


def run_attack(attack: Attack, target: Target, honest: Honest, seconds: float) -> Outcome:
    """Watch, attack, watch; the honest two go on all the while."""
    target.notes = []
    start = target.spent()
    before = watch_for(seconds / 2)
    memory, own = target.spent(), own_seconds()
    rate = (memory.seconds - start.seconds) / (before[1] - before[0])
    began = time.monotonic()
    faults = []
    try:
        attack.run(target, Until(seconds))
    except AssertionError as error:
        faults.append(str(error).strip().split("\n")[0][:300] or "an assertion")
    except Exception as error:  # noqa: BLE001 (the other attacks are to run; the fault fails the run)
        faults.append(f"broken off: {error!r}"[:300])
        traceback.print_exc()
    # What is under way when an attack ends belongs to it; a phase of some length is needed for a p99.
    span = (began, watch_for(max(0.0, began + seconds - time.monotonic()))[1])
    own, spent = own_seconds() - own, target.spent()
    after = watch_for(seconds / 2)
    attacked = {who: honest.between(who, span) for who in PEOPLE}
    faults += [
        f"an honest request failed: {what}, {count} times"
        for one in attacked.values()
        for what, count in one.failures.items()
    ]
    return Outcome(
        attack=attack,
        database=target.database,
        proxy=target.proxy,
        seconds=span[1] - span[0],
        quiet={who: honest.between(who, before, after) for who in PEOPLE},
        attacked=attacked,
        megabytes=(memory.megabytes, target.spent().megabytes),
        desk_seconds=max(0.0, spent.seconds - memory.seconds - rate * (span[1] - span[0])),
        own_seconds=own,
        faults=faults,
        notes=target.notes,
    )
