"""The baseline of the kernel: zero crossings counted by numpy with the same semantics, over a file of 16-bit
samples.

Usage: kernel_numpy.py FILE. For each line on standard input, "count" or "read", prints one line: nanoseconds and
the result.
"""

import sys
import time

import numpy as np


def count(x):
    """Changes of sign between successive non-zero samples."""
    negative = x[x != 0] < 0
    return np.count_nonzero(negative[1:] != negative[:-1])


def read(words):
    """The least possible work with every sample: the maximum speed of reading memory."""
    return words.sum()


samples = np.fromfile(sys.argv[1], dtype="<i2")
words = samples.view(np.int64)
for line in sys.stdin:
    start = time.perf_counter_ns()
    result = read(words) if line.strip() == "read" else count(samples)
    print(time.perf_counter_ns() - start, result, flush=True)
