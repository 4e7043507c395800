#!/usr/bin/env bash
# sierraecg 0.4.0 (PyPI): a Philips Sierra XML 1.04 whose samples are not compressed cannot be read; the reader applies
# the restoration of limb leads, which belongs to XLI compression, to all files, and fails on plain samples.
#
# Input: a synthetic PhilipsECG 1.04, 12 leads of 5,500 plain 16-bit samples.
# Expected: the samples. Seen: ValueError: assignment destination is read-only.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --disable-pip-version-check sierraecg==0.4.0 numpy==1.26.4
cd "$work"
cat > see.py <<'PYTHON'
import base64
import struct

import sierraecg

LEADS = "I II III aVR aVL aVF V1 V2 V3 V4 V5 V6"
samples = b"".join(struct.pack("<5500h", *[(lead + 1) * (at % 50) for at in range(5500)]) for lead in range(12))
document = f"""<?xml version="1.0" encoding="UTF-16"?>
<restingecgdata xmlns="http://www3.medical.philips.com">
<documentinfo><documentname>plain</documentname><documenttype>PhilipsECG</documenttype>
<documentversion>1.04</documentversion></documentinfo>
<dataacquisition date="2024-03-05" time="08:15:30"><signalcharacteristics>
<samplingrate>500</samplingrate><signalresolution>5</signalresolution></signalcharacteristics></dataacquisition>
<waveforms><parsedwaveforms dataencoding="Base64" compression="Uncompressed" durationperchannel="11000"
 numberofleads="12" leadlabels="{LEADS}" samplespersecond="500" resolution="5" signaloffset="0" signalsigned="True"
 bitspersample="16">{base64.b64encode(samples).decode()}</parsedwaveforms></waveforms>
</restingecgdata>"""
with open("plain.xml", "wb") as file:
    file.write(document.encode("utf-16"))
try:
    ecg = sierraecg.read_file("plain.xml")
    print(*[int(lead.samples[7]) for lead in ecg.leads])
except Exception as error:
    print(type(error).__name__, error)
PYTHON
seen="$("$work/env/bin/python" see.py)"
echo "$seen"
[ "$seen" = 'ValueError assignment destination is read-only' ]
