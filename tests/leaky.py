"""A cell as a learner may write it, two lines changed."""

from course_lib.cells import LSTM


class Leaky(LSTM):
    """A variation of a learner's own, two lines changed: what is put in is weighed by 1 − f too."""

    name = "leaky"

    def c(self, c_, i, f, g):
        return f * c_ + (1 - f) * i * g

    def c_slopes(self, c_, i, f, g):
        return f, (1 - f) * g, c_ - i * g, (1 - f) * i
