"""Writes files with wfdb, pyedflib and pydicom, and saves what their own readers find in them.

Usage: write.py FORMAT FOLDER COUNT; see cases.py.
"""

import datetime
import math

import numpy as np
import pydicom
import pyedflib
import wfdb
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    GeneralECGWaveformStorage,
    ImplicitVRLittleEndian,
    generate_uid,
)
from cases import save, write_cases
from readers import READERS, WFDB_MISSING, main_file, said_channels

# Formats that wrsamp writes, with the bits per sample.
WRITTEN = {"80": 8, "212": 12, "16": 16, "24": 24, "32": 32}
# Formats that wfdb can only read, as bytes per run and samples per run: random bytes after a header.
READ_ONLY = {"8": (1, 1), "61": (2, 1), "160": (2, 1), "310": (4, 3), "311": (4, 3)}
SYMBOLS = ["N", "V", "+", "A", '"', "~"]


def write_wfdb(g, folder, number):
    return write_unwritable(g, folder) if number % 4 == 3 else write_samples(g, folder)


def write_samples(g, folder):
    count = int(g.integers(1, 6))
    frames = int(g.integers(1, 3000))
    per_frame = [int(g.choice([1, 1, 1, 2, 5])) for _ in range(count)]
    formats = (
        [str(g.choice(list(WRITTEN)))] * count
        if g.random() < 0.5
        else [str(g.choice(list(WRITTEN))) for _ in range(count)]
    )
    signals = []
    for format, each in zip(formats, per_frame):
        bits = WRITTEN[format]
        signal = g.integers(-(1 << (bits - 1)) + 1, 1 << (bits - 1), frames * each)
        signal[g.random(len(signal)) < g.choice([0, 0.05])] = WFDB_MISSING[format]
        signals.append(signal)
    rate = float(g.choice([100, 250, 360, 500, 128.5]))
    start = datetime.datetime(2003, 2, 1, 4, 5, 6) if g.random() < 0.5 else None
    names = [f"lead {i}" for i in range(count)]
    wfdb.wrsamp(
        "r",
        fs=rate,
        units=[str(g.choice(["mV", "uV"])) for _ in range(count)],
        sig_name=names,
        e_d_signal=signals,
        samps_per_frame=per_frame,
        fmt=formats,
        adc_gain=[float(g.choice([200, 1000, 409.6, 0.5])) for _ in range(count)],
        baseline=[int(g.choice([0, 1024, -7])) for _ in range(count)],
        comments=["a comment"],
        base_datetime=start,
        write_dir=str(folder),
    )
    marks = []
    if g.random() < 0.6:
        samples = np.sort(g.integers(0, frames, int(g.integers(1, 50))))
        symbols = [str(symbol) for symbol in g.choice(SYMBOLS, len(samples))]
        channels = g.integers(0, count, len(samples))
        texts = [str(text) for text in g.choice(["", "(AFIB", "a remark"], len(samples))]
        wfdb.wrann("r", "atr", samples, symbol=symbols, chan=channels, aux_note=texts, write_dir=str(folder))
        marks = [
            {"at": int(s) / rate, "duration": None, "channel": c, "code": y, "text": t or None}
            for s, y, c, t in zip(samples, symbols, said_channels(channels.tolist()), texts)
        ]
    return {"date": start.isoformat() if start else None, "marks": [marks]}


def write_unwritable(g, folder):
    """The header is written twice: wfdb calculates the first sample and the checksum."""
    format = str(g.choice(list(READ_ONLY)))
    size, samples = READ_ONLY[format]
    count, frames = int(g.integers(1, 4)), int(g.integers(1, 3000))
    runs = math.ceil(count * frames / samples)
    data = np.frombuffer(g.bytes(runs * size), dtype=np.uint8).copy()
    if format == "311":
        # Two bits belong to no sample, but wfdb reads one of them as part of the sample.
        data[3::4] &= 0x3F
    data.tofile(folder / "r.dat")
    header = folder / "r.hea"
    scales = [f"{g.choice([200, 12.5])}({g.choice([0, 5])})/mV" for _ in range(count)]
    first = int(g.integers(-100, 100)) if format == "8" else 0
    known = [(first, 0)] * count
    for _ in range(2):
        lines = [
            f"r.dat {format} {scale} 12 0 {initial} {total} 0 lead {i}"
            for i, (scale, (initial, total)) in enumerate(zip(scales, known))
        ]
        header.write_text("\n".join([f"r {count} 360 {frames}", *lines]) + "\n")
        record = wfdb.rdrecord(str(folder / "r"), physical=False)
        known = [
            (first if format == "8" else int(record.d_signal[0, i]), int(total))
            for i, total in enumerate(record.calc_checksum())
        ]
    return {"date": None, "marks": [[]]}


def write_edf(g, folder, number):
    is_bdf, is_plus = number % 3 == 2, number % 2 == 0
    kind = {
        (False, False): pyedflib.FILETYPE_EDF,
        (False, True): pyedflib.FILETYPE_EDFPLUS,
        (True, False): pyedflib.FILETYPE_BDF,
        (True, True): pyedflib.FILETYPE_BDFPLUS,
    }
    count = int(g.integers(1, 7))
    lowest, highest = (-(1 << 23), (1 << 23) - 1) if is_bdf else (-32768, 32767)
    rates = (
        [int(g.choice([100, 200, 250, 256, 360, 500, 512, 1000])) for _ in range(count)]
        if number % 4
        else [int(g.choice([125, 333, 500, 1000]))] * count
    )
    seconds = int(g.integers(1, 8))
    marks = []
    with pyedflib.EdfWriter(
        str(folder / ("r.bdf" if is_bdf else "r.edf")), count, file_type=kind[is_bdf, is_plus]
    ) as writer:
        headers = []
        for i in range(count):
            limit = round(float(g.uniform(1, 9000)), int(g.integers(0, 3)))
            low, high = (limit, -limit) if g.random() < 0.2 else (-limit, limit + float(g.integers(0, 2)))
            headers.append(
                dict(
                    label=f"lead {i}",
                    dimension="mV",
                    sample_frequency=rates[i],
                    physical_min=low,
                    physical_max=high,
                    digital_min=lowest,
                    digital_max=highest,
                    transducer="t",
                    prefilter="p",
                )
            )
        writer.setSignalHeaders(headers)
        writer.setStartdatetime(datetime.datetime(2003, 2, 1, 4, 5, 6))
        writer.setPatientName("Ana Bo")
        writer.writeSamples(
            [g.integers(lowest, highest + 1, rate * seconds, dtype=np.int32) for rate in rates], digital=True
        )
        if is_plus:
            for k in range(int(g.integers(0, seconds + 1))):
                at, lasts = round(float(g.uniform(0, seconds)), 3), float(g.choice([-1, 0.5]))
                writer.writeAnnotation(at, lasts, f"note {k} ü")
                marks.append(
                    {
                        "at": at,
                        "duration": None if lasts < 0 else lasts,
                        "channel": None,
                        "code": None,
                        "text": f"note {k} ü",
                    }
                )
    return {"date": "2003-02-01T04:05:06", "marks": [sorted(marks, key=lambda mark: mark["at"])]}


SYNTAXES = [ImplicitVRLittleEndian, ExplicitVRLittleEndian, DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian]
SAMPLES = {"SB": np.int8, "UB": np.uint8, "SS": np.int16, "US": np.uint16, "SL": np.int32, "UL": np.uint32}


def of(**elements):
    dataset = Dataset()
    for name, value in elements.items():
        setattr(dataset, name, value)
    return dataset


def write_dicom(g, folder, number):
    syntax = SYNTAXES[number % 4]
    meta = of_meta(syntax)
    dataset = FileDataset(
        "r.dcm",
        {},
        file_meta=meta,
        preamble=b"\0" * 128,
        is_implicit_VR=syntax.is_implicit_VR,
        is_little_endian=syntax.is_little_endian,
    )
    dataset.update(
        of(
            SpecificCharacterSet="ISO_IR 100",
            SOPClassUID=meta.MediaStorageSOPClassUID,
            SOPInstanceUID=meta.MediaStorageSOPInstanceUID,
            PatientName="Müller^Zoë",
            PatientID="P1",
            Modality="ECG",
            AcquisitionDateTime="20260115093000.5+0100",
            WaveformAnnotationSequence=[
                of(
                    ReferencedWaveformChannels=[1, 1],
                    TemporalRangeType="POINT",
                    ReferencedSamplePositions=[1],
                    UnformattedTextValue="beat",
                )
            ],
        )
    )
    groups = int(g.integers(1, 4))
    dataset.WaveformSequence = [waveform(g, syntax, part) for part in range(groups)]
    dataset["WaveformSequence"].is_undefined_length = g.random() < 0.5
    dataset.save_as(folder / "r.dcm", enforce_file_format=True)
    return {
        "date": "2026-01-15T09:30:00.5+01:00",
        "marks": [[{"at": 0, "duration": None, "channel": 0, "code": None, "text": "beat"}]] + [[]] * (groups - 1),
    }


def of_meta(syntax):
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = syntax
    meta.MediaStorageSOPClassUID = GeneralECGWaveformStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    return meta


def waveform(g, syntax, part):
    kind = str(g.choice(list(SAMPLES)))
    width = np.iinfo(SAMPLES[kind])
    values = g.integers(
        width.min, width.max, (int(g.integers(1, 400)), int(g.integers(1, 6))), dtype=SAMPLES[kind], endpoint=True
    )
    padding = pad(g, values, width) if g.random() < 0.5 else None
    code = dict(CodingSchemeDesignator="MDC", CodeValue="2:0", CodeMeaning="Unspecified lead")
    unit = dict(CodingSchemeDesignator="UCUM", CodeValue="mV", CodeMeaning="millivolt")
    channels = [
        of(
            ChannelLabel=f"CH{i}",
            ChannelSourceSequence=[of(**code)],
            ChannelSensitivity=str(g.choice(["0.005", "1.25", "-0.5"])),
            ChannelSensitivityUnitsSequence=[of(**unit)],
            ChannelSensitivityCorrectionFactor=str(g.choice(["1", "1.5"])),
            ChannelBaseline=str(g.choice(["0", "-5.12", "3"])),
            WaveformBitsStored=width.bits,
        )
        for i in range(values.shape[1])
    ]
    item = of(
        NumberOfWaveformChannels=values.shape[1],
        NumberOfWaveformSamples=values.shape[0],
        SamplingFrequency=str(g.choice(["500", "128.5"])),
        WaveformOriginality="ORIGINAL",
        MultiplexGroupLabel=f"G{part}",
        ChannelDefinitionSequence=channels,
        WaveformBitsAllocated=width.bits,
        WaveformSampleInterpretation=kind,
    )
    # pydicom writes the bytes of these values unchanged.
    order = "<" if syntax.is_little_endian else ">"
    representation = "OB" if width.bits == 8 else "OW"
    for tag, array in [(0x5400100A, padding)] * (padding is not None) + [(0x54001010, values)]:
        data = array.astype(array.dtype.newbyteorder(order)).tobytes()
        item.add_new(tag, representation, data + b"\0" * (len(data) % 2))
    item.is_undefined_length_sequence_item = g.random() < 0.5
    return item


def pad(g, values, width):
    """Replaces some values by a padding value that no signal takes: an end of the range, or far from the others."""
    padding = [width.min, width.max, width.min + (width.max - width.min) // 16][int(g.integers(3))]
    if padding not in (width.min, width.max):
        # The others are in the middle half of the range.
        values[:] = values // 2 + (0 if width.min < 0 else width.max // 4)
    values[g.random(values.shape) < 0.05] = padding
    return np.array([padding], dtype=values.dtype)


WRITERS = {"wfdb": write_wfdb, "edf": write_edf, "dicom": write_dicom}


def describe(channel):
    about = {"name": channel.name, "samplingRate": channel.rate, "unit": channel.unit}
    return about | {"samples": len(channel.digits)}


def write(g, folder, number, format):
    said = WRITERS[format](g, folder, number)
    reading = READERS[format](main := main_file(folder, format))
    channels = [channel for group in reading.groups for channel in group]
    recordings = [
        {"date": said["date"], "annotations": marks, "channels": [describe(channel) for channel in group]}
        for group, marks in zip(reading.groups, said["marks"], strict=True)
    ]
    save(folder, main.name, recordings, [c.digits for c in channels], [c.physical for c in channels])


if __name__ == "__main__":
    write_cases(write)
