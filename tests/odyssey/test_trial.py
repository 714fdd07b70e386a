"""A trial is a pure function, drawn as the paper says and trained as the protocol says."""

import math
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from course_lib.cells import CELLS
from course_lib.learning.network import Network
from course_lib.learning.training import train
from course_lib.odyssey import PROTOCOLS, VARIANTS, repeat, run_trial
from course_lib.odyssey.protocols import Protocol
from course_lib.odyssey.trial import HUGE, NoisySequences, draw, generator_of
from tests.odyssey.small import made_up, music

SHORT = Protocol(batch_size=4, epochs=3, patience=2)


def test_the_variants_are_the_papers_nine():
    assert list(VARIANTS) == ["V", "CIFG", "FGR", "NP", "NOG", "NIAF", "NIG", "NFG", "NOAF"]
    assert CELLS[VARIANTS["V"]].peeking() == ("i", "f", "o")
    assert CELLS[VARIANTS["NP"]].peeking() == ()
    assert CELLS[VARIANTS["CIFG"]].peeking() == ("i", "o")


def test_protocols_are_as_written_down():
    assert PROTOCOLS["paper"] == Protocol(1, 150, 15)
    assert PROTOCOLS["quick"] == Protocol(16, 40, 10)


def test_draws_fill_the_papers_ranges_evenly_on_their_scales():
    drawn = [draw(generator_of("V", trial, 2015)) for trial in range(1, 2001)]
    scales = {
        "hidden": np.log([d.hidden for d in drawn]),
        "lr": np.log10([d.lr for d in drawn]),
        "momentum": np.log10([1 - d.momentum for d in drawn]),
        "noise": np.array([d.noise for d in drawn]),
    }
    ranges = {"hidden": (np.log(20), np.log(200)), "lr": (-6, -2), "momentum": (-2, 0)}
    for name, (low, high) in {**ranges, "noise": (0, 1)}.items():
        at = (scales[name] - low) / (high - low)
        assert at.min() > -0.02 and at.max() < 1.02  # a half unit of rounding in `hidden`
        assert np.allclose(np.quantile(at, [0.1, 0.5, 0.9]), [0.1, 0.5, 0.9], atol=0.04)


def test_a_draw_depends_on_variant_number_and_seed_alone():
    assert draw(generator_of("NP", 7, 1)) == draw(generator_of("NP", 7, 1))
    others = [("V", 7, 1), ("NP", 8, 1), ("NP", 7, 2)]
    assert len({draw(generator_of(*one)) for one in [("NP", 7, 1), *others]}) == 4


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_same_trial_gives_the_same_row(variant):
    first, second = (
        run_trial(variant, 3, seed=1, task=music(), protocol=SHORT)._replace(seconds=0)
        for _ in range(2)
    )
    assert str(first) == str(second)  # NaN and all
    assert first.epochs <= SHORT.epochs


def test_all_weights_start_from_a_normal_of_a_tenth_whatever_the_variant(monkeypatch):
    seen: dict = {}

    def look(net, *_, **options):
        seen.update(net.params, reduction=net.reduction, **options)
        raise InterruptedError

    monkeypatch.setattr("course_lib.odyssey.trial.train", look)
    with pytest.raises(InterruptedError):
        run_trial("V", 1, seed=0, task=music(), protocol=SHORT)
    assert seen.pop("reduction") == "sum"
    assert seen.pop("clip") is None
    arrays = [value for value in seen.values() if isinstance(value, np.ndarray)]
    weights = np.concatenate([array.ravel() for array in arrays])
    assert abs(weights.mean()) < 0.005
    assert abs(weights.std() - 0.1) < 0.005
    biases = seen["b"].reshape(4, -1)
    assert abs(biases.mean(axis=1)).max() < 0.08  # no forget bias of 1


def test_a_trial_is_what_a_plain_loop_makes_of_it():
    """The update of the paper, written out: v ← μ v − lr (1 − μ) ∇, looked ahead."""
    task, protocol = music(), Protocol(batch_size=100, epochs=1, patience=2)
    row = run_trial("NP", 2, seed=4, task=task, protocol=protocol)
    rng = generator_of("NP", 2, 4)
    drawn = draw(rng)
    cell = CELLS["lstm"](task.input_size, drawn.hidden, rng=rng)
    net = Network(cell, task.output_size, task.loss, rng=rng, reduction="sum")
    for array in net.params.values():
        array[...] = rng.normal(0, 0.1, array.shape)
    (batch,) = NoisySequences(task, drawn.noise).batches("train", 100, rng)
    _, grads = net.gradients(batch)
    for name, array in net.params.items():
        step = drawn.lr * (1 - drawn.momentum) * grads[name]
        array -= drawn.momentum * step + step
    assert row.val_nll == pytest.approx(task.evaluate(net, "validation")[0], rel=1e-5)
    assert row.test_nll == pytest.approx(task.evaluate(net, "test")[0], rel=1e-5)


def test_a_loss_beyond_all_bounds_is_recorded_as_diverged():
    wild = repeat(0, made_up("NOAF", lr=3.0), task=music(), protocol=SHORT)
    assert wild.status == "diverged"
    assert math.isnan(wild.val_nll) and math.isnan(wild.test_nll)
    tame = repeat(0, made_up("NOAF", lr=1e-5), task=music(), protocol=SHORT)
    assert tame.status == "ok" and tame.val_nll < HUGE


def test_repeating_keeps_the_hyperparameters_and_changes_the_luck():
    row = made_up("NP")
    first, second = (repeat(seed, row, task=music(), protocol=SHORT) for seed in (0, 1))
    assert first[:6] == second[:6] == row[:6]
    assert first.val_nll != second.val_nll


def test_a_minibatch_holds_every_piece_once_and_little_padding():
    task = music()
    noisy = NoisySequences(task, 0.0)
    batches = list(noisy.batches("train", 4, np.random.default_rng(0)))
    frames = sum(float(np.ones(b.x.shape[:2]).sum() if b.mask is None else b.mask.sum())
                 for b in batches)  # fmt: skip
    assert frames == sum(len(example.x) for example in task.split("train"))
    slots = sum(b.x.shape[0] * b.x.shape[1] for b in batches)
    plain = sum(b.x.shape[0] * b.x.shape[1] for b in task.batches("train", 4))
    assert frames <= slots < plain


def test_noise_is_on_the_training_input_alone():
    task = music()
    noisy = NoisySequences(task, 0.5)
    (batch,) = noisy.batches("train", 100, np.random.default_rng(0))
    (clean,) = NoisySequences(task, 0.0).batches("train", 100, np.random.default_rng(0))
    assert abs((batch.x - clean.x).std() - 0.5) < 0.02
    assert np.array_equal(batch.target, clean.target)
    for split in ("validation", "test"):
        (heard,) = noisy.batches(split, 100)
        assert set(np.unique(heard.x)) <= {0, 1}


def test_patience_and_epochs_are_the_protocols(monkeypatch):
    seen = {}

    def look(*args, **options):
        seen.update(options)
        return train(*args, **options)

    monkeypatch.setattr("course_lib.odyssey.trial.train", look)
    run_trial("NP", 1, seed=0, task=music(), protocol=SHORT)
    assert (seen["batch_size"], seen["epochs"], seen["patience"]) == SHORT


SCRIPT = """
    import os, signal, sys
    from course_lib.odyssey import PROTOCOLS, run_trial
    from tests.odyssey.small import music

    class CtrlC:
        def find_spec(self, name, path, target=None):
            if name == sys.argv[1]:
                os.kill(os.getpid(), signal.SIGINT)

    task = music()
    sys.meta_path.insert(0, CtrlC())
    try:
        run_trial("NP", 1, seed=0, task=task, protocol=PROTOCOLS["quick"])
    except KeyboardInterrupt:
        print("interrupted")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")
@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize("name", ["threadpoolctl", "tqdm.std"])
def test_ctrl_c_while_the_first_trial_imports_is_an_interruption(name):
    words = [sys.executable, "-c", textwrap.dedent(SCRIPT), name]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120)
    assert done.stdout == "interrupted\n", done.stderr


@pytest.mark.parametrize("seed", [-1, 1.0, None])
def test_a_bad_seed_is_named(seed):
    for use in (
        lambda: run_trial("V", 1, seed=seed, task=music(), protocol=SHORT),
        lambda: repeat(seed, made_up(), task=music(), protocol=SHORT),
    ):
        with pytest.raises((TypeError, ValueError), match="seed: came"):
            use()


@pytest.mark.parametrize(
    ("variant", "trial", "error", "says"),
    [
        ("lstm", 1, ValueError, "variant: came 'lstm', expected one of V, CIFG"),
        ("V", 0, ValueError, "trial: came 0, expected 1 or more"),
        ("V", 1.5, TypeError, "trial: came float, expected a whole number"),
    ],
)
def test_bad_arguments_are_named(variant, trial, error, says):
    with pytest.raises(error, match=says):
        run_trial(variant, trial, seed=0, task=music(), protocol=SHORT)
