"""biosig's reader, if its command `save2gdf` is installed."""

import pathlib
import re
import shutil
import subprocess
import tempfile

import numpy as np

# Seconds, after which it hangs.
LONGEST = 60


def converted(path, format, read):
    """What `read` finds in the folder of a conversion; None if biosig is not installed."""
    if shutil.which("save2gdf") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        target = pathlib.Path(folder) / "converted"
        command = ["save2gdf", f"-f={format}", str(path), str(target)]
        subprocess.run(command, check=True, capture_output=True, timeout=LONGEST)
        return read(target)


def biosig_digits(path):
    """The digits of every channel."""
    return converted(path, "HL7", digits_in)


def digits_in(target):
    # Not parsed as XML: it is not well-formed if the model fills its field.
    lists = re.findall(r"<digits>([^<]*)</digits>", target.read_text(encoding="latin-1"))
    return [np.array([float(digit) for digit in digits.split()]) for digits in lists]


def biosig_physical(path):
    """The physical values of every channel, to six digits."""
    return converted(path, "ASCII", lambda target: [np.loadtxt(file, ndmin=1) for file in channels_in(target)])


def channels_in(target):
    """A file for each channel, with endings of two digits or more."""
    files = target.parent.glob("converted.a*")
    return sorted(
        (file for file in files if file.suffix[2:].isdigit()), key=lambda file: int(file.suffix[2:])
    )
