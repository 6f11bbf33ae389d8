"""scripts/say sets itself up once, says so on standard error only, and is then out of the way.

A stand-in for Python makes the virtual environment and plays pip, so that nothing is downloaded.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BASH = shutil.which("bash") or "/bin/bash"
TOOLS = ("bash", "cat", "cksum", "env", "flock", "id", "mv", "readlink", "rm", "uname", "sleep", "touch", "mkdir", "cp")

# `python3` of the machine: right version, makes a virtual environment whose python is this file again.
PYTHON = r"""#!/bin/bash
log() { echo "$*" >>"$FAKE/log"; }
case "$*" in
  "-c import sys; sys.exit(not (3, 11)"*) exit "${FAKE_VERSION_STATUS:-0}" ;;
  "-c pass") exit 0 ;;
  "-c import sys; print(sys._base"*) echo "$FAKE/bin/python3" ;;
  "-c import sys; print(\"python"*) echo python3.11-venv ;;
  "-c import ctypes"*) exit 0 ;;
  --version) echo "Python 3.11.0" ;;
  "-m venv"*)
    log venv
    mkdir -p "${!#}/bin" && cp "$0" "${!#}/bin/python" ;;
  "-m pip --version") [[ -f $FAKE/has_pip ]] ;;
  "-m ensurepip"*) [[ ! -f $FAKE/no_ensurepip ]] && touch "$FAKE/has_pip" ;;
  "-m pip --python"*) [[ -f $FAKE/outer_pip ]] && log outer pip && touch "$FAKE/has_pip" ;;
  "-m pip install"*)
    log pip install
    echo "noise from pip"
    cat >/dev/null
    sleep "${FAKE_PIP_SECONDS:-0}"
    [[ -f $FAKE/pip_fails ]] && { echo "no network" >&2; exit 1; }
    cp "$FAKE/program" "${0%/*}/say" ;;
  *) log "unexpected: $*"; exit 64 ;;
esac
"""
# `say`: shows what it was given, then ends as told.
PROGRAM = r"""#!/bin/bash
printf '<%s>' "$@"
if [[ ${1-} == wait ]]; then echo; exec sleep 60; fi
cat
exit 7
"""
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """Return a folder with a clone in it (spaces in its path), and the tools of a small machine without apt or dpkg."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in TOOLS:
        if found := shutil.which(name):
            (tools / name).symlink_to(found)
    _program(tools / "python3", PYTHON)
    _program(tmp_path / "program", PROGRAM)
    clone = tmp_path / "a clone"
    shutil.copytree(ROOT / "scripts", clone / "scripts")
    for name in ("pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, clone / name)
    return tmp_path


def _program(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def _environment(machine: Path, **more: str) -> dict[str, str]:
    return {"PATH": str(machine / "bin"), "FAKE": str(machine), **more}


@pytest.fixture
def run(machine: Path) -> Run:
    def run(
        *arguments: str, stdin: str = "", script: Path | None = None, **more: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(script or machine / "a clone/scripts/say"), *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            cwd="/",
            env=_environment(machine, **more),
            timeout=50,
        )

    return run


def _log(machine: Path) -> list[str]:
    return (machine / "log").read_text(encoding="utf-8").splitlines()


def test_first_call_sets_up_and_the_second_does_nothing(machine: Path, run: Run) -> None:
    first, second = run("hello"), run("hello")
    assert first.stdout == second.stdout == "<hello>"
    assert first.returncode == second.returncode == 7
    assert "installing into" in first.stderr
    assert second.stderr == ""
    assert _log(machine) == ["venv", "pip install"]


def test_arguments_and_standard_input_reach_the_program_untouched_by_set_up(run: Run) -> None:
    done = run("a b", "", "*", stdin="line 1\nline 2")
    assert done.stdout == "<a b><><*>line 1\nline 2"


def test_a_symbolic_link_from_elsewhere_runs_the_clone(machine: Path, run: Run) -> None:
    link = machine / "bin" / "speak"
    link.symlink_to(machine / "a clone/scripts/say")
    assert run("x", script=link).stdout == "<x>"
    assert (machine / "a clone/.venv").is_dir()


def test_an_empty_home_is_no_trouble(run: Run) -> None:
    assert run("x", HOME="").stdout == "<x>"


def test_changed_constraints_are_installed(machine: Path, run: Run) -> None:
    run()
    with (machine / "a clone/constraints.txt").open("a") as file:
        file.write("# newer\n")
    run()
    assert _log(machine) == ["venv", "pip install", "pip install"]


def test_a_moved_clone_is_set_up_again(machine: Path, run: Run) -> None:
    run()
    (machine / "a clone").rename(machine / "b clone")
    assert run("x", script=machine / "b clone/scripts/say").stdout == "<x>"
    assert _log(machine) == ["venv", "pip install", "pip install"]


def test_a_failed_install_says_what_to_do_and_is_repeated(machine: Path, run: Run) -> None:
    (machine / "pip_fails").touch()
    failed = run("x")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert "no network" in failed.stderr
    assert "run the same command again" in failed.stderr
    (machine / "pip_fails").unlink()
    assert run("x").stdout == "<x>"


def test_an_interrupted_install_is_repeated(machine: Path, run: Run) -> None:
    process = subprocess.Popen(
        [str(machine / "a clone/scripts/say")],
        env=_environment(machine, FAKE_PIP_SECONDS="30"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        assert process.stderr is not None
        while "noise from pip" not in (line := process.stderr.readline()):
            assert line
        os.killpg(process.pid, signal.SIGKILL)
    assert run("x").stdout == "<x>"
    assert _log(machine) == ["venv", "pip install", "pip install"]


def test_two_first_calls_at_once_install_once(machine: Path) -> None:
    calls = [
        subprocess.Popen(
            [str(machine / "a clone/scripts/say"), str(number)],
            env=_environment(machine, FAKE_PIP_SECONDS="0.3"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]
    outputs = [call.communicate(timeout=50)[0] for call in calls]
    assert outputs == ["<0>", "<1>", "<2>", "<3>"]
    assert _log(machine) == ["venv", "pip install"]


def test_signals_reach_the_program_because_it_replaces_the_script(machine: Path, run: Run) -> None:
    run()
    with subprocess.Popen(
        [str(machine / "a clone/scripts/say"), "wait"], env=_environment(machine), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "<wait>\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == -signal.SIGINT


def test_no_python_of_the_right_version_is_said_in_a_sentence(run: Run) -> None:
    done = run("x", FAKE_VERSION_STATUS="1")
    assert done.returncode == 1
    assert "Python 3.11 or 3.12 is needed" in done.stderr
    assert done.stdout == ""


def test_a_missing_python3_venv_is_named_with_the_command(machine: Path, run: Run) -> None:
    (machine / "no_ensurepip").touch()
    done = run("x")
    assert done.returncode == 1
    assert "python3-venv is missing" in done.stderr
    assert "apt-get install python3.11-venv" in done.stderr


def test_without_python3_venv_the_machine_s_own_pip_does(machine: Path, run: Run) -> None:
    (machine / "no_ensurepip").touch()
    (machine / "outer_pip").touch()
    assert run("x").stdout == "<x>"
    assert _log(machine) == ["venv", "outer pip", "pip install"]


def test_missing_debian_packages_are_named_once_and_speech_goes_on(machine: Path, run: Run) -> None:
    _program(machine / "bin/dpkg-query", "#!/bin/bash\nexit 1\n")
    first, second = run("x"), run("x")
    assert "sudo apt-get install libportaudio2 libasound2-plugins" in first.stderr
    assert first.stdout == second.stdout == "<x>"
    assert second.stderr == ""


def test_an_administrator_gets_the_missing_debian_packages_installed(machine: Path, run: Run) -> None:
    _program(machine / "bin/dpkg-query", "#!/bin/bash\n[[ ${!#} == libportaudio2 ]] && echo installed\n")
    _program(machine / "bin/apt-get", '#!/bin/bash\necho "apt-get ${!#}" >>"$FAKE/log"\necho noise\n')
    (machine / "bin/id").unlink()
    _program(machine / "bin/id", "#!/bin/bash\necho 0\n")
    assert run("x").stdout == "<x>"
    assert _log(machine) == ["venv", "pip install", "apt-get libasound2-plugins"]


@pytest.mark.parametrize(
    "script", sorted(filter(Path.is_file, (ROOT / "scripts").iterdir())), ids=lambda path: path.name
)
def test_each_script_parses(script: Path) -> None:
    if script.suffix != ".py":
        subprocess.run([BASH, "-n", str(script)], check=True)
