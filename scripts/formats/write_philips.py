"""Writes Philips Sierra XML, compressed (XLI) and plain, and what must be read from it. ecgdatakit must read the same,
and sierraecg where the samples are compressed.

Usage: write_philips.py FORMAT FOLDER COUNT, as write.py.
"""

import base64
import datetime
import struct
import textwrap

import numpy as np
import sierraecg
from cases import part, save, write_cases
from ecgdatakit.parsing.parsers.sierra_xml import SierraXMLParser

LEADS = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]
VERSIONS = {"1.03": "SierraECG", "1.04": "PhilipsECG", "1.04.01": "PhilipsECG"}
# LZW has codes of 10 bits: bytes, then the dictionary, and one for the end.
CODE_BITS, END = 10, 1023
# What the stored corrections of XLI are larger by.
SHIFT = 64


def lzw(data):
    codes, known, held = [], {bytes([byte]): byte for byte in range(256)}, b""
    for byte in data:
        longer = held + bytes([byte])
        if longer in known:
            held = longer
            continue
        codes.append(known[held])
        if len(known) < END:
            known[longer] = len(known)
        held = bytes([byte])
    text = "".join(format(code, f"0{CODE_BITS}b") for code in [*codes, known[held], END])
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big")


def xli(samples):
    """Two samples, then what each further one is below the line through the two before it; a correction is used one
    sample later than it is stored, so the first one is in the header.
    """
    values = samples.astype(np.int64)
    corrections = 2 * values[1:-1] - values[:-2] - values[2:]
    stored = np.concatenate([values[:2], corrections[1:] + SHIFT, [SHIFT]])[: len(values)].astype(">i2")
    octets = stored.view(np.uint8)
    packed = lzw(octets[0::2].tobytes() + octets[1::2].tobytes())
    first = int(corrections[0]) if len(corrections) else 0
    return struct.pack("<IHh", len(packed), 1, first) + packed


def residuals(leads):
    """What is left of III, aVR, aVL and aVF after their prediction."""
    one, two, three, right, left, foot, *chest = leads
    return [
        one,
        two,
        two - one - three,
        -((one + two) // 2) - right,
        (one - three) // 2 - left,
        (two + three) // 2 - foot,
        *chest,
    ]


def walk(g, length):
    """A signal whose second differences fit 16 bits."""
    return np.clip(np.cumsum(g.integers(-150, 151, length)), -7000, 7000)


def twelve_leads(g, length):
    one, two, *chest = [walk(g, length) for _ in range(8)]
    noise = [g.integers(-1, 2, length) for _ in range(4)]
    limb = [two - one, -((one + two) // 2), (2 * one - two) // 2, (2 * two - one) // 2]
    return [one, two, *[lead + rounding for lead, rounding in zip(limb, noise)], *chest]


def pulse(rate, height):
    """A second with the end of the signal's decay, and a calibration pulse."""
    second = np.zeros(rate, dtype=np.int64)
    second[round(0.7 * rate) : round(0.9 * rate)] = height
    return second


def attributes(values):
    return "".join(f' {name}="{value}"' for name, value in values.items())


def base64_of(data):
    return "\n".join(textwrap.wrap(base64.b64encode(data).decode(), 76))


def write(g, folder, number, format):
    version = list(VERSIONS)[number % len(VERSIONS)]
    is_compressed, has_pulse, has_beats = number % 2 == 0, number % 4 < 2, g.random() < 0.5
    rate, step = int(g.choice([250, 500, 1000])), str(g.choice(["5", "2.5", "1"]))
    seconds = int(g.integers(1, 8))
    leads = twelve_leads(g, seconds * rate)
    ends = [np.concatenate([lead, pulse(rate, round(1000 / float(step)))]) for lead in leads] if has_pulse else leads
    stored = b"".join(map(xli, residuals(ends))) if is_compressed else np.concatenate(ends).astype("<i2").tobytes()
    storage = {"dataencoding": "Base64", "durationperchannel": len(ends[0]) * 1000 // rate}
    if version == "1.03":
        storage |= {"compressflag": is_compressed} | ({"compressmethod": "XLI"} if is_compressed else {})
    else:
        storage |= {"numberofleads": 12, "leadlabels": " ".join(LEADS), "samplespersecond": rate, "resolution": step}
        storage |= {"compression": "XLI"} if is_compressed else {}
    waveforms = f"<parsedwaveforms{attributes(storage)}>{base64_of(stored)}</parsedwaveforms>"
    when = datetime.datetime(2026, 1, 15, 9, 30, int(g.integers(60)))
    groups = [(when, leads, rate, step)]
    if has_pulse:
        end = when + datetime.timedelta(seconds=seconds)
        groups.append((end, [lead[-rate:] for lead in ends], rate, step))
    if has_beats:
        beat = [walk(g, 1200) for _ in LEADS]
        groups.append((when, beat, 1000, "2.5"))
        waveforms += beats(beat, version)
    path = folder / "r.xml"
    text = document(version, rate, step, when, waveforms)
    path.write_bytes(text.encode(["utf-8", "utf-16"][number // 2 % 2]))
    compare(path, groups, ends, is_compressed, number)
    digits = [lead for _, leads, *_ in groups for lead in leads]
    physical = [lead * float(step) for _, leads, _, step in groups for lead in leads]
    recordings = [part(start.isoformat(), LEADS, rate, "uV", leads) for start, leads, rate, _ in groups]
    save(folder, path.name, recordings, digits, physical)


def beats(leads, version):
    """Version 1.03 has the samples in the beat itself."""
    text = ""
    for name, lead in zip(LEADS, leads):
        data = base64_of(lead.astype("<i2").tobytes())
        duration = attributes({"duration": len(lead)})
        inner = data if version == "1.03" else f"<waveform{duration}>{data}</waveform>"
        text += f'<repbeat leadname="{name}"{duration if version == "1.03" else ""}>{inner}</repbeat>\n'
    about = {"dataencoding": "Base64", "samplespersec": 1000, "resolution": "2.5", "repbeatmethod": "mean"}
    return f"<repbeats{attributes(about)}>{text}</repbeats>"


def document(version, rate, step, when, waveforms):
    signal = {"samplingrate": rate, "signalresolution": step, "acquisitiontype": "STD-12", "bitspersample": 16}
    signal |= {"signaloffset": 0, "signalsigned": True, "numberchannelsallocated": 12, "leadset": "STD-12"}
    fields = "".join(f"<{name}>{value}</{name}>" for name, value in signal.items())
    return f"""<?xml version="1.0"?>
<restingecgdata xmlns="http://www3.medical.philips.com" status="New" lang="en">
<documentinfo><documentname>r.xml</documentname><documenttype>{VERSIONS[version]}</documenttype>
<documentversion>{version}</documentversion></documentinfo>
<dataacquisition date="{when:%Y-%m-%d}" time="{when:%H:%M:%S}"><signalcharacteristics>{fields}</signalcharacteristics>
</dataacquisition>
<patient><generalpatientdata><name><lastname>Müller</lastname></name></generalpatientdata></patient>
<waveforms>{waveforms}</waveforms>
</restingecgdata>"""


def compare(path, groups, ends, is_compressed, number):
    """sierraecg cannot read samples that are not compressed, since it writes to a read-only array."""
    record = SierraXMLParser().parse(path)
    _, beat, rate, step = groups[-1]
    found = [(record.leads, ends, *groups[0][2:]), (record.median_beats, beat, rate, step)]
    for leads, wanted, rate, step in found[: 2 if record.median_beats else 1]:
        for lead, values, name in zip(leads, wanted, LEADS, strict=True):
            if (lead.label, lead.sampling_rate, lead.resolution) != (name, rate, float(step)):
                raise ValueError(f"ecgdatakit reads another lead {name} in case {number}")
            if not np.array_equal(lead.samples, values):
                raise ValueError(f"ecgdatakit reads other digits of {name} in case {number}")
    if is_compressed and any(
        not np.array_equal(lead.samples, values) for lead, values in zip(sierraecg.read_file(str(path)).leads, ends)
    ):
        raise ValueError(f"sierraecg reads other digits in case {number}")


if __name__ == "__main__":
    write_cases(write)
