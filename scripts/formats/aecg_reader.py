"""Reads HL7 aECG with Python's XML parser; ecgdatakit and biosig must find the same."""

import xml.etree.ElementTree as ElementTree

import numpy as np
from biosig import biosig_digits, biosig_physical
from ecgdatakit.parsing.parsers.hl7_aecg import HL7aECGParser
from reading import Channel, Reading

SPACE = "{urn:hl7-org:v3}"
LEAD = "MDC_ECG_LEAD_"
# biosig prints six digits.
PRINTED = 5.01e-6


def read_aecg(path):
    record = HL7aECGParser().parse(path)
    time = record.raw_metadata["rhythm_time"]
    rhythm = ElementTree.parse(path).getroot().find(f"{SPACE}component/{SPACE}series/{SPACE}component")
    leads = [lead for lead in rhythm.iter(f"{SPACE}sequence") if lead.find(f"{SPACE}value/{SPACE}digits") is not None]
    channels = [channel_of(lead, rate_of(time["increment"])) for lead in leads]
    codes = [lead.find(f"{SPACE}code").get("code") for lead in leads]
    confirm_by_ecgdatakit(record, [channel for channel, code in zip(channels, codes) if code.startswith(LEAD)])
    confirm_by_biosig(path, channels)
    start = record.recording.date
    return Reading([channels], date=start.strftime("%Y%m%d%H%M%S") if time["code"] == "TIME_ABSOLUTE" else None)


def rate_of(increment):
    """The rate in as many digits as the seconds from sample to sample have: 0.00277778 stands for 360 Hz."""
    digits = len(increment.lstrip("0.").replace(".", ""))
    return float(f"{1 / float(increment):.{digits}g}") if digits > 3 else 1 / float(increment)


def channel_of(lead, rate):
    code, value = lead.find(f"{SPACE}code"), lead.find(f"{SPACE}value")
    origin, scale = value.find(f"{SPACE}origin"), value.find(f"{SPACE}scale")
    digits = np.array([float(digit) for digit in value.find(f"{SPACE}digits").text.split()])
    unit = scale.get("unit")
    physical = digits * float(scale.get("value")) + float(origin.get("value"))
    name = code.get("displayName") or code.get("code").removeprefix(LEAD)
    return Channel(name, rate, None if unit == "1" else unit, digits, physical)


def confirm_by_ecgdatakit(record, channels):
    """It passes over leads whose codes it does not know."""
    for lead, channel in zip(record.leads, channels, strict=True):
        unit = None if lead.adc_resolution_unit == "1" else lead.adc_resolution_unit
        if not np.array_equal(lead.samples, channel.digits) or unit != channel.unit:
            raise ValueError(f"ecgdatakit reads other digits or another unit of {channel.name}")
        if not np.allclose(lead.samples * lead.resolution + lead.offset, channel.physical, rtol=1e-12, atol=0):
            raise ValueError(f"ecgdatakit reads other values of {channel.name}")


def confirm_by_biosig(path, channels):
    for what, read in (("digits", biosig_digits), ("physical", biosig_physical)):
        found = read(path)
        if found is None:
            return
        for values, channel in zip(found, channels, strict=True):
            wanted = getattr(channel, what)
            # It calculates the digits from the values, so that a zero may be 1e-12.
            near_zero = 1e-9 * np.abs(wanted).max()
            if len(values) != len(wanted) or not np.allclose(values, wanted, rtol=PRINTED, atol=near_zero):
                raise ValueError(f"biosig reads other {what} values of {channel.name}")
