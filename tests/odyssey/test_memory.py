"""A trial without its memory: the frames alone, and the last few of them."""

import numpy as np
import pytest

from course_lib.cells import CELLS
from course_lib.learning.network import Network
from course_lib.odyssey import SHIPPED, memory, read
from course_lib.odyssey.protocols import Protocol
from course_lib.odyssey.trial import NoisySequences, made_by, run_trial
from tests.odyssey.small import music

SHORT = Protocol(batch_size=4, epochs=2, patience=2)


@pytest.fixture
def net():
    task, rng = music(), np.random.default_rng(3)
    cell = CELLS["peephole"](task.input_size, 7, rng=rng)
    made = Network(cell, task.output_size, task.loss, rng=rng, reduction="sum")
    for array in made.params.values():
        array[...] = rng.normal(0, 0.5, array.shape)
    return made


def stepped(net, task, keep):
    """The test loss, a step at a time: the state goes on, or is forgotten after each frame."""
    losses = []
    for x, target, _ in task.split("test"):
        state = None
        for t in range(len(x)):
            a, trace = net.outputs(x[t : t + 1, None], state=state)
            losses.append(net.loss.per_frame(a, target[t : t + 1, None]).item())
            state = trace.state if keep else None
    return np.mean(losses)


def test_single_frames_are_a_network_that_is_reset_before_each(net):
    task = music()
    reset = memory.SingleFrames(task, 0.3).evaluate(net, "test")[0]
    assert reset == pytest.approx(stepped(net, task, keep=False), rel=1e-5)
    whole = NoisySequences(task, 0.3).evaluate(net, "test")[0]
    assert whole == pytest.approx(stepped(net, task, keep=True), rel=1e-5)
    assert abs(reset - whole) > 1e-3


def test_the_minibatches_are_the_same_and_hold_the_same_noise():
    rng = np.random.default_rng
    whole = list(NoisySequences(music(), 0.5).batches("train", 4, rng(0)))
    single = list(memory.SingleFrames(music(), 0.5).batches("train", 4, rng(0)))
    for a, b in zip(whole, single, strict=True):
        counts = np.ones(a.x.shape[:2], bool) if a.mask is None else a.mask == 1
        assert b.x.shape[0] == 1 and np.array_equal(b.x[0], a.x[counts])
        assert np.array_equal(b.target[0], a.target[counts])


def test_the_last_frames_are_as_many_as_asked_for(net):
    task = music()
    one = memory.from_last(net, task, 1)
    assert one == pytest.approx(memory.SingleFrames(task, 0.0).evaluate(net, "test")[0], rel=1e-5)
    longest = max(len(example.x) for example in task.split("test"))
    all_of_them = memory.from_last(net, task, longest)
    assert all_of_them == pytest.approx(task.evaluate(net, "test")[0], rel=1e-5)
    assert len({round(memory.from_last(net, task, k), 4) for k in (1, 2, 3)}) == 3


def test_a_trial_without_its_memory_is_the_same_trial_otherwise(tmp_path):
    task = music()
    kept = memory.without(2, variant="NP", seed=4, task=task, protocol=SHORT)
    row = run_trial("NP", 2, seed=4, task=task, protocol=SHORT)
    assert kept.test == row.test_nll != kept.reset
    assert len(kept.last) == len(memory.LAST)
    beside = memory.beside(tmp_path / "r.csv", "NP")
    assert beside == tmp_path / "r_memory_NP.json"
    memory.write(beside, [kept])
    (back,) = memory.read(beside)
    assert back[:2] == kept[:2] and np.allclose(back.last, kept.last, atol=1e-6)
    assert memory.made(beside) == " ".join(made_by())


def test_the_shipped_trials_without_memory_are_trials_of_the_study():
    rows = {row[:2]: row for row in read(SHIPPED)}
    for variant in ("V", "NFG"):
        kept = memory.read(memory.beside(SHIPPED, variant))
        assert {one.variant for one in kept} == {variant}
        ended = [row for row in rows.values() if row.variant == variant and row.status == "ok"]
        best = sorted(ended, key=lambda row: row.val_nll)[:20]
        assert {one.trial for one in kept} == {row.trial for row in best}
        # another engine or processor moves a trial, and not far
        apart = [abs(one.test - rows[variant, one.trial].test_nll) for one in kept]
        assert np.median(apart) < 0.03 and max(apart) < 0.3


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"trials": [{"variant": "V"}]}'])
def test_another_file_is_named(tmp_path, text):
    (tmp_path / "other.json").write_text(text)
    with pytest.raises(ValueError, match=r"other\.json holds no trials without their memory"):
        memory.read(tmp_path / "other.json")
