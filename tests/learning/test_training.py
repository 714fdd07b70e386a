"""Training ends well however it ends: with its best parameters, and a history that says why."""

import math
import re
import signal
import sys
import threading
from itertools import count

import numpy as np
import pytest

from course_lib.cells import LSTM, RNN
from course_lib.learning import training
from course_lib.learning.history import FIELDS, History
from course_lib.learning.losses import SquaredError
from course_lib.learning.network import Batch, Network
from course_lib.learning.optim import Adam, Nesterov
from course_lib.learning.training import train


class RunningMean:
    """A tiny task: say the mean of the inputs so far. Success is the mean absolute error."""

    name, measure, better = "running mean", "mean absolute error", "lower"
    input_size, output_size, loss = 2, 1, SquaredError()

    def __init__(self, pieces=24):
        rng = np.random.default_rng(5)
        self.pieces = {}
        for split, n in (("train", pieces), ("validation", 10), ("test", 10)):
            lengths = rng.integers(3, 7, size=n)
            self.pieces[split] = [rng.normal(size=(t, 2)) for t in lengths]

    def batches(self, split, size, rng=None):
        pieces = self.pieces[split]
        order = np.arange(len(pieces)) if rng is None else rng.permutation(len(pieces))
        for start in range(0, len(order), size):
            chosen = [pieces[j] for j in order[start : start + size]]
            T = max(len(piece) for piece in chosen)
            x, target = np.zeros((T, len(chosen), 2)), np.zeros((T, len(chosen), 1))
            mask = np.zeros((T, len(chosen)))
            for j, piece in enumerate(chosen):
                n = len(piece)
                x[:n, j], mask[:n, j] = piece, 1
                target[:n, j, 0] = piece.mean(axis=1).cumsum() / np.arange(1, n + 1)
            yield Batch(x, target, mask)

    def evaluate(self, net, split):
        total = frames = error = 0.0
        for batch in self.batches(split, 8):
            loss, n = net.totals(batch)
            a, _ = net.outputs(batch.x)
            error += float((np.abs(a - batch.target)[..., 0] * batch.mask).sum())
            total, frames = total + loss, frames + n
        return total / frames, error / frames


class Scripted(RunningMean):
    """The same, with validation figures from a list; infinity, NaN and exceptions among them."""

    def __init__(self, figures, better="lower"):
        super().__init__()
        self.figures, self.better, self.seen = iter(figures), better, []

    def evaluate(self, net, split):
        assert split == "validation"
        figure = next(self.figures)
        if isinstance(figure, type):
            raise figure
        self.seen.append({name: array.copy() for name, array in net.params.items()})
        loss, success = figure if isinstance(figure, tuple) else (figure, -figure)
        return loss, success


def network(seed=0, **options):
    rng = np.random.default_rng(seed)
    cell = LSTM(2, 5, rng=rng, dtype=np.float64)
    return Network(cell, 1, SquaredError(), rng=rng, **options)


def copies(net):
    return {name: array.copy() for name, array in net.params.items()}


def assert_same(params, expected):
    for name in expected:
        np.testing.assert_array_equal(params[name], expected[name])


def quiet(net, task, **options):
    options.setdefault("rng", np.random.default_rng(1))
    return train(net, task, progress=False, **options)


@pytest.mark.parametrize("make", [lambda: Adam(0.02), lambda: Nesterov(0.3)], ids=["adam", "nag"])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_it_learns_and_keeps_the_best(make, reduction):
    task, net = RunningMean(), network(reduction=reduction)
    arrays = dict(net.params)
    before, _ = task.evaluate(net, "validation")
    history = quiet(net, task, epochs=30, batch_size=6, optimizer=make())
    assert history.stopped == "epochs"
    assert [row["epoch"] for row in history.rows] == list(range(1, 31))
    assert history.best["validation_loss"] == min(history.series("validation_loss"))
    assert history.best["validation_loss"] < before / 3
    assert task.evaluate(net, "validation")[0] == history.best["validation_loss"]
    assert all(net.params[name] is array for name, array in arrays.items())
    assert (np.diff(history.series("seconds")) > 0).all()


def test_figures_of_a_row():
    """train_loss is a frame's mean, whatever the reduction; grad_norm is that before clipping."""
    task = RunningMean()
    for reduction in ("mean", "sum"):
        net = network(reduction=reduction)
        loss, norms = [0.0, 0.0], []
        for batch in task.batches("train", 5, np.random.default_rng(1)):
            loss = [sum(pair) for pair in zip(loss, net.totals(batch), strict=True)]
            _, grads = net.gradients(batch)
            norms.append(math.sqrt(sum((g**2).sum() for g in grads.values())))
        # steps too small to change a figure, so that one pass says all
        still = Adam(lr=1e-12)
        history = quiet(net, task, epochs=1, batch_size=5, optimizer=still, clip=0.01)
        row = history.rows[0]
        assert tuple(row) == FIELDS
        assert row["train_loss"] == pytest.approx(loss[0] / loss[1])
        assert row["grad_norm"] == pytest.approx(np.mean(norms))
        assert (row["validation_loss"], row["success"]) == task.evaluate(net, "validation")


def test_the_same_seed_gives_the_same_network():
    nets = [network() for _ in range(2)]
    for net in nets:
        quiet(net, RunningMean(), epochs=3)
    assert_same(nets[0].params, nets[1].params)


def test_clip_bounds_the_step_and_none_does_not():
    """With momentum 0 a step is lr times the gradient."""
    moved = {}
    for clip in (None, 1e-3):
        net = network()
        before = copies(net)
        optimizer = Nesterov(0.1, momentum=0.0)
        history = quiet(net, RunningMean(), epochs=1, batch_size=24, optimizer=optimizer, clip=clip)
        square = sum(((net.params[name] - before[name]) ** 2).sum() for name in before)
        moved[clip] = math.sqrt(square)
    assert moved[None] == pytest.approx(0.1 * history.rows[0]["grad_norm"])
    assert moved[1e-3] == pytest.approx(0.1 * 1e-3)


def test_best_parameters_come_back():
    task, net = Scripted([3.0, 1.0, 2.0, 1.0, 4.0]), network()
    history = quiet(net, task, epochs=5)
    assert history.stopped == "epochs"
    assert history.best is history.rows[1]  # the first of two that are equal
    assert_same(net.params, task.seen[1])
    assert np.abs(task.seen[4]["W"] - task.seen[1]["W"]).max() > 0
    assert "epoch 2" in history.message


def test_patience():
    task, net = Scripted([3.0, 1.0, 2.0, 1.5, 1.2, 0.5]), network()
    history = quiet(net, task, epochs=6, patience=3)
    assert (history.stopped, len(history.rows)) == ("patience", 5)
    assert_same(net.params, task.seen[1])


def test_patience_starts_again_after_a_better_epoch():
    task = Scripted([3.0, 4.0, 2.0, 4.0, 1.0, 4.0])
    assert quiet(network(), task, epochs=6, patience=2).stopped == "epochs"


@pytest.mark.parametrize(
    "better, target, epochs", [("higher", 0.8, 3), ("lower", 0.8, 1), ("lower", 0.2, 2)]
)
def test_target_stops_in_the_tasks_direction(better, target, epochs):
    figures = [(3.0, 0.7), (2.0, 0.2), (1.0, 0.8), (0.5, 0.1)]
    history = quiet(network(), Scripted(figures, better), epochs=4, target=target)
    assert (history.stopped, len(history.rows)) == ("target", epochs)


def test_the_epoch_that_reached_the_target_is_kept():
    task, net = Scripted([(1.0, 0.7), (2.0, 0.9)], "higher"), network()
    history = quiet(net, task, epochs=4, target=0.8)
    assert history.best == history.rows[1]
    assert_same(net.params, task.seen[1])


def test_target_missed():
    task = Scripted([(2.0, 0.1), (1.0, 0.2)], "higher")
    assert quiet(network(), task, epochs=2, target=0.9).stopped == "epochs"


# divergence


@pytest.mark.parametrize("figure", [math.nan, math.inf])
def test_a_validation_loss_that_is_no_number(figure):
    task, net = Scripted([2.0, 1.0, figure]), network()
    history = quiet(net, task, epochs=9)
    assert (history.stopped, len(history.rows)) == ("diverged", 2)
    assert "epoch 3" in history.message
    assert "smaller learning rate" in history.message
    assert "clip" in history.message
    assert_same(net.params, task.seen[1])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_step_far_too_large_diverges_in_words_without_warnings(dtype):
    rng = np.random.default_rng(0)
    net = Network(RNN(2, 5, rng=rng, dtype=dtype), 1, SquaredError(), rng=rng)
    before = copies(net)
    history = quiet(net, RunningMean(), clip=None, optimizer=Nesterov(1e30), epochs=50)
    assert history.stopped == "diverged"
    assert f"Diverged in epoch {len(history.rows) + 1}: the" in history.message
    assert all(np.isfinite(array).all() for array in net.params.values())
    if history.best is None:
        assert_same(net.params, before)


def test_gradients_that_are_no_numbers(monkeypatch):
    net = network()
    before = copies(net)

    def broken(batch):
        return 1.0, {name: np.full_like(array, np.nan) for name, array in net.params.items()}

    monkeypatch.setattr(net, "gradients", broken)
    history = quiet(net, RunningMean())
    assert history.stopped == "diverged"
    assert history.best is None
    assert "norm of the gradients became nan" in history.message
    assert "what they were before" in history.message
    assert_same(net.params, before)


def test_data_that_holds_nan_is_an_error_not_a_divergence():
    task, net = RunningMean(), network()
    before = copies(net)
    task.pieces["train"][7][1, 0] = np.nan
    with pytest.raises(ValueError, match="NaN or infinity, expected finite numbers"):
        quiet(net, task)
    assert_same(net.params, before)


# Ctrl-C


def test_interrupted_while_validating():
    task, net = Scripted([2.0, 1.0, 3.0, KeyboardInterrupt]), network()
    history = quiet(net, task, epochs=9)
    assert (history.stopped, len(history.rows)) == ("interrupted", 3)
    assert_same(net.params, task.seen[1])
    assert "Interrupted" in history.message


def test_interrupted_before_the_first_validation():
    task, net = Scripted([KeyboardInterrupt]), network()
    before = copies(net)
    history = quiet(net, task)
    assert (history.stopped, history.best, history.rows) == ("interrupted", None, [])
    assert "what they were before" in history.message
    assert_same(net.params, before)


def test_interrupted_while_the_engine_is_made_ready(monkeypatch):
    def compiling(*given):
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "_engine", compiling)
    net = network()
    before = copies(net)
    history = quiet(net, Scripted([1.0]))
    assert (history.stopped, history.rows, net.engine) == ("interrupted", [], "numpy")
    assert_same(net.params, before)


def test_interrupted_by_a_listener():
    def stop(history):
        if len(history.rows) == 2:
            raise KeyboardInterrupt

    task, net = Scripted([1.0, 2.0, 3.0]), network()
    history = quiet(net, task, on_epoch=stop)
    assert (history.stopped, len(history.rows)) == ("interrupted", 2)
    assert_same(net.params, task.seen[0])


@pytest.mark.skipif(sys.platform == "win32", reason="sends a POSIX signal")
@pytest.mark.usefixtures("ctrl_c")
def test_a_real_ctrl_c_from_outside():
    task, net = RunningMean(), network()
    timers: list[threading.Timer] = []

    def begin(_):  # not before an epoch is kept, however slow the machine
        if not timers:
            timers.append(threading.Timer(0.3, signal.raise_signal, [signal.SIGINT]))
            timers[0].start()

    history = quiet(net, task, epochs=10**6, on_epoch=begin)
    timers[0].join()
    assert history.stopped == "interrupted"
    assert history.rows
    assert task.evaluate(net, "validation")[0] == history.best["validation_loss"]


def interrupt_at(moment, deep):
    """Raise Ctrl-C at that line of train's loop; deep: lines of what it calls here count too."""
    seen = count()
    lines = {training.__file__, sys.modules["course_lib.learning.optim"].__file__, __file__}

    def tracer(frame, event, _):
        if frame.f_code.co_filename not in lines:
            return None
        if not deep and event == "line" and frame.f_code is not train.__code__:
            return None
        inside = frame
        while inside is not None and inside.f_code is not train.__code__:
            inside = inside.f_back
        looping = inside is not None and LOOP <= inside.f_lineno < LOOP_END
        if event == "line" and looping and next(seen) == moment:
            sys.settrace(None)
            raise KeyboardInterrupt
        return tracer

    return tracer


def lines_of_train():
    """The line numbers of train's `with`, and of the first `except` after it."""
    first = train.__code__.co_firstlineno
    with open(training.__file__, encoding="utf-8") as file:
        source = file.read().splitlines()
    start = next(
        n for n in range(first, len(source)) if source[n].startswith("        with _one_thread")
    )
    end = next(n for n in range(start, len(source)) if source[n].startswith("    except"))
    return start + 1, end + 1


LOOP, LOOP_END = lines_of_train()


@pytest.mark.parametrize("deep, step", [(False, 1), (True, 7)])
def test_interrupted_at_any_line(deep, step):
    """Wherever Ctrl-C strikes, the network ends with the parameters of history.best."""
    task = RunningMean(pieces=4)
    outcomes = set()
    for moment in count(step=step):
        net = network()
        before = task.evaluate(net, "validation")[0]
        old = sys.gettrace()
        sys.settrace(interrupt_at(moment, deep))
        try:
            history = quiet(net, task, epochs=3, batch_size=2, optimizer=Nesterov(0.5))
        finally:
            sys.settrace(old)
        best = before if history.best is None else history.best["validation_loss"]
        assert task.evaluate(net, "validation")[0] == best
        outcomes.add((history.stopped, len(history.rows)))
        if history.stopped == "epochs":  # the run was over before the moment came
            break
    assert outcomes == {("interrupted", n) for n in range(4)} | {("epochs", 3)}


def test_any_other_error_leaves_the_best_too():
    task, net = Scripted([2.0, 1.0, 3.0, RuntimeError]), network()
    with pytest.raises(RuntimeError):
        quiet(net, task, epochs=9)
    assert_same(net.params, task.seen[1])


# what is told


def test_on_epoch_hears_of_every_epoch():
    heard = []
    history = quiet(
        network(),
        Scripted([2.0, 1.0, 3.0]),
        epochs=3,
        on_epoch=lambda h: heard.append((len(h.rows), h.best["epoch"], h.stopped)),
    )
    assert heard == [(1, 1, None), (2, 2, None), (3, 2, None)]
    assert history.stopped == "epochs"


def test_history_prints_in_one_line():
    history = quiet(network(), Scripted([2.0, 1.0, 3.0]), epochs=3)
    expected = "History(3 epochs; best: epoch 2, validation loss 1, success -1; stopped: epochs)"
    assert repr(history) == expected
    assert repr(History()) == "History(0 epochs; best: none; stopped: None)"


def test_series():
    history = quiet(network(), Scripted([2.0, 1.0, 3.0]), epochs=3)
    assert history.series("validation_loss").tolist() == [2.0, 1.0, 3.0]
    assert all(history.series(name).shape == (3,) for name in FIELDS)
    assert History().series("success").shape == (0,)
    with pytest.raises(ValueError, match="name: came 'loss', expected one of epoch, train_loss"):
        history.series("loss")


def test_the_bar_shows_epoch_losses_and_success(capsys):
    train(network(), Scripted([2.0, 0.25, 3.0]), epochs=3)
    shown = capsys.readouterr().err
    assert "running mean" in shown
    assert "3/3" in shown
    assert re.search(r"loss=[\d.]+, validation=3, error=-3", shown)
    quiet(network(), Scripted([2.0]), epochs=1)
    assert capsys.readouterr().err == ""


def test_an_optimiser_of_another_network_is_refused_and_its_own_goes_on():
    adam, first, second = Adam(0.01), network(), network()
    quiet(first, RunningMean(), epochs=1, optimizer=adam)
    before, steps = copies(second), adam.steps
    with pytest.raises(ValueError, match="optimiser of their own"):
        quiet(second, RunningMean(), epochs=1, optimizer=adam)
    assert_same(second.params, before)
    assert adam.steps == steps
    quiet(first, RunningMean(), epochs=1, optimizer=adam)
    assert adam.steps == 2 * steps


@pytest.mark.parametrize(
    "options, error, words",
    [
        ({"epochs": 0}, ValueError, "epochs: came 0"),
        ({"epochs": 2.0}, TypeError, "epochs: came float"),
        ({"batch_size": -1}, ValueError, "batch_size"),
        ({"optimizer": "adam"}, TypeError, "optimizer: came 'adam'"),
        ({"optimizer": Adam}, TypeError, "optimizer"),
        ({"clip": 0}, ValueError, "clip: came 0"),
        ({"clip": "yes"}, TypeError, "clip"),
        ({"patience": 0}, ValueError, "patience"),
        ({"target": math.nan}, ValueError, "target"),
        ({"target": "all"}, TypeError, "target"),
        ({"rng": 3}, TypeError, "rng: came 3"),
        ({"on_epoch": 3}, TypeError, "on_epoch: came 3"),
    ],
)
def test_wrong_options_are_named(options, error, words):
    net = network()
    before = copies(net)
    with pytest.raises(error, match=words):
        quiet(net, RunningMean(), **options)
    assert_same(net.params, before)


def test_a_task_and_a_network_must_fit():
    task = RunningMean()
    with pytest.raises(TypeError, match="net: came LSTM, expected a Network"):
        quiet(LSTM(2, 5), task)
    with pytest.raises(TypeError, match=r"task: .*without name"):
        quiet(network(), [1, 2])
    with pytest.raises(ValueError, match=r"net: came .*3, 1.*expected .*2, 1.* running mean"):
        quiet(Network(LSTM(3, 5), 1, SquaredError()), task)
    task.better = "more"
    with pytest.raises(ValueError, match=r"task\.better: came 'more'"):
        quiet(network(), task)


def test_a_task_without_training_data_is_an_error():
    with pytest.raises(ValueError, match="no training frame from running mean"):
        quiet(network(), RunningMean(pieces=0))
