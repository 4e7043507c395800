"""Counts the zero crossings of every lead of the recordings in a folder and writes them to its expected.json.

Independent of the product: Python's standard library and the definition alone. A crossing is a change of sign between successive
samples that are not zero, about the lead's zero level. A sample at the zero level neither adds nor hides one; a missing sample (null)
breaks the run: nothing is counted across it.

Usage: python3 scripts/count_crossings.py [folder, default fixtures]
"""

import json
import pathlib
import sys
from decimal import Decimal


def crossings(signal, zero_level):
    count = 0
    runs = [[]]
    for value in signal:
        if value is None:
            runs.append([])
        elif value != zero_level:
            runs[-1].append(value > zero_level)
    for run in runs:
        count += sum(before != after for before, after in zip(run, run[1:]))
    return count


def leads_of(path):
    # Decimals as they are written: nothing depends on binary rounding.
    recording = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    for lead in recording["leads"]:
        if len(lead["signal"]) != lead["number_of_samples"]:
            raise ValueError(f"{path.name}: {lead['name']} has {len(lead['signal'])} samples, not {lead['number_of_samples']}")
        zero_level = lead.get("zeroLevel", recording.get("zeroLevel", 0))
        yield lead["name"], crossings(lead["signal"], zero_level)


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "fixtures")
    files = sorted(path for path in folder.glob("*.json") if path.name != "expected.json")
    expected = {path.name: dict(leads_of(path)) for path in files}
    (folder / "expected.json").write_text(json.dumps(expected, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(expected))


if __name__ == "__main__":
    main()
