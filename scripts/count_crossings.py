"""Counts the zero crossings of every lead of the recordings in a folder and writes them to its expected.json.

Independent of the product: uses only Python's standard library and the definition. A crossing is a change of sign
between successive non-zero samples, relative to the lead's zero level. A sample at the zero level neither adds
nor hides a crossing. A missing sample (null) breaks the run: no crossing is counted across it.

Usage: python3 scripts/count_crossings.py [folder, default fixtures]
"""

import array
import json
import pathlib
import re
import struct
import sys
from decimal import Decimal
from fractions import Fraction


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


def json_leads(path):
    # Decimals as written: nothing depends on binary rounding.
    recording = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    for lead in recording["leads"]:
        if len(lead["signal"]) != lead["number_of_samples"]:
            raise ValueError(
                f"{path.name}: {lead['name']} has {len(lead['signal'])} samples, not {lead['number_of_samples']}"
            )
        zero_level = lead.get("zeroLevel", recording.get("zeroLevel", 0))
        yield lead["name"], lead["signal"], zero_level


def int16(data):
    values = array.array("h", data)
    if sys.byteorder == "big":
        values.byteswap()
    return values


def wfdb_leads(path):
    """Format 16: the samples of all signals interleaved (WFDB header(5), signal(5))."""
    lines = path.read_text(encoding="utf-8").splitlines()
    record, *signals = [line.split() for line in lines if not line.startswith("#")]
    values = int16((path.parent / signals[0][0]).read_bytes())
    for number, fields in enumerate(signals):
        if fields[1] != "16":
            raise ValueError(f"{path.name}: format {fields[1]}")
        baseline = re.search(r"\((-?\d+)\)", fields[2])
        zero_level = int(baseline.group(1) if baseline else fields[4])
        signal = values[number :: int(record[1])]
        yield " ".join(fields[8:]), [None if value == -32768 else value for value in signal], zero_level


def edf_leads(path):
    """EDF+ with one rate per signal; annotations are skipped (edfplus.info)."""
    data = path.read_bytes()
    header_bytes, records, count = int(data[184:192]), int(data[236:244]), int(data[252:256])
    at, columns = 256, []
    for width in (16, 80, 8, 8, 8, 8, 8, 80, 8, 32):
        columns.append([data[at + i * width : at + (i + 1) * width].decode("ascii").strip() for i in range(count)])
        at += width * count
    labels, _, _, low, high, lowest, highest, _, samples, _ = columns
    per_record = [int(number) for number in samples]
    values = int16(data[header_bytes:])
    for i, label in enumerate(labels):
        if label == "EDF Annotations":
            continue
        first = sum(per_record[:i])
        signal = [value for r in range(records) for value in values[r * sum(per_record) + first :][: per_record[i]]]
        step = (Fraction(high[i]) - Fraction(low[i])) / (int(highest[i]) - int(lowest[i]))
        yield label, signal, int(lowest[i]) - Fraction(low[i]) / step


LONG = {b"OB", b"OW", b"SQ", b"UN", b"UT", b"UC"}
UNDEFINED = 0xFFFFFFFF
ITEM_END, SEQUENCE_END = (0xFFFE, 0xE00D), (0xFFFE, 0xE0DD)


def data_set(data, at, end):
    """An explicit little-endian data set, with sequences as lists of data sets, and its end (PS3.5, 7.1 and 7.5)."""
    found = {}
    while at < end:
        *tag, vr = struct.unpack_from("<HH2s", data, at)
        if tuple(tag) == ITEM_END:
            return found, at + 8
        size, head = ("<I", 12) if vr in LONG else ("<H", 8)
        (length,) = struct.unpack_from(size, data, at + head - struct.calcsize(size))
        at += head
        if vr == b"SQ":
            found[tuple(tag)], at = items(data, at, end if length == UNDEFINED else at + length)
        else:
            found[tuple(tag)] = data[at : at + length]
            at += length
    return found, at


def items(data, at, end):
    found = []
    while at < end:
        *tag, length = struct.unpack_from("<HHI", data, at)
        at += 8
        if tuple(tag) == SEQUENCE_END:
            break
        item, at = data_set(data, at, end if length == UNDEFINED else at + length)
        found.append(item)
    return found, at


def dicom_leads(path):
    """16-bit multiplex groups of explicit little-endian objects without padding (PS3.3, C.10.9)."""
    data = path.read_bytes()
    for group in data_set(data, 132, len(data))[0][0x5400, 0x0100]:
        channels = group[0x003A, 0x0200]
        values = int16(group[0x5400, 0x1010])
        for number, channel in enumerate(channels):
            sensitivity, baseline = (Fraction(channel[0x003A, tag].decode().strip()) for tag in (0x0210, 0x0213))
            yield channel[0x003A, 0x0203].decode().strip(), values[number :: len(channels)], -baseline / sensitivity


READERS = {".json": json_leads, ".hea": wfdb_leads, ".edf": edf_leads, ".dcm": dicom_leads}


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "fixtures")
    files = sorted(path for path in folder.iterdir() if path.suffix in READERS and path.name != "expected.json")
    expected = {path.name: {name: crossings(*lead) for name, *lead in READERS[path.suffix](path)} for path in files}
    (folder / "expected.json").write_text(json.dumps(expected, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(expected))


if __name__ == "__main__":
    main()
