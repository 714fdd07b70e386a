"""The picture of the unrolled LSTM grows by stages."""

import pytest

from course_lib import plots


@pytest.mark.parametrize(
    ("stage", "there", "missing"),
    [("steps", "one LSTM step", "σ"), ("inside", "σ", "$W_y$"), ("loss", "$W_y$", "Σ δa Rᵀ"),
     ("back", "Σ δa Rᵀ", "one LSTM step")],
)  # fmt: skip
def test_the_unrolled_lstm_grows_by_stages(stage, there, missing):
    said = " | ".join(text.get_text() for text in plots.unrolled(stage).axes[0].texts)
    assert there in said and missing not in said and "$x_3$" in said
    with pytest.raises(ValueError, match="stage: came 'all', expected one of"):
        plots.unrolled("all")
