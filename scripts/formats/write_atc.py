"""Writes ATC files by the maker's description, and saves what a reader by the same description finds in them.

Usage: write_atc.py FORMAT FOLDER COUNT, as write.py. There is no package that reads these files.
"""

import struct
import zlib

import numpy as np
from cases import part, save, write_cases

LEADS = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]
SUFFIXES = " 23456789abc"
PARTS = {"ecg": "rhythm", "avg": "average beat", "med": "median beat"}
CODES = {0: "Q", 1: "N", 2: "V", 3: "A", 4: "F", 5: "J", 6: "/"}
DATES = {
    "2026-01-15T09:30:07.250-04:00": "2026-01-15T09:30:07.250-04:00",
    "2026-01-15T09:30:07-0700": "2026-01-15T09:30:07-07:00",
    "2026-01-15T09:30:07.5+10:00": "2026-01-15T09:30:07.5+10:00",
    "": None,
}


def block(g, name, data):
    covered = struct.pack("<4sI", name.encode(), len(data)) + data
    checksum = sum(covered) if g.random() < 0.7 else zlib.crc32(covered)
    return covered + struct.pack("<I", checksum)


def write(g, folder, number, format):
    rate, resolution = int(g.choice([300, 500, 1000])), int(g.choice([500, 1250, 65535]))
    date = str(g.choice(list(DATES)))
    texts = (date, "uuid", "phone", "Phone 4", "Kardia", "triangle", "SN=1")
    blocks = [
        block(g, "fmt ", struct.pack("<BHHBH", 1, rate, resolution, int(g.integers(0, 128)) & ~1, 0)),
        block(g, "info", struct.pack("<32s40s44s32s32s32s52s", *(text.encode() for text in texts))),
    ]
    count = int(g.choice([1, 6, 12]))
    for prefix in PARTS:
        if prefix != "ecg" and g.random() < 0.5:
            continue
        length = int(g.integers(1, 9000))
        for suffix in SUFFIXES[:count]:
            samples = g.integers(-32768, 32768, length).astype("<i2")
            blocks.append(block(g, prefix + suffix, samples.tobytes()))
    marks = sorted((int(tick), int(g.integers(0, 7))) for tick in set(g.integers(0, 5000, int(g.integers(0, 9)))))
    if marks:
        data = struct.pack("<I", 1000) + b"".join(struct.pack("<IH", *mark) for mark in marks)
        blocks.append(block(g, "ann ", data))
    if g.random() < 0.3:
        blocks.append(block(g, "acc ", struct.pack("<IQfff", 1_000_000, 5, 0.0, 0.0, 1.0)))
    order = [blocks[i] for i in g.permutation(len(blocks))]
    (folder / "r.atc").write_bytes(b"ALIVE\0\0\0" + struct.pack("<I", int(g.integers(2, 6))) + b"".join(order))
    save_read(folder, DATES[date])


def read(path):
    """The data of each block."""
    whole, at, blocks = path.read_bytes(), 12, {}
    while at < len(whole):
        name, length = struct.unpack_from("<4sI", whole, at)
        blocks[name.decode()] = whole[at + 8 : at + 8 + length]
        at += 12 + length
    return blocks


def save_read(folder, date):
    blocks = read(folder / "r.atc")
    _, rate, resolution = struct.unpack_from("<BHH", blocks["fmt "])
    recordings, digits = [], []
    for prefix in PARTS:
        names = {lead: prefix + suffix for lead, suffix in zip(LEADS, SUFFIXES) if prefix + suffix in blocks}
        leads = [np.frombuffer(blocks[name], "<i2").astype(float) for name in names.values()]
        if leads:
            recordings.append(part(date, names, rate, "mV", leads))
        digits += leads
    marks = blocks.get("ann ", b"\1\0\0\0")
    (ticks,) = struct.unpack_from("<I", marks)
    recordings[0]["annotations"] = [
        {"at": tick / ticks, "duration": None, "channel": None, "code": CODES[kind], "text": None}
        for tick, kind in struct.iter_unpack("<IH", marks[4:])
    ]
    save(folder, "r.atc", recordings, digits, [values * resolution / 1e6 for values in digits])


if __name__ == "__main__":
    write_cases(write)
