"""The course's helper library: the standard LSTM, its variations, what trains and shows them.

Begin with `course_lib.cells.lstm`: the equations, and nothing else. Importing `course_lib` loads
no other module; importing `course_lib.cells` costs no more than NumPy.
"""

__version__ = "0.1.0"
