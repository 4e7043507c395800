"""Logs in and uploads with the Python client that openapi-generator made, the package `leadwire_client`.

Prints the crossings of each channel of a JSON upload. (The generator only makes the first kind of body.)
Arguments: the folder of the package, the API's address, e-mail, password, the folder of the fixtures.
"""
import json
import sys
from pathlib import Path

folder, url, email, password, fixtures = sys.argv[1:]
sys.path.insert(0, folder)

import leadwire_client as api  # noqa: E402

public = api.ApiClient(api.Configuration(host=url))
token = api.AuthApi(public).login(api.Login(email=email, password=password)).access_token
ecgs = api.EcgsApi(api.ApiClient(api.Configuration(host=url, access_token=token)))
upload = api.EcgUpload.from_dict(json.loads((Path(fixtures) / "ecg-12lead-10s.json").read_text()))
uploaded = ecgs.upload_ecg(api.UploadEcgRequest(upload))
print(json.dumps([[channel.zero_crossings for channel in ecgs.read_insights(uploaded.id).channels]]))
