"""Writes ISHNE recordings and annotation files by the standard, and saves what independent readers find in them.

Usage: write_ishne.py FORMAT FOLDER COUNT, as write.py. Samples and physical values are those of ishneholterlib, which
must agree with ecgdatakit and with the digits that were written.
"""

import struct
import warnings

import numpy as np
from cases import part, save, write_cases
from crccheck.crc import Crc16CcittFalse
from ecgdatakit import FileParser
from ishneholterlib import Holter

LEADS = ["X", "Y", "Z", "I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6", "ES", "AS", "AI"]
FIRST_LEAD = 2
FAULT = -32768
# Its check of the checksum needs NumPy 1; the checksums here are made by crccheck, as in it.
Holter.is_valid = lambda self: True
# Labels of beats, and the codes and texts that they become.
LABELS = {"N": ("N", None), "V": ("V", None), "S": ("S", None), "P": ("/", None), "C": ('"', "calibration pulse")}


def padded(text, length):
    return text.encode("utf-8").ljust(length, b"\0")


def padded_numbers(values):
    return struct.pack("<12h", *values, *[-9] * (12 - len(values)))


def header(g, sign, leads, resolutions, rate, samples, block):
    count = len(leads)
    fields = b"".join(
        [
            struct.pack("<4ih", len(block), samples, 522, 522 + len(block), 1),
            padded("Zoë", 40) + padded("Doe", 40) + padded("P 1", 20),
            struct.pack("<14h", 2, 0, 2, 5, 1951, 15, 1, 2026, 16, 1, 2026, 9, 30, 7),
            struct.pack("<h", count),
            padded_numbers(leads) + padded_numbers([1] * count) + padded_numbers(resolutions),
            struct.pack("<h", 0) + padded("digital", 40) + struct.pack("<h", rate) + bytes(248) + block,
        ]
    )
    checksum = Crc16CcittFalse.calc(fields)
    return sign + struct.pack("<H" if g.random() < 0.5 else ">H", checksum) + fields


def write(g, folder, number, format):
    count = int(g.integers(1, 13))
    frames = int(g.integers(1, 20_000))
    rate = int(g.choice([125, 200, 256, 1000]))
    leads = [FIRST_LEAD + int(i) for i in g.permutation(len(LEADS))[:count]]
    resolutions = [int(g.choice([1, 500, 2500, 4883, 32767])) for _ in leads]
    digits = g.integers(-32767, 32768, (frames, count), dtype=np.int16)
    digits[g.random(digits.shape) < g.choice([0, 0.05])] = FAULT
    block = "Kommentar\r\nzweite Zeile".encode() if g.random() < 0.5 else b""
    samples = frames * (count if g.random() < 0.5 else 1)
    path = folder / "r.ecg"
    data = digits.astype("<i2").tobytes()
    path.write_bytes(header(g, b"ISHNE1.0", leads, resolutions, rate, samples, block) + data)
    names = [LEADS[lead - FIRST_LEAD] for lead in leads]
    physical = read_by_others(path, names, digits)
    marks = write_beats(g, folder, header(g, b"ANN  1.0", leads, resolutions, rate, samples, b""), frames, rate)
    stored = digits.T.astype(float)
    stored[stored == FAULT] = np.nan
    values = np.where(np.isnan(stored), np.nan, physical)
    save(folder, path.name, [part("2026-01-15T09:30:07", names, rate, "mV", stored, marks)], stored, values)


def read_by_others(path, names, digits):
    """The physical values in mV, by lead."""
    holter = Holter(str(path))
    holter.load_data()
    physical = np.array([lead.data for lead in holter.lead])
    counts = np.array([lead.data / lead.res * 1e6 for lead in holter.lead]).round()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        other = FileParser().parse(str(path))
    # -32768 is a voltage for both readers.
    if not np.array_equal(counts, digits.T) or [lead.spec_str() for lead in holter.lead] != names:
        raise ValueError("ishneholterlib reads other samples or leads")
    if [lead.label for lead in other.leads] != names or {lead.units for lead in other.leads} - {"mV", "uV"}:
        raise ValueError("ecgdatakit reads other leads or units")
    for lead, values in zip(other.leads, physical):
        if not np.allclose(lead.samples / (1 if lead.units == "mV" else 1000), values, rtol=1e-12, atol=0):
            raise ValueError("ecgdatakit reads other samples")
    return physical


def write_beats(g, folder, head, frames, rate):
    """Annotations whose distances ishneholterlib can read, which takes them for signed numbers."""
    if g.random() < 0.5:
        return []
    places = sorted(int(place) for place in g.integers(0, frames, int(g.integers(0, 40))))
    first = places[0] if places else 0
    labels = [str(g.choice(list(LABELS))) for _ in places]
    distances = np.diff([first, *places])
    beats = b"".join(struct.pack("<BBH", ord(label), 0, int(far)) for label, far in zip(labels, distances))
    (folder / "r.ann").write_bytes(head + struct.pack("<I", first) + beats)
    holter = Holter(str(folder / "r.ecg"))
    holter.load_ann()
    if [(int(beat["samp_num"]), beat["ann"]) for beat in holter.beat_anns] != list(zip(places, labels)):
        raise ValueError("ishneholterlib reads other annotations")
    return [
        {"at": place / rate, "duration": None, "channel": None, "code": LABELS[label][0], "text": LABELS[label][1]}
        for place, label in zip(places, labels)
    ]


if __name__ == "__main__":
    warnings.simplefilter("ignore", DeprecationWarning)
    write_cases(write)
