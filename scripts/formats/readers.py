"""The independent readers of the formats, each as a function from a file to its contents."""

import csv
import itertools
import json
import math
import pathlib

import edfio
import numpy as np
import pydicom
import pyedflib
import wfdb
from aecg_reader import read_aecg
from carts import read_muse, read_philips, read_scp
from fhir.resources.R4B.observation import Observation
from pydicom.waveforms import multiplex_array
from reading import Channel, Mark, Reading

pydicom.config.settings.reading_validation_mode = pydicom.config.RAISE


WFDB_MISSING = {
    "16": -32768,
    "24": -(1 << 23),
    "32": -(1 << 31),
    "61": -32768,
    "80": -128,
    "160": -32768,
    "212": -2048,
    "310": -512,
    "311": -512,
}


def read_wfdb(path):
    """Checksums are compared if the header has them."""
    name = str(path.with_suffix(""))
    # wfdb cannot return expanded samples for every format, so this is only used if there are several samples per frame.
    expanded = any(each != 1 for each in getattr(wfdb.rdheader(name), "samps_per_frame", None) or [1])
    record = wfdb.rdrecord(name, physical=False, smooth_frames=not expanded)
    physical = wfdb.rdrecord(name, physical=True, smooth_frames=not expanded)
    # Samples that were moved by a skew differ from those of the file.
    if record.checksum is not None and not any(record.skew or []):
        found = [value & 0xFFFF for value in record.calc_checksum(expanded=expanded)]
        if found != [value & 0xFFFF for value in record.checksum]:
            raise ValueError("a checksum is not that of the samples")
    channels = []
    for i in range(record.n_sig):
        digits = np.array(record.e_d_signal[i] if expanded else record.d_signal[:, i], dtype=float)
        digits[digits == WFDB_MISSING.get(record.fmt[i])] = math.nan
        values = physical.e_p_signal[i] if expanded else physical.p_signal[:, i]
        rate = record.fs * (record.samps_per_frame[i] if expanded else 1)
        channels.append(Channel(record.sig_name[i], rate, record.units[i], digits, values))
    marks = []
    # Time units of marks per second: finer than frames if the file says so.
    ticks = record.fs
    if path.with_suffix(".atr").exists():
        found = wfdb.rdann(name, "atr")
        ticks = found.fs
        for sample, symbol, channel, text in zip(
            found.sample.tolist(), found.symbol, said_channels(found.chan.tolist()), found.aux_note
        ):
            # wfdb reads each byte of a text as one character.
            text = text.rstrip("\0").encode("latin-1").decode()
            marks.append(
                Mark(sample / ticks, None, None if channel is None else record.sig_name[channel], symbol, text or None)
            )
    date = f"{record.base_datetime:%Y%m%d%H%M%S}" if record.base_datetime else None
    return Reading([channels], marks, 0.5 / ticks, date)


def said_channels(numbers):
    """None for marks of all channels: 255, or 0 if no other number occurs, since wfdb returns 0 if the file names no
    channel.
    """
    named = next((at for at, number in enumerate(numbers) if number != 0), len(numbers))
    return [None if at < named or number == 255 else number for at, number in enumerate(numbers)]


def read_edf(path):
    """Marks are texts, with their code before and their channel after them. edfio reads every file but BDF; pyedflib
    all but those with gaps (EDF+D), and must find the same digits.
    """
    if path.suffix == ".bdf":
        return read_with_pyedflib(path)
    file = edfio.read_edf(str(path))
    channels = [
        Channel(
            signal.label,
            signal.sampling_frequency,
            signal.physical_dimension,
            signal.digital.astype(float),
            signal.data,
        )
        for signal in file.signals
    ]
    if file.reserved.startswith("EDF+D"):
        marks = [Mark(mark.onset, mark.duration, None, None, mark.text) for mark in file.annotations]
        try:
            date = f"{file.startdate:%Y%m%d}{file.starttime:%H%M%S}"
        except edfio.AnonymizedDateError:
            date = None
        return Reading([channels], marks, 1e-4, date)
    reading = read_with_pyedflib(path)
    for channel, other in zip(channels, reading.groups[0], strict=True):
        if channel.name != other.name or not np.array_equal(channel.digits, other.digits):
            raise ValueError(f"edfio and pyedflib read {channel.name} differently")
        if not math.isclose(channel.rate, other.rate, rel_tol=1e-9):
            raise ValueError(f"edfio and pyedflib read other rates of {channel.name}")
    return reading


def read_with_pyedflib(path):
    with pyedflib.EdfReader(str(path)) as reader:
        channels = [
            Channel(
                reader.getLabel(i),
                reader.getSampleFrequency(i),
                reader.getPhysicalDimension(i),
                reader.readSignal(i, digital=True).astype(float),
                reader.readSignal(i),
            )
            for i in range(reader.signals_in_file)
        ]
        marks = [
            Mark(float(onset), None if duration < 0 else float(duration), None, None, str(text))
            for onset, duration, text in zip(*reader.readAnnotations())
        ]
        return Reading([channels], marks, 1e-4, f"{reader.getStartdatetime():%Y%m%d%H%M%S}")


def read_dicom(path):
    """Annotations without a time are remarks, not marks."""
    dataset = pydicom.dcmread(path)
    # Every value is parsed; invalid ones raise.
    for element in dataset.iterall():
        assert element.value is not None or element.is_empty
    groups = []
    for number, item in enumerate(dataset.WaveformSequence):
        raw = multiplex_array(dataset, number, as_raw=True)
        # pydicom always takes the data for little-endian.
        if not dataset.original_encoding[1]:
            raw = raw.byteswap()
        padding = item.get("WaveformPaddingValue")
        group = []
        # Scaled one by one: pydicom scales no channel if one has no scale.
        for i, definition in enumerate(item.ChannelDefinitionSequence):
            digits = raw[:, i].astype(float)
            if padding is not None:
                order = "little" if dataset.original_encoding[1] else "big"
                value = int.from_bytes(padding[: raw.dtype.itemsize], order, signed=raw.dtype.kind == "i")
                digits[digits == value] = math.nan
            gain, base, unit = 1.0, 0.0, None
            if "ChannelSensitivity" in definition:
                gain = float(definition.ChannelSensitivity) * float(definition.ChannelSensitivityCorrectionFactor)
                base = float(definition.ChannelBaseline)
                unit = definition.ChannelSensitivityUnitsSequence[0].CodeValue
            name = definition.get("ChannelLabel") or definition.ChannelSourceSequence[0].CodeMeaning
            group.append(Channel(name, float(item.SamplingFrequency), unit, digits, digits * gain + base))
        groups.append(group)
    marks = []
    for item in dataset.get("WaveformAnnotationSequence", []):
        concept = item.get("ConceptNameCodeSequence")
        code = (concept[0].get("CodeValue") or concept[0].LongCodeValue) if concept else None
        text = item.get("UnformattedTextValue") or concept[0].CodeMeaning
        pairs = many(item.get("ReferencedWaveformChannels")) or [1, 0]
        group = pairs[0] - 1 if len(pairs) == 2 else None
        rate = groups[pairs[0] - 1][0].rate
        times = [(sample - 1) / rate for sample in many(item.get("ReferencedSamplePositions"))] or [
            float(time) for time in many(item.get("ReferencedTimeOffsets"))
        ]
        if times:
            channel = groups[pairs[0] - 1][pairs[1] - 1].name if pairs[1] > 0 else None
            marks.append(Mark(times[0], times[1] - times[0] if len(times) == 2 else None, channel, code, text, group))
    return Reading(groups, marks, 1e-6, str(dataset.get("AcquisitionDateTime") or "")[:14] or None)


def many(value):
    if value is None:
        return []
    return list(value) if isinstance(value, (list, pydicom.multival.MultiValue)) else [value]


def read_json(path):
    recording = json.loads(path.read_text(encoding="utf-8"))
    channels = []
    for lead in recording["leads"]:
        digits = np.array([math.nan if value is None else value for value in lead["signal"]], dtype=float)
        physical = (digits - lead.get("zeroLevel", 0)) / lead.get("gain", 1)
        channels.append(Channel(lead["name"], lead.get("samplingRate"), lead.get("unit"), digits, physical))
    return Reading([channels])


def read_fhir(path):
    """Value = origin + data * factor, as FHIR R4 defines for SampledData; fhir.resources must accept the Observation. A
    lead that is longer than a text may be is divided among components that follow one another.
    """
    observation = Observation.model_validate_json(path.read_bytes())
    channels = []
    for name, components in itertools.groupby(observation.component, lambda component: component.code.text):
        parts = [component.valueSampledData for component in components]
        sampled = parts[0]
        cells = " ".join(each.data for each in parts).split(" ")
        digits = np.array([math.nan if cell == "E" else float(cell) for cell in cells])
        physical = float(sampled.origin.value) + digits * float(sampled.factor or 1)
        channels.append(Channel(name, 1000 / float(sampled.period), sampled.origin.unit, digits, physical))
    return Reading([channels])


def read_csv(path):
    """Physical values in columns after the time; one file per sampling rate. Empty cells after the last value of a
    channel are not samples.
    """
    channels = []
    for file in sorted(path.parent.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            names, *rows = list(csv.reader(lines))
        # Units, if there are any, are below "seconds" or an empty cell.
        units = rows.pop(0) if rows[0][0] in ("seconds", "") else [None] * len(names)
        times = np.array([float(row[0]) for row in rows])
        rate = None if names[0] == "sample" else (len(times) - 1) / (times[-1] - times[0])
        for i, name in enumerate(names[1:], 1):
            cells = [row[i] for row in rows]
            while cells and cells[-1] == "":
                cells.pop()
            channels.append(
                Channel(
                    name, rate, units[i], None, np.array([math.nan if cell == "" else float(cell) for cell in cells])
                )
            )
    return Reading([channels])


READERS = {
    "wfdb": read_wfdb,
    "edf": read_edf,
    "dicom": read_dicom,
    "aecg": read_aecg,
    "scp": read_scp,
    "muse": read_muse,
    "philips": read_philips,
    "json": read_json,
    "fhir": read_fhir,
    "csv": read_csv,
}


def main_file(folder, format):
    """The main file, if a format has several."""
    found = sorted(pathlib.Path(folder).glob("*.hea" if format == "wfdb" else "*"))
    return next(file for file in found if file.name not in ("case.json", "digits", "physical"))
