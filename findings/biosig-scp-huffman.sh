#!/usr/bin/env bash
# biosig-tools 2.5.0 (Debian 12): an SCP-ECG file with a Huffman table of its own (section 2) is read wrongly. EN 1064
# gives each code the number of bits of its prefix first, then that of the entire code; biosig takes them the other way
# round. It prints "Empty node in Huffman table", writes samples that are wrong, and exits with 0.
#
# Input: one lead, 1,000 plain differences, compressed with a table that spells out the default one; then the same file
# with the two lengths exchanged. Expected: the first is read to the digit. Seen: the first is not, the second is.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
version="$(dpkg-query -W -f '${Version}' biosig-tools)" || { echo 'apt-get install biosig-tools'; exit 2; }
echo "biosig-tools $version"
cd "$work"
cat > write.py <<'PYTHON'
import random
import struct
import sys


def crc(data):
    value = 0xFFFF
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1) ^ 0x1021 if value & 0x8000 else value << 1
        value &= 0xFFFF
    return value


def section(number, body):
    body += b"\0" * (len(body) % 2)
    rest = struct.pack("<HIBB", number, len(body) + 16, 20, 20) + (b"SCPECG" if number == 0 else b"\0" * 6) + body
    return struct.pack("<H", crc(rest)) + rest


# The codes of the default table: prefix, bits of a number that follows, and the value without one.
CODES = [("0", 0, 0)]
for size in range(1, 9):
    CODES += [("1" * size + "00", 0, size), ("1" * size + "01", 0, -size)]
CODES += [("1111111110", 8, None), ("1111111111", 16, None)]
SHORT = {value: prefix for prefix, _, value in CODES if value is not None}


def table(exchanged):
    data = struct.pack("<HH", 1, len(CODES))
    for prefix, more, value in CODES:
        lengths = (len(prefix), len(prefix) + more)
        data += struct.pack("<BBBhI", *(lengths[::-1] if exchanged else lengths), 1, value or 0, int(prefix[::-1], 2))
    return data


def encoded(value):
    if value in SHORT:
        return SHORT[value]
    if -128 <= value < 128:
        return "1111111110" + format(value & 0xFF, "08b")
    return "1111111111" + format(value & 0xFFFF, "016b")


numbers = random.Random(1)
samples = [0]
for _ in range(999):
    samples.append(samples[-1] + numbers.choice([0, 0, 1, -1, 2, -2, 5, -7, 30, -40]))
bits = "".join(encoded(b - a) for a, b in zip([0] + samples, samples))
bits += "0" * (-len(bits) % 16)
stream = int(bits, 2).to_bytes(len(bits) // 8, "big")
sections = {
    1: section(1, struct.pack("<BH", 255, 0)),
    2: section(2, table(sys.argv[1] == "exchanged")),
    3: section(3, bytes([1, 4 | 8]) + struct.pack("<IIB", 1, 1000, 1)),
    6: section(6, struct.pack("<HHBBH", 1000, 2000, 1, 0, len(stream)) + stream),
}
place = 6 + 16 + 12 * 10
entries = struct.pack("<HII", 0, 16 + 12 * 10, 7)
for number in range(1, 12):
    length = len(sections.get(number, b""))
    entries += struct.pack("<HII", number, length, place + 1 if length else 0)
    place += length
rest = struct.pack("<I", place) + section(0, entries) + b"".join(sections.values())
with open("x.scp", "wb") as file:
    file.write(struct.pack("<H", crc(rest)) + rest)
with open("samples", "w") as file:
    file.write(" ".join(map(str, samples)))
PYTHON
cat > compare.py <<'PYTHON'
import re

text = open("x.xml", encoding="latin-1").read()
digits = [float(word) for word in re.search("<digits>([^<]*)</digits>", text)[1].split()]
print("right" if digits == [float(word) for word in open("samples").read().split()] else "wrong")
PYTHON
seen=''
for order in standard exchanged; do
  python3 write.py "$order"
  timeout 20 save2gdf -f=HL7 x.scp x.xml > log 2>&1
  seen="$seen $order: $(python3 compare.py)"
  rm x.xml
done
echo "$seen"
[ "$seen" = ' standard: wrong exchanged: right' ]
