"""What a release keeps besides cells and estimates: the verdicts on the claims, and who had coded what."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from replication.casefile import AGREED

VERDICT_COLUMNS = ("claim", "kind", "verdict")


def released_verdicts(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Keep the word on each claim by each kind of evidence."""
    return verdicts[list(VERDICT_COLUMNS)].reset_index(drop=True)


def released_passes(codings: pd.DataFrame) -> pd.DataFrame:
    """Count the codes of each pass in each case; cells without a code are not counted."""
    passes = codings[(codings["coding"] != AGREED) & codings["code"].notna()]
    counts = passes.groupby(["coding", "case_id"], sort=False).size()
    return counts.rename("n_codes").reset_index()


def changed_verdicts(old: pd.DataFrame, new: pd.DataFrame) -> Iterator[str]:
    """Word each claim that came or went and each verdict that reads otherwise."""
    was, now = (_by_claim(frame) for frame in (old, new))
    for claim in dict.fromkeys(key[0] for key in (*now, *was)):
        kinds = [key for key in dict.fromkeys([*now, *was]) if key[0] == claim]
        if not any(key in was for key in kinds):
            told = "; ".join(f"{key[1]}: {now[key]}" for key in kinds)
            yield f"new claim {claim}: {told}"
        elif not any(key in now for key in kinds):
            yield f"claim {claim} is gone"
        else:
            for key in kinds:
                before, after = was.get(key, "nothing"), now.get(key, "nothing")
                if before != after:
                    yield f"{claim}, {key[1]}: {before} -> {after}"


def _by_claim(frame: pd.DataFrame) -> dict[tuple[str, str], str]:
    out: dict[tuple[str, str], str] = {}
    for claim, kind, verdict in frame[list(VERDICT_COLUMNS)].itertuples(index=False, name=None):
        key = (str(claim), str(kind))
        out[key] = f"{out[key]}, {verdict}" if key in out else str(verdict)
    return out


def changed_passes(old: pd.DataFrame, new: pd.DataFrame) -> Iterator[str]:
    """Word what each pass has coded since, case by case where they are few."""
    for coding in dict.fromkeys([*new["coding"], *old["coding"]]):
        was, now = (
            dict(zip(part["case_id"], part["n_codes"], strict=True))
            for frame in (old, new)
            for part in (frame[frame["coding"] == coding],)
        )
        cases = [case for case in dict.fromkeys([*now, *was]) if now.get(case) != was.get(case)]
        if not cases:
            continue
        total = sum(now.values())
        told = f"codes {total}, cases {len(now)}"
        before = f"; before, codes {sum(was.values())}, cases {len(was)}" if was else ""
        kind = "pass" if was else "new pass"
        yield f"{kind} {coding}: {told}{before} ({_some(cases)})"


def _some(cases: list[str], most: int = 5) -> str:
    rest = f" and {len(cases) - most} more" if len(cases) > most else ""
    return ", ".join(cases[:most]) + rest
