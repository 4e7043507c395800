"""Cases: files that were written by programs other than ours, with what must be read from them.

Each is a folder with the files, case.json, which names the main file and describes the recordings in it, and the
values of the recordings in `digits` and `physical`, one channel after the other (float64, NaN where missing).
"""

import json
import pathlib
import sys

import numpy as np


def write_cases(write):
    """The main function of every script that writes cases, called with FORMAT FOLDER COUNT.

    `write` is called with a random generator, a new folder, the case's number and the format.
    """
    format, target, count = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3])
    for number in range(count):
        folder = target / f"{format}-{number}"
        folder.mkdir(parents=True)
        write(np.random.default_rng(number), folder, number, format)
    print("{}")


def part(date, names, rate, unit, digits, annotations=()):
    """A recording whose channels have one rate and unit."""
    channels = [
        {"name": name, "samplingRate": rate, "unit": unit, "samples": len(values)}
        for name, values in zip(names, digits, strict=True)
    ]
    return {"date": date, "annotations": list(annotations), "channels": channels}


def save(folder, main, recordings, digits, physical):
    """`digits` and `physical` have an array for each channel of all recordings."""
    for name, values in (("digits", digits), ("physical", physical)):
        np.concatenate(values).astype(float).tofile(folder / name)
    (folder / "case.json").write_text(json.dumps({"main": main, "recordings": recordings}))
