"""Reads recordings from the database without the service, as docs/storage.md describes them.

Usage: read_blocks.py URI RECORDING prints every channel of a recording. Needs numpy and pymongo.
"""

import sys
import zlib

import numpy as np

MISSING = {"int16": -(1 << 15), "int32": -(1 << 31)}


def samples_of(block):
    """The samples of a stored block, as an array of its type. Raises ValueError if its bytes are not those written."""
    data, kind = bytes(block["data"]), np.dtype(block["type"]).newbyteorder("<")
    if block.get("crc32") not in (None, zlib.crc32(data)):
        raise ValueError(f"block {block['index']} of channel {block['channel']} is damaged")
    if block.get("encoding", "plain") == "plain":
        return np.frombuffer(data, kind)
    bits, lanes = 8 * kind.itemsize, 16 // kind.itemsize
    count = int.from_bytes(data[:4], "little")
    at = 4 + -(-count // 128)
    frames, last, step = [np.empty(0, kind)], 0, 0
    for mark in data[4:at]:
        width = mark & 0x7F
        words = np.frombuffer(data, f"<u{kind.itemsize}", lanes * width, at).reshape(width, lanes).T
        stream = np.unpackbits(words.copy().view(np.uint8), axis=1, bitorder="little").reshape(lanes, bits, width)
        codes = (stream @ (1 << np.arange(width))).T.ravel()
        values = (codes >> 1) ^ -(codes & 1)
        if mark & 0x80:
            values = step + np.cumsum(values)
        frames.append((last + np.cumsum(values)).astype(kind))
        last, step = int(frames[-1][-1]), int(frames[-1][-1]) - int(frames[-1][-2])
        at += 16 * width
    return np.concatenate(frames)[:count]


def digits_of(block):
    """The samples of a stored block as doubles, NaN where they are missing."""
    samples = samples_of(block)
    digits = samples.astype(float)
    digits[samples == MISSING.get(block["type"])] = np.nan
    return digits


def read_recording(database, ecg):
    """Yields every channel of a recording, with its stored samples as doubles: (sample - zeroLevel) / gain is physical.

    `database` is one of pymongo, `ecg` the document in `ecgs`.
    """
    blocks = [block for document in database.ecgBlocks.find({"ecg": ecg["_id"]}) for block in document["blocks"]]
    blocks.sort(key=lambda block: (block["channel"], block["index"]))
    for number, channel in enumerate(ecg["channels"]):
        parts = [digits_of(block) for block in blocks if block["channel"] == number]
        yield channel, np.concatenate([np.empty(0), *parts])


def main():
    import bson
    import pymongo

    uri, recording = sys.argv[1:]
    with pymongo.MongoClient(uri) as client:
        database = client.get_default_database("leadwire")
        ecg = database.ecgs.find_one({"_id": bson.ObjectId(recording), "version": {"$gte": 1}})
        if ecg is None:
            sys.exit(f"There is no recording {recording}.")
        for channel, digits in read_recording(database, ecg):
            first = " ".join(f"{value:g}" for value in digits[:8])
            print(f"{channel['name']}: {len(digits)} samples, {np.isnan(digits).sum()} missing: {first} …")


if __name__ == "__main__":
    main()
