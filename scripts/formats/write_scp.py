"""Writes SCP-ECG files (EN 1064) and what must be read from them, and compares them with ecgdatakit and biosig.

Usage: write_scp.py FORMAT FOLDER COUNT, as write.py. Digits and physical values are those that the file was made from;
a reader that differs from them is an error.
"""

import collections
import datetime
import heapq
import itertools
import struct

import numpy as np
from biosig import biosig_digits
from cases import part, save, write_cases
from ecgdatakit.parsing.parsers.scp_ecg import SCPECGParser

CODES = {"I": 1, "II": 2, "V1": 3, "V2": 4, "V3": 5, "V4": 6, "V5": 7, "V6": 8, "V7": 9, "V2R": 10, "V3R": 11}
CODES |= {"X": 16, "Y": 17, "Z": 18, "III": 61, "aVR": 62, "aVL": 63, "aVF": 64, "V8": 66, "V9": 67}
LEADS = [
    ["I", "II", "V1", "V2", "V3", "V4", "V5", "V6"],
    ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"],
    ["X", "Y", "Z"],
    ["II", "V3R", "V7", "V8", "V9"],
]
# Microseconds, and the rate that they stand for.
PERIODS = [(2000, 500), (1000, 1000), (4000, 250), (2778, 360), (2777, 360), (7813, 128), (1953, 512), (8000, 125)]
NANOVOLTS = [1000, 1220, 2500, 4880, 5000]
# The value of an escape code is in the 16 bits after it.
ESCAPE = "escape"


def crc(data):
    """CRC-16/CCITT-FALSE, bit by bit."""
    value = 0xFFFF
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1) ^ (0x1021 if value & 0x8000 else 0)
            value &= 0xFFFF
    return value


def section(number, body, version=20, reserved=b"\0" * 6):
    body += b"\0" * (len(body) % 2)
    rest = struct.pack("<HIBB6s", number, len(body) + 16, version, version, reserved) + body
    return struct.pack("<H", crc(rest)) + rest


def container(sections, marked=True):
    """Sections by number, in the order of the file; all others up to 11 are listed as absent."""
    numbers = sorted(set(range(12)) | set(sections))
    length = 16 + 10 * len(numbers)
    places, at = {0: (length, 7)}, 6 + length + 1
    for number, data in sections.items():
        places[number] = (len(data), at)
        at += len(data)
    pointers = b"".join(struct.pack("<HII", number, *places.get(number, (0, 0))) for number in numbers)
    first = section(0, pointers, reserved=b"SCPECG" if marked else b"\0" * 6)
    rest = struct.pack("<I", at - 1) + first + b"".join(sections.values())
    return struct.pack("<H", crc(rest)) + rest


def tag(number, value):
    return struct.pack("<BH", number, len(value)) + value


def default_table():
    table = {0: "0", ESCAPE: "1111111111"}
    for size in range(1, 9):
        table[size] = "1" * size + "00"
        table[-size] = "1" * size + "01"
    # The escape of 8 bits is used for what it can hold.
    return table | {value: "1111111110" + bits(value, 8) for value in range(-128, 128) if abs(value) > 8}


def own_table(values, kept=60):
    """A table for the most frequent values and an escape for the others."""
    counts = collections.Counter(values)
    weights = dict(counts.most_common(kept)) | {ESCAPE: 1}
    order = itertools.count()
    heap = [(weight, next(order), {symbol: ""}) for symbol, weight in weights.items()]
    heapq.heapify(heap)
    if len(heap) == 1:
        return {ESCAPE: "0"}
    while len(heap) > 1:
        (weight, _, zero), (other, _, one) = heapq.heappop(heap), heapq.heappop(heap)
        joined = {symbol: "0" + code for symbol, code in zero.items()}
        joined |= {symbol: "1" + code for symbol, code in one.items()}
        heapq.heappush(heap, (weight + other, next(order), joined))
    return heap[0][2]


def bits(value, width):
    return format(value & ((1 << width) - 1), f"0{width}b")


def table_bytes(codes):
    """Codes as (prefix, bits of the value, mode, base). The bit that is sent first is the lowest of the base code."""
    data = struct.pack("<H", len(codes))
    for prefix, extra, mode, base in codes:
        data += struct.pack("<BBBhI", len(prefix), len(prefix) + extra, mode, base, int(prefix[::-1], 2))
    return data


def own_codes(table):
    return [(code, 16, 1, 0) if symbol == ESCAPE else (code, 0, 1, int(symbol)) for symbol, code in table.items()]


def encoded(values, table):
    return "".join(table[value] if value in table else table[ESCAPE] + bits(value, 16) for value in values)


def switching(values):
    """Table 1 has 0 and ±1, table 2 all numbers of 16 bits; a code of each leads to the other."""
    text, small = "", True
    for value in values:
        if (abs(value) <= 1) != small:
            text += "111" if small else "0"
            small = not small
        text += {0: "0", 1: "10", -1: "110"}[value] if small else "1" + bits(value, 16)
    return text


SWITCHING = [
    [("0", 0, 1, 0), ("10", 0, 1, 1), ("110", 0, 1, -1), ("111", 0, 0, 2)],
    [("1", 16, 1, 0), ("0", 0, 0, 1)],
]


def packed(text):
    text += "0" * (-len(text) % 16)
    return int(text, 2).to_bytes(len(text) // 8, "big") if text else b""


def differences(samples, order):
    """In 16 bits, as devices calculate; the first samples stand for themselves."""
    values = samples.astype(np.int64)
    for _ in range(order):
        values = np.concatenate([values[:1], np.diff(values)])
    if order == 2 and len(samples) > 1:
        values[1] = samples[1]
    return values.astype(np.int16)


def signals(number, nanovolts, period, order, kind, leads):
    """Section 5 or 6, and section 2 (None for plain samples). `leads` are arrays of samples."""
    values = [differences(samples, order).tolist() for samples in leads]
    tables = None
    if kind == "plain":
        streams = [struct.pack(f"<{len(lead)}h", *lead) for lead in values]
    elif kind == "switching":
        streams = [packed(switching(lead)) for lead in values]
        tables = struct.pack("<H", 2) + b"".join(map(table_bytes, SWITCHING))
    else:
        table = default_table() if kind == "default" else own_table(list(itertools.chain(*values)))
        streams = [packed(encoded(lead, table)) for lead in values]
        own = struct.pack("<H", 1) + table_bytes(own_codes(table))
        tables = struct.pack("<H", 19999) if kind == "default" else own
    lengths = b"".join(struct.pack("<H", len(stream)) for stream in streams)
    body = struct.pack("<HHBB", nanovolts, period, order, 0) + lengths + b"".join(streams)
    return section(number, body), None if tables is None else section(2, tables)


def ecg(g, samples, rate):
    """Beats once a second, a wandering baseline and noise."""
    phase = (np.arange(samples) / rate) % 1
    beat = 400 * np.exp(-(((phase - 0.4) * 60) ** 2)) + 60 * np.exp(-(((phase - 0.7) * 15) ** 2))
    drift = 80 * np.sin(2 * np.pi * 0.3 * np.arange(samples) / rate)
    return np.round(float(g.uniform(-2, 2)) * beat + drift + g.normal(0, 2, samples)).astype(np.int16)


def write(g, folder, number, format):
    names = LEADS[number % len(LEADS)]
    period, rate = PERIODS[int(g.integers(len(PERIODS)))]
    nanovolts = NANOVOLTS[int(g.integers(len(NANOVOLTS)))]
    kind = ["default", "own", "plain", "switching"][number // 3 % 4]
    samples = int(g.integers(1, 2500))
    # Leads that begin late or end early, as on a sheet of four columns.
    late = number % 5 == 4
    ranges = [(int(g.integers(0, samples)) if late and i else 0, samples) for i in range(len(names))]
    leads = [ecg(g, last - first, rate) for first, last in ranges]
    rhythm, tables = signals(6, nanovolts, period, number % 3, kind, leads)
    zone = int(g.choice([0, 60, -210])) if number % 2 else None
    device = struct.pack("<HHHBB6sBBBB", 0, 0, 0, 0, 0, b"model", 20, 0xC0, 1 if number % 2 else 0, 0) + b"\0" * 22
    texts = [tag(0, "Müller\0".encode("latin-1" if number % 2 else "utf-8")), tag(2, b"P1\0")]
    when = [tag(25, struct.pack("<HBB", 2003, 2, 1)), tag(26, bytes([4, 5, 6]))]
    when += [] if zone is None else [tag(34, struct.pack("<hH", zone, 0))]
    flags = (0 if late else 4) | (len(names) & 31) << 3
    ends = b"".join(
        struct.pack("<IIB", first + 1, last, CODES[name]) for name, (first, last) in zip(names, ranges, strict=True)
    )
    sections = {1: section(1, b"".join([*texts, tag(14, device), *when, tag(255, b"")]))}
    if tables is not None:
        sections[2] = tables
    sections |= {3: section(3, bytes([len(names), flags]) + ends), 6: rhythm}
    (folder / "r.scp").write_bytes(container(sections, marked=number % 7 != 6))
    offset = None if zone is None else datetime.timezone(datetime.timedelta(minutes=zone))
    date = datetime.datetime(2003, 2, 1, 4, 5, 6, tzinfo=offset).isoformat()
    # Samples before the first one of a lead are missing.
    digits = [
        np.concatenate([np.full(first, np.nan), lead]) for (first, _), lead in zip(ranges, leads, strict=True)
    ]
    compare(folder / "r.scp", names, rate, digits, nanovolts, number)
    # biosig exchanges the lengths of a table's codes, and hangs on leads that do not begin at the same time.
    if kind in ("default", "plain") and not late:
        confirm_by_biosig(folder / "r.scp", leads, number)
    physical = [values * nanovolts / 1000 for values in digits]
    save(folder, "r.scp", [part(date, names, rate, "uV", digits)], digits, physical)


def compare(path, names, rate, digits, nanovolts, number):
    """ecgdatakit rounds rates to whole numbers and does not say where leads begin."""
    record = SCPECGParser().parse(path)
    for name, values, lead in zip(names, digits, record.leads, strict=True):
        same = np.array_equal(lead.samples, values[~np.isnan(values)])
        if not same or lead.label != name or round(lead.resolution * 1000) != nanovolts:
            raise ValueError(f"ecgdatakit reads another lead {name} in case {number}")
        if lead.sampling_rate != rate and abs(lead.sampling_rate - rate) > 1e-3 * rate + 0.5:
            raise ValueError(f"ecgdatakit reads {lead.sampling_rate} Hz in case {number}")


def confirm_by_biosig(path, leads, number):
    found = biosig_digits(path)
    if found is None:
        return
    if any(not np.array_equal(values, lead) for values, lead in zip(found, leads, strict=True)):
        raise ValueError(f"biosig reads other digits in case {number}")


if __name__ == "__main__":
    write_cases(write)
