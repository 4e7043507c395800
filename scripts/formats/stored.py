"""Reads recordings from a live database with read_blocks.py, and compares every sample with the original files.

Usage: stored.py URI CASES. CASES is a JSON list: for each upload the ids of its recordings, and either the original
file with its format, or a file of the expected samples (float64, NaN where missing) and their number in each channel.
Prints a report as JSON.
"""

import json
import pathlib
import sys

import bson
import numpy as np
import pymongo
from readers import READERS

sys.path.append(str(pathlib.Path(__file__).parent.parent))
from read_blocks import read_recording


def originals(case):
    """The samples of the channels of each recording, in their order."""
    if "format" in case:
        groups = READERS[case["format"]](pathlib.Path(case["file"])).groups
        return [[(channel.name, channel.digits) for channel in group] for group in groups]
    ends = np.cumsum(case["lengths"])
    return [[(None, digits) for digits in np.split(np.fromfile(case["file"]), ends)[:-1]]]


def differences(stored, wanted):
    if len(stored) != len(wanted):
        return [f"{len(stored)} channels, not {len(wanted)}"]
    said = []
    for (channel, digits), (name, original) in zip(stored, wanted):
        if name is not None and channel["name"] != name:
            said.append(f"{channel['name']} instead of {name}")
        if len(digits) != len(original):
            said.append(f"{channel['name']}: {len(digits)} samples, not {len(original)}")
        elif wrong := int((~((digits == original) | (np.isnan(digits) & np.isnan(original)))).sum()):
            said.append(f"{channel['name']}: {wrong} samples differ")
        if channel["summary"]["samples"] != len(digits):
            said.append(f"{channel['name']}: the summary is of {channel['summary']['samples']} samples")
    return said


def main():
    uri, cases = sys.argv[1:]
    report = {"recordings": 0, "channels": 0, "samples": 0, "differences": []}
    with pymongo.MongoClient(uri) as client:
        database = client.get_default_database()
        for case in json.loads(pathlib.Path(cases).read_text(encoding="utf-8")):
            groups = originals(case)
            if len(groups) != len(case["ids"]):
                report["differences"].append(f"{case['what']}: {len(case['ids'])} recordings, not {len(groups)}")
            for id, wanted in zip(case["ids"], groups):
                ecg = database.ecgs.find_one({"_id": bson.ObjectId(id)})
                try:
                    stored = list(read_recording(database, ecg))
                except ValueError as error:
                    report["differences"].append(f"{case['what']}: {error}")
                    continue
                report["recordings"] += 1
                report["channels"] += len(stored)
                report["samples"] += sum(len(digits) for _, digits in stored)
                report["differences"] += [f"{case['what']}: {words}" for words in differences(stored, wanted)]
    print(json.dumps(report))


if __name__ == "__main__":
    main()
