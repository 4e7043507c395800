"""Independent readers of the files of electrocardiographs: SCP-ECG, GE MUSE XML and Philips Sierra XML."""

import itertools
import warnings

import numpy as np
import sierraecg
from biosig import biosig_digits
from ecgdatakit.parsing.parsers.ge_muse_xml import GEMuseXMLParser
from ecgdatakit.parsing.parsers.scp_ecg import SCPECGParser
from ecgdatakit.parsing.parsers.sierra_xml import SierraXMLParser
from reading import Channel, Mark, Reading

# The calibration pulse of Philips, which every lead has at the same time.
PULSE_MILLIVOLTS, PULSE_SECONDS = 1.0, 0.2
# What stands behind the end of a representative beat; both readers hand it on as samples.
FILLING = 32767


def channels_of(leads):
    return [
        Channel(
            lead.label,
            float(lead.sampling_rate),
            lead.resolution_unit,
            lead.samples,
            lead.samples * lead.resolution + lead.offset,
        )
        for lead in leads
    ]


def read_scp(path):
    """By ecgdatakit: the rhythm, whose digits biosig must confirm, and the median beat with its waves."""
    record = SCPECGParser().parse(path)
    confirmed = biosig_digits(path)
    if confirmed is not None and not same(record.leads, confirmed):
        raise ValueError("ecgdatakit and biosig read other digits")
    groups = [channels_of(leads) for leads in (record.leads, record.median_beats) if leads]
    return Reading(groups, waves(record.annotations) if record.median_beats else [])


def same(leads, digits):
    return len(leads) == len(digits) and all(
        np.array_equal(lead.samples, other) for lead, other in zip(leads, digits)
    )


def waves(found):
    """The marks of the median beat."""
    at = {
        name: int(found[f"median_{name}_ms"]) / 1000
        for name in ["p_onset", "p_offset", "qrs_onset", "qrs_offset", "t_offset"]
    }
    return [
        Mark(at["p_onset"], round(at["p_offset"] - at["p_onset"], 3), None, None, "P wave", 1),
        Mark(at["qrs_onset"], round(at["qrs_offset"] - at["qrs_onset"], 3), None, None, "QRS complex", 1),
        Mark(at["t_offset"], None, None, None, "end of T wave", 1),
    ]


def read_muse(path):
    """By ecgdatakit: the rhythm, which the service always names first, and the median beat. ecg2dcm is asked by
    muse_by_ecg2dcm.py.
    """
    with warnings.catch_warnings():
        # It takes a CRC-32 of 0 for a wrong one, though it is only not filled in.
        warnings.simplefilter("ignore")
        record = GEMuseXMLParser().parse(path)
    return Reading([channels_of(leads) for leads in (record.leads, record.median_beats) if leads])


def read_philips(path):
    """By sierraecg, whose digits ecgdatakit must confirm: the rhythm, the last second if it is a calibration pulse, and
    the representative beats.
    """
    record = SierraXMLParser().parse(path)
    other = sierraecg.read_file(str(path), include_repbeats=True)
    if not same(record.leads, [lead.samples for lead in other.leads]) or not same(
        record.median_beats, [beat.samples for beat in other.repbeats.values()]
    ):
        raise ValueError("ecgdatakit and sierraecg read other digits")
    rhythm = channels_of(record.leads)
    rate = int(rhythm[0].rate)
    groups = [rhythm]
    if all(has_pulse(channel.physical[-rate:], rate) for channel in rhythm):
        parts = [(0, -rate), (-rate, None)]
        groups = [[within(channel, *part) for channel in rhythm] for part in parts]
    beats = [without_filling(channel) for channel in channels_of(record.median_beats)]
    return Reading([*groups, beats] if beats else groups)


def without_filling(beat):
    """A representative beat without the value that fills it up to the length of the longest."""
    return within(beat, 0, np.flatnonzero(beat.digits != FILLING)[-1] + 1)


def has_pulse(second, rate):
    """Whether the second, in microvolts, ends with one level that is higher than what comes before and after it."""
    level = second[-1] + 1000 * PULSE_MILLIVOLTS
    runs = [(value, len(list(run))) for value, run in itertools.groupby(second)]
    return len(runs) >= 3 and runs[-2] == (level, round(PULSE_SECONDS * rate)) and runs[-3][0] == second[-1]


def within(channel, first, last):
    digits, physical = channel.digits[first:last], channel.physical[first:last]
    return Channel(channel.name, channel.rate, channel.unit, digits, physical)
