"""Compares the leads that ecg2dcm finds in GE MUSE files with the base64 in them.

Usage: muse_by_ecg2dcm.py FOLDER …; every .xml file in the folders is read. Prints a report as JSON. A script of its
own, since ecg2dcm needs another version of pydicom than the other readers.
"""

import base64
import json
import pathlib
import sys
import xml.etree.ElementTree as ElementTree

import numpy as np
from ecg2dcm.adapters.muse import parse
from ecg2dcm.ir import LEAD_ORDER

MICROVOLTS = {"MICROVOLTS": 1, "MILLIVOLTS": 1000}


def stored(path):
    """Digits and microvolts per digit by lead, for each waveform; only the leads that ecg2dcm knows."""
    waveforms = {}
    for waveform in ElementTree.parse(path).getroot().iter("Waveform"):
        leads = [lead for lead in waveform.iter("LeadData") if lead.findtext("LeadID") in LEAD_ORDER]
        scales = {
            float(lead.findtext("LeadAmplitudeUnitsPerBit")) * MICROVOLTS[lead.findtext("LeadAmplitudeUnits")]
            for lead in leads
        }
        digits = {
            lead.findtext("LeadID"): np.frombuffer(base64.b64decode(lead.findtext("WaveFormData")), "<i2")
            for lead in leads
        }
        waveforms[waveform.findtext("WaveformType")] = (digits, scales)
    return waveforms


def differences(path):
    wanted = stored(path)
    found = {waveform.label: waveform for waveform in parse(str(path)).waveforms}
    if set(found) != set(wanted):
        return [f"{path.name}: {list(found)}, not {list(wanted)}"]
    said = []
    for label, (digits, scales) in wanted.items():
        leads = {name: lead for name, lead in found[label].leads.items() if name not in found[label].derived}
        if set(leads) != set(digits) or any(not np.array_equal(lead, digits[name]) for name, lead in leads.items()):
            said.append(f"{path.name}: other digits in {label}")
        if any(not np.isclose(found[label].units_per_bit, scale, rtol=1e-12) for scale in scales):
            said.append(f"{path.name}: another scale in {label}")
    return said


def main():
    files = [path for folder in sys.argv[1:] for path in sorted(pathlib.Path(folder).rglob("*.xml"))]
    print(json.dumps({"files": len(files), "errors": [words for path in files for words in differences(path)]}))


if __name__ == "__main__":
    main()
