"""The ways in which the emulated carrier may misbehave, each a knob, all drawn from one seeded generator so that a run
with the same seed and the same order of events misbehaves the same way."""

import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace


@dataclass(frozen=True, slots=True)
class Knobs:
    """Percentages are 0–100; delays are real milliseconds.

    duplicate: a callback is sent twice; a TwiML request is sent again with the same idempotency token because its first
    answer "got lost". reorder: a callback waits until a later one of its call or conference went out. drop: a callback
    is never sent. bad_signature: the request itself is mis-signed. forged: a mis-signed copy goes beside the good one.
    api_5xx / api_429: the API refuses without acting. api_lost_answer: the API acts, then answers 500.
    """

    delay_ms_min: int = 0
    delay_ms_max: int = 0
    duplicate_percent: float = 0.0
    reorder_percent: float = 0.0
    drop_percent: float = 0.0
    bad_signature_percent: float = 0.0
    forged_percent: float = 0.0
    api_5xx_percent: float = 0.0
    api_429_percent: float = 0.0
    api_lost_answer_percent: float = 0.0
    hang_up_during_redirect_percent: float = 0.0
    one_call_a_second: bool = False
    seed: int = 1


class Chaos:
    """The knobs and the dice."""

    def __init__(self, knobs: Knobs | None = None) -> None:
        self.knobs = knobs or Knobs()
        self._random = random.Random(self.knobs.seed)  # noqa: S311 dice for a rehearsal, not a secret

    def set(self, changes: Mapping[str, object]) -> Knobs:
        """Turn some knobs; a new `seed` starts the dice afresh. ValueError names a knob that is wrong."""
        known = {item.name: item.type for item in fields(Knobs)}
        for name, value in changes.items():
            if name not in known:
                raise ValueError(f"unknown knob {name}; there are {', '.join(sorted(known))}")
            is_flag = name == "one_call_a_second"
            if is_flag != isinstance(value, bool) or not isinstance(value, int | float):
                raise ValueError(f"{name} must be {'true or false' if is_flag else 'a number'}")
            if name.endswith("_percent") and not 0 <= value <= 100:
                raise ValueError(f"{name} must be between 0 and 100")
            if name.startswith("delay_ms") and not 0 <= value <= 600_000:
                raise ValueError(f"{name} must be between 0 and 600000")
        self.knobs = replace(self.knobs, **changes)  # type: ignore[arg-type] # names and types were checked above
        if "seed" in changes:
            self._random.seed(self.knobs.seed)
        return self.knobs

    def strikes(self, percent: float) -> bool:
        """Throw the dice: true in `percent` of throws. A knob at 0 throws nothing, so it leaves the sequence alone."""
        return percent > 0 and self._random.random() * 100 < percent

    def delay_s(self) -> float:
        """How long the next outgoing request dawdles, in real seconds."""
        low, high = self.knobs.delay_ms_min, self.knobs.delay_ms_max
        return self._random.uniform(low, max(low, high)) / 1000 if max(low, high) else 0.0

    def public(self) -> dict[str, object]:
        """The knobs as JSON."""
        return asdict(self.knobs)
