"""The baselines of the decoders: independent readers of the same file, as they are usually called, or for digits only.

For each line on standard input (a key of WORK, a tab and a file), prints one line: nanoseconds of processor time, and
the sum of all samples. "deflate", followed by a target, writes a deflated copy of a DICOM file.
"""

import struct
import sys
import time
from pathlib import Path

import numpy as np
import pydicom
import pyedflib
import sierraecg
import wfdb
from ecgdatakit.parsing.parsers.ge_muse_xml import GEMuseXMLParser
from ecgdatakit.parsing.parsers.scp_ecg import SCPECGParser
from ecgdatakit.parsing.parsers.sierra_xml import SierraXMLParser
from ishneholterlib import Holter
from pydicom.uid import DeflatedExplicitVRLittleEndian
from pydicom.waveforms import multiplex_array


def channels(table):
    """Each as a separate array, as pyedflib returns them."""
    return [np.ascontiguousarray(column) for column in table.T]


def wfdb_digits(path):
    return channels(wfdb.rdrecord(path.removesuffix(".hea"), physical=False, return_res=16).d_signal)


def edf(path, digital):
    with pyedflib.EdfReader(path) as reader:
        return [reader.readSignal(i, digital=digital) for i in range(reader.signals_in_file)]


def dicom_digits(path):
    return channels(multiplex_array(pydicom.dcmread(path), 0, as_raw=True))


def ishne(path, convert):
    """Without its check of the checksum, which needs NumPy 1."""
    holter = Holter(path, check_valid=False)
    holter.load_data(convert=convert)
    return [lead.data for lead in holter.lead]


def ecgdatakit(parser, path):
    return [lead.samples for lead in parser().parse(Path(path)).leads]


def atc(path):
    """What a script does: blocks, their sums, and the leads."""
    with open(path, "rb") as file:
        data = file.read()
    leads, at = [], 12
    while at < len(data):
        name, length = struct.unpack_from("<4sI", data, at)
        (checksum,) = struct.unpack_from("<I", data, at + 8 + length)
        if sum(data[at : at + 8 + length]) & 0xFFFFFFFF != checksum:
            raise ValueError(f"the checksum of {name} is wrong")
        if name.startswith(b"ecg"):
            leads.append(np.array(struct.unpack_from(f"<{length // 2}h", data, at + 8), dtype=np.int16))
        at += length + 12
    return leads


def deflate(path, target):
    dataset = pydicom.dcmread(path)
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    dataset.save_as(target)
    return []


WORK = {
    "wfdb": lambda path: [wfdb.rdrecord(path.removesuffix(".hea")).p_signal],
    "wfdb digits": wfdb_digits,
    "edf": lambda path: edf(path, False),
    "edf digits": lambda path: edf(path, True),
    "dicom": lambda path: [pydicom.dcmread(path).waveform_array(0)],
    "dicom digits": dicom_digits,
    "ishne": lambda path: ishne(path, True),
    "ishne digits": lambda path: channels(np.array(ishne(path, False)).T),
    "scp ecgdatakit": lambda path: ecgdatakit(SCPECGParser, path),
    "muse ecgdatakit": lambda path: ecgdatakit(GEMuseXMLParser, path),
    "philips ecgdatakit": lambda path: ecgdatakit(SierraXMLParser, path),
    "philips sierraecg": lambda path: [lead.samples for lead in sierraecg.read_file(path).leads],
    "atc": atc,
    "deflate": deflate,
}

for line in sys.stdin:
    what, *paths = line.rstrip("\n").split("\t")
    start = time.process_time_ns()
    arrays = WORK[what](*paths)
    took = time.process_time_ns() - start
    print(took, sum(float(array.sum(dtype=float)) for array in arrays), flush=True)
