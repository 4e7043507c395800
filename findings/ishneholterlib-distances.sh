#!/usr/bin/env bash
# ishneholterlib 2020.5.29 (PyPI), with NumPy 1.26.4 and crccheck 1.3.1: Holter.load_ann() reads the distances between
# beats of an ISHNE annotation file ("ANN  1.0") as signed 16-bit numbers. ISHNE defines them as unsigned.
#
# Input: an annotation file whose first beat is at sample 5, with beats 40,000 and 10 samples later (200 s at 200 Hz:
# a pause, or a stretch that was not annotated). Expected positions: 40005, 40015.
# Seen: -25531, -25521. Every beat after the long distance is 65,536 samples early; no error, no warning.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --disable-pip-version-check numpy==1.26.4 crccheck==1.3.1 ishneholterlib==2020.5.29
cd "$work"
cat > see.py <<'PYTHON'
import struct

from crccheck.crc import Crc16CcittFalse
from ishneholterlib import Holter


def header(magic, leads=1):
    block = bytearray(512)
    struct.pack_into("<iiii", block, 0, 0, 1000, 522, 522)
    struct.pack_into("<h", block, 16, 1)
    struct.pack_into("<3h3h3h3h", block, 122, 1, 1, 1970, 1, 1, 2024, 1, 1, 2024, 8, 0, 0)
    struct.pack_into("<h", block, 146, leads)
    struct.pack_into("<12h", block, 148, 5, *[-9] * 11)
    struct.pack_into("<12h", block, 172, 1, *[-9] * 11)
    struct.pack_into("<12h", block, 196, 2500, *[-9] * 11)
    struct.pack_into("<h", block, 262, 200)
    return magic + struct.pack("<H", Crc16CcittFalse.calc(block)) + bytes(block)


with open("beats.ann", "wb") as file:
    file.write(header(b"ANN  1.0") + struct.pack("<I", 5))
    for label, distance in ((b"N", 40_000), (b"V", 10)):
        file.write(label + b"\0" + struct.pack("<H", distance))
with open("record.ecg", "wb") as file:
    file.write(header(b"ISHNE1.0") + bytes(2000))
holter = Holter("record.ecg", check_valid=False)
holter.load_ann("beats.ann")
print([beat["samp_num"] for beat in holter.beat_anns])
PYTHON
seen="$("$work/env/bin/python" see.py)"
echo "positions: $seen"
[ "$seen" = '[-25531, -25521]' ]
