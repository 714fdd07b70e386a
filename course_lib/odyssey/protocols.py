"""How a trial is trained: the paper's protocol, and one that an ordinary machine can afford."""

from __future__ import annotations

from typing import NamedTuple


class Protocol(NamedTuple):
    """When parameters change and when training stops.

    batch_size    pieces between two changes of the parameters
    epochs        at most so many passes over the training pieces
    patience      stop after so many epochs in a row without a lower validation loss
    """

    batch_size: int
    epochs: int
    patience: int


# paper: an update after each piece, at most 150 epochs, patience 15. Of these the 150 epochs stand
# in slides on Greff et al. 2015; that the updates come after each piece follows from what the
# authors' library offers; the patience could not be traced to a source. The paper's own section on
# its protocol was not at hand.
# quick: minibatches of 16, at most 40 epochs, patience 10. The loss is summed over the pieces too,
# so an epoch moves the parameters as far as 229 updates of one piece each, and the paper's range
# of learning rates reaches the good region.
PROTOCOLS = {"paper": Protocol(1, 150, 15), "quick": Protocol(16, 40, 10)}
TRIALS = 200  # of each variant, as in the paper
