#!/usr/bin/env bash
# ecg2dcm 1.3.1 (PyPI): of a GE MUSE XML with leads outside its own list of twelve, such as V3R and V4R of a
# paediatric or right-sided ECG, these leads are left out without an error or a warning.
#
# Input: a synthetic RestingECG with the leads I, II, V1, V3R and V4R, 500 samples each.
# Expected: channels for all five (and, as ecg2dcm does, the limb leads it derives).
# Seen: I, II, III, aVR, aVL, aVF, V1.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet --disable-pip-version-check ecg2dcm==1.3.1
cd "$work"
cat > see.py <<'PYTHON'
import base64
import struct

from ecg2dcm.adapters import muse

LEADS = ["I", "II", "V1", "V3R", "V4R"]


def lead(name, number):
    samples = struct.pack("<500h", *[(number + 1) * (at % 50) for at in range(500)])
    return f"""<LeadData><LeadByteCountTotal>1000</LeadByteCountTotal><LeadTimeOffset>0</LeadTimeOffset>
    <LeadSampleCountTotal>500</LeadSampleCountTotal><LeadAmplitudeUnitsPerBit>4.88</LeadAmplitudeUnitsPerBit>
    <LeadAmplitudeUnits>MICROVOLTS</LeadAmplitudeUnits><LeadHighLimit>32767</LeadHighLimit>
    <LeadLowLimit>-32768</LeadLowLimit><LeadID>{name}</LeadID><LeadOffsetFirstSample>0</LeadOffsetFirstSample>
    <FirstSampleBaseline>0</FirstSampleBaseline><LeadSampleSize>2</LeadSampleSize><LeadOff>FALSE</LeadOff>
    <BaselineSway>FALSE</BaselineSway><LeadDataCRC32>0</LeadDataCRC32>
    <WaveFormData>{base64.b64encode(samples).decode()}</WaveFormData></LeadData>"""


with open("leads.xml", "w") as file:
    file.write(f"""<?xml version="1.0" encoding="ISO-8859-1"?>
<RestingECG><MuseInfo><MuseVersion>7.1.1</MuseVersion></MuseInfo>
<PatientDemographics><PatientID>1</PatientID></PatientDemographics>
<TestDemographics><DataType>RESTING</DataType><AcquisitionTime>08:15:30</AcquisitionTime>
<AcquisitionDate>03-05-2024</AcquisitionDate></TestDemographics>
<Waveform><WaveformType>Rhythm</WaveformType><NumberofLeads>{len(LEADS)}</NumberofLeads>
<SampleType>CONTINUOUS_SAMPLES</SampleType><SampleBase>500</SampleBase><SampleExponent>0</SampleExponent>
{"".join(lead(name, number) for number, name in enumerate(LEADS))}</Waveform></RestingECG>""")
print(*muse.parse("leads.xml").waveforms[0].leads)
PYTHON
seen="$("$work/env/bin/python" see.py)"
echo "leads: $seen"
[ "$seen" = 'I II III aVR aVL aVF V1' ]
