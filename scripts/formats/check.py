"""Reads files that Leadwire has written with independent readers, and compares them with the expected contents.

Usage: check.py FOLDER. Each folder in it is a case: the files, and case.json. That names the format and one of
two sources: the recording that was written, with its stored values in the file `digits` and its physical ones in
`physical` (float64, NaN where missing, one channel after the other); or the real file that was uploaded, which an
independent reader also reads. The channels of the latter are added to its case, for the readers in JavaScript. Prints a
report as JSON.
"""

import dataclasses
import functools
import json
import math
import pathlib
import re
import sys
import unicodedata

import numpy as np
from readers import READERS, main_file, said_channels
from reading import Channel, Mark

# Maximum deviation of a physical value in stored units, due to rounding in the text of a scale: EDF allows it eight
# characters.
TOLERANCE = {"edf": 0.5}
# Maximum relative deviation of rates: EDF allows the duration of a record eight characters; FHIR and CSV have times
# instead of rates.
RATE_TOLERANCE = {"wfdb": 0, "json": 0, "dicom": 1e-9, "fhir": 1e-12, "aecg": 1e-12, "edf": 1e-6, "csv": 1e-3}
# Steps across the range of a channel that is rounded to 16 bits, at least.
LEAST_STEPS = 24_000
UNITS = {"mmHg": "mm[Hg]"}
NO_UNIT = ("", "1", "NU", None)
# Formats that can store marks and the start time.
MARKED = ("wfdb", "edf", "dicom")


def expected_of(case, folder):
    """Channels, their gains (without sign) and zero levels, marks, date."""
    if "source" not in case:
        values, physical_values = np.fromfile(folder / "digits"), np.fromfile(folder / "physical")
        channels, scales, at = [], [], 0
        for channel in case["channels"]:
            digits = values[at : at + channel["samples"]]
            physical = physical_values[at : at + channel["samples"]]
            at += channel["samples"]
            channels.append(Channel(channel["name"], channel["samplingRate"], channel["unit"], digits, physical))
            scales.append((abs(channel["gain"]), channel["zeroLevel"]))
        marks = [
            Mark(
                m["at"],
                m["duration"],
                None if m["channel"] is None else channels[m["channel"]].name,
                m["code"],
                m["text"],
            )
            for m in case["annotations"]
        ]
        date = case["date"]
        return channels, scales, marks, None if date is None else "".join(c for c in date[:19] if c.isdigit())
    source = case["source"]
    reading = original(source["format"], source["file"])
    channels = reading.groups[source["group"]]
    marks = sorted((mark for mark in reading.marks if mark.group in (None, source["group"])), key=lambda mark: mark.at)
    return channels, [scale_of(channel) for channel in channels], marks, None


@functools.lru_cache(maxsize=2)
def original(format, file):
    return READERS[format](pathlib.Path(file))


def scale_of(channel):
    """Stored units per physical unit, and the zero level, calculated from the two samples that are farthest apart."""
    present = ~np.isnan(channel.digits)
    digits, physical = channel.digits[present], channel.physical[present]
    if len(digits) == 0 or digits.min() == digits.max():
        return 1.0, 0.0
    low, high = np.argmin(digits), np.argmax(digits)
    gain = (digits[high] - digits[low]) / (physical[high] - physical[low])
    return abs(gain), digits[low] - physical[low] * gain


def differences(format, case, folder):
    """Every difference, as text, and the figures of the case."""
    channels, scales, marks, date = expected_of(case, folder)
    if "source" in case:
        add_channels(case, channels, folder)
    reading = READERS[format](main_file(folder, format))
    found = {channel.name: channel for group in reading.groups for channel in group}
    said = []
    worst = 0.0
    names = written_names(format, [channel.name for channel in channels])
    if format == "edf":
        # A gap is a time without records.
        channels = [without_gaps(channel) for channel in channels]
    if len(found) != len(channels):
        said.append(f"{len(found)} channels, not {len(channels)}")
    for channel, (gain, zero_level) in zip(channels, scales):
        name = names[channel.name]
        if name not in found:
            said.append(f"no channel {name}, but {list(found)}")
            continue
        read = found[name]
        count = len(channel.digits)
        # Where channels end at different times, WFDB fills the shorter ones with missing samples.
        if len(read.physical) != count and not (
            format == "wfdb" and len(read.physical) > count and np.isnan(read.digits[count:]).all()
        ):
            said.append(f"{name}: {len(read.physical)} samples, not {count}")
            continue
        # A channel of more than 16 bits is rounded in EDF.
        rounding = 0.0
        if case.get("rounded") and not np.array_equal(read.digits, channel.digits, equal_nan=True):
            rounding = (np.nanmax(channel.digits) - np.nanmin(channel.digits)) / LEAST_STEPS / 2
        has_digits = rounding == 0 and read.digits is not None
        if has_digits and not np.array_equal(read.digits[:count], channel.digits, equal_nan=True):
            said.append(f"{name}: other digits")
        if read.rate != channel.rate and not math.isclose(read.rate, channel.rate, rel_tol=RATE_TOLERANCE[format]):
            said.append(f"{name}: {read.rate} Hz, not {channel.rate}")
        if read.unit not in (channel.unit, UNITS.get(channel.unit)) and not (
            read.unit in NO_UNIT and channel.unit in NO_UNIT
        ):
            said.append(f"{name}: the unit {read.unit}, not {channel.unit}")
        if not np.array_equal(np.isnan(read.physical[:count]), np.isnan(channel.physical)):
            said.append(f"{name}: other samples are missing")
            continue
        off = np.nan_to_num(np.abs(read.physical[:count] - channel.physical) * gain)
        # The zero level of WFDB is an integer.
        rounded = abs(zero_level - round(zero_level)) if format == "wfdb" else 0
        size = np.nan_to_num(np.abs(channel.physical)) * gain
        allowed = TOLERANCE.get(format, 1e-6) + rounded + rounding + size * 1e-8
        if rounding == 0:
            worst = max(worst, off.max(initial=0))
        if (off > allowed).any():
            said.append(f"{name}: physical values are off by {off.max()} stored units")
    if format in MARKED:
        marks = [dataclasses.replace(mark, channel=names.get(mark.channel)) for mark in marks]
        wanted = written(format, marks, [names[channel.name] for channel in channels])
        if format == "edf":
            # edfio orders marks of the same time by their durations.
            reading.marks, wanted = in_order(reading.marks), in_order(wanted)
        said += different_marks(reading, wanted)
        if date is not None and reading.date != date:
            said.append(f"the date {reading.date}, not {date}")
    return (
        said,
        len(channels),
        sum(len(channel.digits) for channel in channels),
        len(marks) if format in MARKED else 0,
        worst,
    )


def add_channels(case, channels, folder):
    np.concatenate([channel.digits for channel in channels]).astype(float).tofile(folder / "digits")
    case["channels"] = [{"name": channel.name, "samples": len(channel.digits)} for channel in channels]
    (folder / "case.json").write_text(json.dumps(case), encoding="utf-8")


def written_names(format, names):
    """The names in the file, by name."""
    if format == "edf":
        return {name: edf_label(name) for name in names}
    if format != "wfdb":
        return {name: name for name in names}
    # WFDB has ASCII only, and names that are ASCII already stay as they are.
    plain = {name: unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode() for name in names}
    return {name: f"{text}#2" if text != name and text in names else text for name, text in plain.items()}


def edf_label(name):
    """Labels have 16 characters; if a name has more, the lead in it, such as Lead I (Einthoven), is the label."""
    lead = re.match(r"Lead (\w+) \(", name)
    return name if len(name) <= 16 else lead[1] if lead else name[:16].strip()


def without_gaps(channel):
    present = ~np.isnan(channel.physical)
    digits = None if channel.digits is None else channel.digits[present]
    return Channel(channel.name, channel.rate, channel.unit, digits, channel.physical[present])


def different_marks(reading, wanted):
    if len(wanted) != len(reading.marks):
        return [f"{len(reading.marks)} marks, not {len(wanted)}"]
    said = []
    for read, mark in zip(reading.marks, wanted):
        near = (
            abs(read.at - mark.at) <= reading.tick * 1.000001
            and (read.duration is None) == (mark.duration is None)
            and abs((read.duration or 0) - (mark.duration or 0)) <= 2 * reading.tick
        )
        if not near or (read.channel, read.code, read.text) != (mark.channel, mark.code, mark.text):
            said.append(f"the mark {read}, not {mark}")
    return said


def in_order(marks):
    return sorted(marks, key=lambda mark: (round(mark.at, 6), mark.text or ""))


def written(format, marks, names):
    """How the format represents the marks of a recording."""
    if format == "edf":
        channels = ["" if mark.channel is None else f"@@{mark.channel}" for mark in marks]
        return [
            Mark(
                mark.at, mark.duration, None, None, " ".join(text for text in (mark.code, mark.text) if text) + channel
            )
            for mark, channel in zip(marks, channels)
        ]
    if format == "dicom":
        return [Mark(mark.at, mark.duration, mark.channel, mark.code, mark.text or mark.code) for mark in marks]
    # A channel is only written where it changes.
    first = next((at for at, mark in enumerate(marks) if mark.channel is not None), len(marks))
    numbers = [
        0 if at < first else 255 if mark.channel is None else names.index(mark.channel) for at, mark in enumerate(marks)
    ]
    told = []
    for mark, number in zip(marks, said_channels(numbers)):
        known = mark.code in WFDB_SYMBOLS
        texts = [None if known else mark.code, mark.text]
        told.append(
            Mark(
                mark.at,
                None,
                None if number is None else names[number],
                mark.code if known else '"',
                ": ".join(text for text in texts if text) or None,
            )
        )
    return told


WFDB_SYMBOLS = set('NLRaVFJASEj/Q~|sT*D"=pB^t+u?![]en@xf()r')


def main():
    report = {}
    for folder in sorted(path.parent for path in pathlib.Path(sys.argv[1]).glob("*/case.json")):
        case = json.loads((folder / "case.json").read_text(encoding="utf-8"))
        format = case["format"]
        figures = report.setdefault(
            format, {"files": 0, "channels": 0, "samples": 0, "marks": 0, "worst": 0.0, "differences": []}
        )
        figures["files"] += 1
        try:
            said, channels, samples, marks, worst = differences(format, case, folder)
        except Exception as error:  # Any exception of a reader counts as a difference.
            figures["differences"].append(f"{case['what']}: {type(error).__name__}: {error}")
            continue
        figures["channels"] += channels
        figures["samples"] += samples
        figures["marks"] += marks
        figures["worst"] = max(figures["worst"], float(worst))
        figures["differences"] += [f"{case['what']}: {words}" for words in said]
    print(json.dumps(report))


if __name__ == "__main__":
    main()
