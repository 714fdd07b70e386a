"""Every cell of the course, by name in CELLS. NumPy only."""

from course_lib.cells.ablations import FGR, NFG, NIAF, NIG, NOAF, NOG
from course_lib.cells.cell import Cell
from course_lib.cells.coupled import CIFG, CoupledLSTM
from course_lib.cells.gru import GRU, GRUBefore
from course_lib.cells.lstm import LSTM
from course_lib.cells.peephole import PeepholeLSTM
from course_lib.cells.rnn import RNN

CELLS: dict[str, type[Cell]] = {
    cell.name: cell
    for cell in (
        RNN,
        LSTM,
        PeepholeLSTM,
        CoupledLSTM,
        CIFG,
        GRU,
        GRUBefore,
        NIG,
        NFG,
        NOG,
        NIAF,
        NOAF,
        FGR,
    )
}

__all__ = ["CELLS", "Cell", *(cell.__name__ for cell in CELLS.values())]
