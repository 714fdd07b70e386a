"""Any cell over time: forwards, backwards, one step, and the check that the way back is right."""

from course_lib.sequence.engine import backward, carry_slopes, forward, step
from course_lib.sequence.gradcheck import gradcheck
from course_lib.sequence.trace import Gradients, Trace

__all__ = ["Gradients", "Trace", "backward", "carry_slopes", "forward", "gradcheck", "step"]
