"""Every cell of the course, by name in CELLS, and by family in FAMILIES. NumPy only."""

from course_lib.cells.ablations import FGR, NFG, NIAF, NIG, NOAF, NOG
from course_lib.cells.blind_candidate import BRC, CFN, RAN, STAR, IndRNN
from course_lib.cells.blind_gates import QRNN, RGLRU, SRU, TRNN, MinGRU, MinLSTM
from course_lib.cells.cell import Cell
from course_lib.cells.coupled import CIFG, CoupledLSTM
from course_lib.cells.dynamics import AntisymmetricRNN, CoRNN
from course_lib.cells.exponential import SLSTM
from course_lib.cells.fewer import JANET, LSTM1997, MGU, UGRNN
from course_lib.cells.gru import GRU, GRUBefore
from course_lib.cells.lstm import LSTM
from course_lib.cells.more_seen import MultiplicativeLSTM
from course_lib.cells.peephole import PeepholeLSTM
from course_lib.cells.rnn import RNN
from course_lib.cells.searched import NAS

# The first two are the course's own road; the others are the field guide of notebook 06.
FAMILIES: dict[str, tuple[type[Cell], ...]] = {
    "notable": (RNN, LSTM, PeepholeLSTM, CoupledLSTM, CIFG, GRU, GRUBefore),
    "one part removed or added": (NIG, NFG, NOG, NIAF, NOAF, FGR),
    "fewer valves": (LSTM1997, UGRNN, MGU, JANET),
    "the candidate sees no past": (RAN, CFN, STAR, IndRNN, BRC),
    "gates see no past": (TRNN, MinGRU, MinLSTM, QRNN, SRU, RGLRU),
    "gates see more": (MultiplicativeLSTM,),
    "exponential valves": (SLSTM,),
    "dynamics": (AntisymmetricRNN, CoRNN),
    "machine-made": (NAS,),
}
CELLS: dict[str, type[Cell]] = {cell.name: cell for family in FAMILIES.values() for cell in family}

__all__ = ["CELLS", "FAMILIES", "Cell", *(cell.__name__ for cell in CELLS.values())]
