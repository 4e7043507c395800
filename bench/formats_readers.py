"""The baselines of the decoders: wfdb, pyedflib, pydicom with numpy, and ishneholterlib on the same file, as they are usually called,
or for digits only.

For each line on standard input ("wfdb", "edf", "dicom" or "ishne", optionally " digits", then a tab and a file), prints
one line: nanoseconds and the sum of all samples. "deflate", followed by a target, writes a deflated copy of a
DICOM file.
"""

import sys
import time

import numpy as np
import pydicom
import pyedflib
import wfdb
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
    "deflate": deflate,
}

for line in sys.stdin:
    what, *paths = line.rstrip("\n").split("\t")
    start = time.perf_counter_ns()
    arrays = WORK[what](*paths)
    took = time.perf_counter_ns() - start
    print(took, sum(float(array.sum(dtype=float)) for array in arrays), flush=True)
