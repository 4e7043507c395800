"""The baseline of the kernel: zero crossings by numpy, with the same semantics, over a file of 16-bit samples.

Usage: kernel_numpy.py FILE. For each line on standard input, "count" or "read", answers one line: nanoseconds and the result.
"""
import sys
import time

import numpy as np


def count(x):
    """Changes of sign between successive samples that are not zero."""
    negative = x[x != 0] < 0
    return np.count_nonzero(negative[1:] != negative[:-1])


def read(words):
    """As little work as can be done with every sample: how fast memory is read at best."""
    return words.sum()


samples = np.fromfile(sys.argv[1], dtype="<i2")
words = samples.view(np.int64)
for line in sys.stdin:
    start = time.perf_counter_ns()
    result = read(words) if line.strip() == "read" else count(samples)
    print(time.perf_counter_ns() - start, result, flush=True)
