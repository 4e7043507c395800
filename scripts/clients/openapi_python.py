"""Logs in and uploads with the client that openapi-python-client made, the package `leadwire_client`.

Prints the crossings of each channel: of a JSON upload, and of a WFDB record in a form.
Arguments: the folder of the package, the API's address, e-mail, password, the folder of the fixtures.
"""
import json
import sys
from pathlib import Path

folder, url, email, password, fixtures = sys.argv[1:]
sys.path.insert(0, folder)

from leadwire_client import AuthenticatedClient, Client  # noqa: E402
from leadwire_client.api.auth import login  # noqa: E402
from leadwire_client.api.ecgs import read_insights, upload_ecg  # noqa: E402
from leadwire_client.models import EcgUpload, Login, UploadEcgFilesBody  # noqa: E402
from leadwire_client.types import File  # noqa: E402

answer = login.sync(client=Client(base_url=url), body=Login(email=email, password=password))
client = AuthenticatedClient(base_url=url, token=answer.access_token)


def crossings(uploaded):
    insights = read_insights.sync(client=client, id=uploaded.id)
    return [channel.zero_crossings for channel in insights.channels]


def file(name):
    return File(payload=(Path(fixtures) / name).open("rb"), file_name=name)


json_upload = EcgUpload.from_dict(json.loads((Path(fixtures) / "ecg-12lead-10s.json").read_text()))
record = UploadEcgFilesBody(files=[file(f"ecg-2lead-30s.{end}") for end in ("hea", "dat", "atr")])
print(json.dumps([crossings(upload_ecg.sync(client=client, body=body)) for body in (json_upload, record)]))
