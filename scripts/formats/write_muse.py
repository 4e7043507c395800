"""Writes GE MUSE XML, with CRC-32, and what must be read from it; ecgdatakit must read the same.

Usage: write_muse.py FORMAT FOLDER COUNT, as write.py.
"""

import base64
import datetime
import textwrap
import warnings
import zlib

import numpy as np
from cases import part, save, write_cases
from ecgdatakit.parsing.parsers.ge_muse_xml import GEMuseXMLParser

EIGHT = ["I", "II", "V1", "V2", "V3", "V4", "V5", "V6"]
LEADS = [EIGHT, [*EIGHT, "V3R", "V4R", "V7"], ["I", "II", "III", "aVR", "aVL", "aVF", *EIGHT[2:]], ["II"]]
# Base and exponent of 10.
RATES = [("500", "0"), ("250", "0"), ("1000", "0"), ("5", "2"), ("125", "0")]
SCALES = [("4.88", "MICROVOLTS"), ("2.44", "MICROVOLTS"), ("1", "MICROVOLTS"), ("0.00488", "MILLIVOLTS")]
UNITS = {"MICROVOLTS": "uV", "MILLIVOLTS": "mV"}
ENCODINGS = {"ISO-8859-1": "latin-1", "UTF-8": "utf-8", "UTF-16": "utf-16"}


def element(name, content):
    return f"<{name}>{content}</{name}>\n"


def elements(fields):
    return "".join(element(name, content) for name, content in fields.items())


def lead(g, name, samples, step, unit):
    data = samples.astype("<i2").tobytes()
    checksum = zlib.crc32(data)
    # Not filled in, or taken for a signed number.
    signed = checksum - (1 << 32) if checksum >> 31 else checksum
    fields = {
        "LeadByteCountTotal": len(data),
        "LeadTimeOffset": 0,
        "LeadSampleCountTotal": len(samples),
        "LeadAmplitudeUnitsPerBit": step,
        "LeadAmplitudeUnits": unit,
        "LeadID": name,
        "LeadSampleSize": 2,
        "LeadDataCRC32": [checksum, checksum, signed, 0][int(g.integers(4))],
    }
    width = int(g.choice([64, 76, 1_000_000]))
    waveform = {"WaveFormData": "\n".join(textwrap.wrap(base64.b64encode(data).decode(), width))}
    return element("LeadData", elements(fields | waveform if g.random() < 0.7 else waveform | fields))


def write(g, folder, number, format):
    names = LEADS[number % len(LEADS)]
    (base, exponent), (step, unit) = RATES[int(g.integers(len(RATES)))], SCALES[int(g.integers(len(SCALES)))]
    rate = int(base) * 10 ** int(exponent)
    kinds = ["Rhythm"] if g.random() < 0.3 else [["Median", "Rhythm"], ["Rhythm", "Median"]][number % 2]
    when = datetime.datetime(2026, 1, 1) + datetime.timedelta(seconds=int(g.integers(0, 365 * 86400)))
    waveforms, recordings, digits = "", [], []
    for kind in kinds:
        length = int(g.integers(1, 1200 if kind == "Median" else 6000))
        samples = [g.integers(-32768, 32768, length, dtype=np.int16) for _ in names]
        header = {"WaveformType": kind, "NumberofLeads": len(names), "SampleType": "CONTINUOUS_SAMPLES"}
        header |= {"SampleBase": base, "SampleExponent": exponent, "HighPassFilter": 56}
        leads = "".join(lead(g, name, values, step, unit) for name, values in zip(names, samples))
        waveforms += element("Waveform", elements(header) + leads)
        recordings.append(part(when.isoformat(), names, rate, UNITS[unit], samples))
        digits += samples
    rhythm = recordings[kinds.index("Rhythm")]
    seconds = rhythm["channels"][0]["samples"] / rate
    times = sorted(int(time) for time in g.integers(0, int(seconds * 1000) + 1, int(g.integers(0, 15))))
    rhythm["annotations"] = [
        {"at": time / 1000, "duration": None, "channel": None, "code": "QRS", "text": "type 0"} for time in times
    ]
    marks = "".join(
        element("QRS", elements({"Number": at, "Type": 0, "Time": time})) for at, time in enumerate(times, 1)
    )
    encoding = list(ENCODINGS)[number % len(ENCODINGS)]
    path = folder / "r.xml"
    patient = {"PatientID": "P1", "PatientLastName": "Müller"}
    test = {"AcquisitionTime": f"{when:%H:%M:%S}", "AcquisitionDate": f"{when:%m-%d-%Y}"}
    document = element(
        "RestingECG",
        element("PatientDemographics", elements(patient))
        + element("TestDemographics", elements(test))
        + element("QRSTimesTypes", marks)
        + waveforms,
    )
    declaration = f'<?xml version="1.0" encoding="{encoding}"?>\n<!DOCTYPE RestingECG SYSTEM "restecg.dtd">\n'
    path.write_bytes((declaration + document).encode(ENCODINGS[encoding]))
    compare(path, recordings, kinds, digits, step, number)
    save(folder, path.name, recordings, digits, [values * float(step) for values in digits])


def compare(path, recordings, kinds, digits, step, number):
    with warnings.catch_warnings():
        # ecgdatakit takes a CRC-32 of 0 for a wrong one.
        warnings.simplefilter("ignore")
        record = GEMuseXMLParser().parse(path)
    found = {"Rhythm": record.leads, "Median": record.median_beats}
    leads = [lead for kind in kinds for lead in found[kind]]
    channels = [channel for recording in recordings for channel in recording["channels"]]
    for lead, channel, values in zip(leads, channels, digits, strict=True):
        read = (lead.label, lead.sampling_rate, lead.resolution_unit, lead.resolution)
        wanted = (channel["name"], channel["samplingRate"], channel["unit"], float(step))
        if read != wanted or not np.array_equal(lead.samples, values):
            raise ValueError(f"ecgdatakit reads another lead {channel['name']} in case {number}")


if __name__ == "__main__":
    write_cases(write)
