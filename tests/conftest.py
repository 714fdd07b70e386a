"""What all tests share."""

import os

# Two test processes run side by side: each keeps to one core. Set before NumPy is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "agg")
