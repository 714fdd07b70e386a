"""The file of results: what is written is read again, and no accident costs a finished row."""

import math
import subprocess
import sys
import textwrap

import pytest

from course_lib.odyssey import rows
from tests.odyssey.small import made_up

LOST = made_up("NOAF", 2, status="diverged", epochs=3, val=math.nan, test=math.nan)


def written(path, *these):
    with rows.open_to_append(path) as file:
        for row in these:
            rows.append(file, row)


def test_rows_come_back_as_they_went(tmp_path):
    path = tmp_path / "results.csv"
    written(path, made_up(), made_up("CIFG", 3, val=8.123456))
    assert rows.read(path) == [made_up(), made_up("CIFG", 3, val=8.123456)]
    assert path.read_text().splitlines()[0] == (
        "variant,trial,hidden,lr,momentum,noise,status,epochs,val_nll,test_nll,seconds,"
        "engine,versions"
    )


def test_a_diverged_trial_has_no_figures(tmp_path):
    path = tmp_path / "results.csv"
    written(path, LOST)
    assert ",diverged,3,,,5.00" in path.read_text()
    (back,) = rows.read(path)
    assert math.isnan(back.val_nll) and math.isnan(back.test_nll) and back.epochs == 3


def test_a_cut_off_last_line_is_dropped_and_written_over(tmp_path):
    path, last = tmp_path / "results.csv", rows.line(made_up(trial=2))
    for kept in range(len(last)):
        path.write_bytes((rows.HEADER + rows.line(made_up(trial=1)) + last[:kept]).encode())
        assert rows.read(path) == [made_up(trial=1)], kept
        written(path, made_up(trial=3))
        assert rows.read(path) == [made_up(trial=1), made_up(trial=3)], kept


@pytest.mark.parametrize("size", [0, 1, 20])
def test_a_file_cut_off_within_its_header_is_begun_again(tmp_path, size):
    path = tmp_path / "results.csv"
    path.write_bytes(rows.HEADER.encode()[:size])
    written(path, made_up())
    assert rows.read(path) == [made_up()]


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda text: text.replace("V,1,50", "V,1,fifty"), "line 2: .*fifty.*Cure: delete"),
        (lambda text: text.replace("V,1,50", "W,1,50"), "line 2: variant: came 'W'"),
        (lambda text: text.replace(",ok,", ",fine,"), "line 2: status: came 'fine'"),
        (lambda text: text.replace("V,1,50,", "V,1,"), "line 2: came 12 cells, expected 13"),
        (lambda text: text.replace("V,1,50", "V,1,"), "line 2: hidden: came '', expected a whole"),
        (lambda text: text.replace("V,1,50", "V,0,50"), "line 2: trial: came 0, expected 1"),
        (lambda text: text.replace("V,1,50", "V,1,5000"), "hidden: came 5000, expected 20 to 200"),
        (lambda text: text.replace(",0.001,", ",10,"), "lr: came 10.0, expected 1e-06 to 0.01"),
        (lambda text: text.replace(",0.001,", ",,"), "lr: came nan, expected 1e-06 to 0.01"),
        (lambda text: text.replace(",9.000000,", ",,"), "val_nll: came nan, expected a figure"),
        (lambda text: text.replace(",9.100000,", ",inf,"), "test_nll: came inf, expected a figure"),
        (lambda text: text.replace(",ok,", ",diverged,"), "val_nll: came 9.0, expected nothing"),
        (lambda text: text + text.splitlines()[1] + "\n", "line 3: V 1 stands in the file twice"),
        (lambda text: "a,b\n1,2\n", "holds no results of a study"),
    ],
)
def test_a_damaged_file_is_named_with_the_line_and_the_cure(tmp_path, spoil, says):
    path = tmp_path / "results.csv"
    written(path, made_up())
    path.write_text(spoil(path.read_text()))
    with pytest.raises(ValueError, match=says):
        rows.read(path)


@pytest.mark.parametrize(
    ("save", "says"),
    [
        (lambda text: "\ufeff" + text, "a byte-order mark"),
        (lambda text: text.replace("\n", "\r\n"), "Windows line ends"),
        (lambda text: text.replace(",", ";"), "semicolons"),
        (lambda text: '"' + text.replace("\n", '"\n"').replace(",", '","')[:-1], "quotes"),
        (lambda text: text.replace(",", ", "), "other spaces"),
        (
            lambda text: "\ufeff" + text.replace(",", ";").replace("\n", "\r\n"),
            "a byte-order mark, semicolons, Windows line ends",
        ),
    ],
)
def test_a_file_that_a_spreadsheet_saved_is_told_from_ours(tmp_path, save, says):
    """On the screen the two may look the same."""
    path = tmp_path / "results.csv"
    written(path, made_up())
    changed = save(path.read_text()).encode()
    path.write_bytes(changed)
    for use in (rows.read, rows.open_to_append):
        with pytest.raises(ValueError, match=rf"saved it anew \(came {says}\).*Cure: the file as"):
            use(path)
    assert path.read_bytes() == changed


def test_a_file_of_an_earlier_edition_says_what_it_lacks(tmp_path):
    path = tmp_path / "results.csv"
    lines = (rows.HEADER + rows.line(made_up())).splitlines()
    path.write_text("".join(",".join(line.split(",")[:-2]) + "\n" for line in lines))
    with pytest.raises(ValueError, match="earlier edition of the course, without engine, versions"):
        rows.read(path)


@pytest.mark.parametrize("name", ["run.1", "run.2", "study.json", "results", "results.CSV", ".csv"])
def test_results_lie_in_a_csv_so_that_no_two_share_a_json(tmp_path, name):
    for use in (rows.read, rows.open_to_append):
        with pytest.raises(ValueError, match=r"expected a file name that ends in \.csv"):
            use(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        rows.read(tmp_path / "none.csv")


@pytest.mark.skipif(sys.platform == "win32", reason="no such lock on Windows")
def test_two_runs_cannot_write_one_file(tmp_path):
    path = tmp_path / "results.csv"
    with (
        rows.open_to_append(path),
        pytest.raises(BlockingIOError, match="another run of this study"),
    ):
        rows.open_to_append(path)
    written(path, made_up())  # the first has let go


@pytest.mark.skipif(sys.platform == "win32", reason="no resource limits on Windows")
def test_where_the_disk_is_full_the_rows_so_far_stay(tmp_path):
    """A limit on the file's size stands in for the disk: the write fails in the same way."""
    script = """
        import resource, signal, sys
        from course_lib.odyssey import rows
        from tests.odyssey.small import made_up
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        with rows.open_to_append(sys.argv[1]) as file:
            rows.append(file, made_up(trial=1))
            whole = len(rows.HEADER) + len(rows.line(made_up(trial=1)))
            resource.setrlimit(resource.RLIMIT_FSIZE, (whole + 10, whole + 10))
            try:
                rows.append(file, made_up(trial=2))
            except OSError as error:
                print("refused:", error)
    """
    path = tmp_path / "results.csv"
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(path)], capture_output=True, text=True
    )
    assert "refused:" in done.stdout, done.stderr
    assert rows.read(path) == [made_up(trial=1)]
    assert path.read_text().endswith("\n")


def test_sorting_keeps_every_row_and_leaves_nothing_beside(tmp_path):
    path = tmp_path / "results.csv"
    mixed = [made_up("NP", 2), made_up("V", 10), made_up("NP", 1), made_up("V", 9)]
    written(path, *mixed)
    rows.write_sorted(path, mixed)
    assert [row[:2] for row in rows.read(path)] == [("V", 9), ("V", 10), ("NP", 1), ("NP", 2)]
    assert [file.name for file in tmp_path.iterdir()] == ["results.csv"]


def test_an_even_comparison_ends_where_a_variant_lacks_a_trial():
    whole = [made_up(name, trial) for trial in (1, 2, 3) for name in ("V", "NP")]
    assert rows.abreast(whole) == whole
    assert rows.abreast(whole[:-1]) == whole[:4]
    assert rows.abreast([row for row in whole if row[:2] != ("NP", 2)]) == whole[:2]
    assert rows.abreast(whole[2:]) == [] == rows.abreast([])


def test_a_row_as_stored_is_what_the_file_gives_back(tmp_path):
    path = tmp_path / "results.csv"
    exact = made_up(lr=0.00123456789, val=8.123456789)
    written(path, exact)
    assert rows.read(path) == [rows.as_stored(exact)] != [exact]
