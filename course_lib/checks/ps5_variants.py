"""Problem set 5 in a class's editions: which way t points, and what counts of a best tenth."""

from __future__ import annotations

import numpy as np

from course_lib.checks.editions import Variant, told_apart
from course_lib.checks.ps5 import redrawing
from course_lib.checks.ps5_tests import concluding

CHOICES = {
    "ps5.3": told_apart(
        Variant("t is of the variant's losses minus V's.", concluding()),
        Variant("t is of V's losses minus the variant's.", concluding(sign=-1)),
    ),
    "ps5.5": told_apart(
        Variant("the mean of each draw's best tenth counts.", redrawing()),
        Variant("the median of each draw's best tenth counts.", redrawing(np.median, "median")),
        Variant("the largest of each draw's best tenth counts.", redrawing(np.max, "largest")),
    ),
}
