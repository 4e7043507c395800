"""What a reader finds in a file."""

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Channel:
    name: str
    rate: float
    unit: str | None
    # Stored and physical values, NaN where missing.
    digits: np.ndarray | None
    physical: np.ndarray


@dataclass
class Mark:
    # Seconds from the first sample.
    at: float
    duration: float | None
    # The channel's name; None: all channels.
    channel: str | None
    code: str | None
    text: str | None
    # The group of its channels; None: every group.
    group: int | None = None


@dataclass
class Reading:
    # The recordings of the file, such as rhythm and median beat; in DICOM, channels of the same rate and length.
    groups: list[list[Channel]]
    marks: list[Mark] = field(default_factory=list)
    # Maximum deviation of a mark in seconds, due to rounding in the format.
    tick: float = 0.0
    # Digits from year to second.
    date: str | None = None
