"""`say --run`: the command is on the terminal as if we were not there, and its status is ours."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from common.messages.control import Status, StatusReport
from tests.fakes.daemon import ROOT, Daemon, eventually
from tests.fakes.pulse import NullSink
from tests.fakes.saying import saying
from tests.fakes.terminal import ShellTerminal
from tests.fakes.tones import followed, tones_of
from tests.fakes.window import Window

SAY = (sys.executable, str(ROOT / "tests" / "fakes" / "noting_say.py"))
QUIET = (*SAY, "--tell", "1h", "--run")
TOLD = (*SAY, "--tell", "0s", "--run")  # always, without a daemon that gets ready meanwhile


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    marker = {name: value for name, value in os.environ.items() if name.startswith("SAY_TEST") or name == "PATH"}
    return {
        **marker,
        **{name: os.environ[name] for name in _marker() if name in os.environ},
        "HOME": str(tmp_path),
        "SAY_HOME": str(tmp_path / "say-home"),
        "PYTHONPATH": str(ROOT),
        "LANG": "C.UTF-8",
        "PS1": "$ ",
    }


def _marker() -> tuple[str, ...]:
    from tests.process_guard import MARKER

    return (MARKER,)


@pytest.fixture
def window(tmp_path: Path, environment: dict[str, str]) -> Callable[..., Window]:
    def open_window(*command: str, **how: object) -> Window:
        return Window(tmp_path, command, environment, **how)  # type: ignore[arg-type]  # passed on as they are

    return open_window


@pytest.fixture
def piped(tmp_path: Path, environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Return a function that runs without any terminal, as cron does."""

    def run(command: Sequence[str], input: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            command, cwd=tmp_path, env=environment, input=input, capture_output=True, timeout=60, start_new_session=True
        )

    return run


def spoken(folder: Path) -> str:
    try:
        return (folder / "spoken").read_text()
    except FileNotFoundError:
        return ""


def python(code: str) -> tuple[str, str, str]:
    return (sys.executable, "-c", code)


# On a terminal


def test_what_the_terminal_is_sent_is_what_it_would_be_sent_without_say(window: Callable[..., Window]) -> None:
    code = "import os,sys; [os.write(1 + i % 2, bytes(range(256)) * 9 + b'\\n\\ttext\\r\\n') for i in range(40)]"
    with window(*python(code)) as alone:
        assert alone.wait() == 0
    with window(*QUIET, *python(code)) as through:
        assert through.wait() == 0
    assert through.shown == alone.shown and len(alone.shown) > 90_000


def test_a_command_that_sets_the_terminal_raw_is_passed_through(window: Callable[..., Window]) -> None:
    code = "import os,tty; tty.setraw(0); os.write(1, b'a\\nb\\n' + bytes(range(256))); os.write(2, b'\\n')"
    with window(*python(code)) as alone:
        assert alone.wait() == 0
    with window(*QUIET, *python(code)) as through:
        assert through.wait() == 0
    assert through.shown == alone.shown == b"a\nb\n" + bytes(range(256)) + b"\n"


def test_the_command_has_a_terminal_on_all_streams_and_a_controlling_one(window: Callable[..., Window]) -> None:
    code = (
        "import os; print([os.isatty(i) for i in (0, 1, 2)], len({os.ttyname(i) for i in (0, 1, 2)}), open('/dev/tty'))"
    )
    with window(*QUIET, *python(code)) as terminal:
        assert terminal.wait() == 0
    assert b"[True, True, True] 1 <" in terminal.shown


def test_the_window_s_size_is_passed_on(window: Callable[..., Window]) -> None:
    code = (
        "import os,signal,sys,threading\n"
        "size = lambda *_: os.write(1, b'%d %d\\n' % os.get_terminal_size())\n"
        "signal.signal(signal.SIGWINCH, size); size()\n"
        "sys.stdin.readline()"
    )
    with window(*QUIET, *python(code), rows=33, columns=77) as terminal:
        terminal.wait_for("77 33")
        terminal.resize(40, 100)
        terminal.wait_for("100 40")
        terminal.resize(41, 101)
        terminal.wait_for("101 41")
        terminal.enter("\n")
        assert terminal.wait() == 0


def test_the_command_reads_the_keyboard(window: Callable[..., Window]) -> None:
    with window(*QUIET, "sh", "-c", 'echo on; read line; echo "got <$line>"') as terminal:
        terminal.wait_for("on\r\n")
        terminal.enter("wrong\x15right\n")  # Ctrl-U takes the line back
        assert terminal.wait() == 0
    assert terminal.shown == b"on\r\nwrong\b \b\b \b\b \b\b \b\b \bright\r\ngot <right>\r\n"


def test_what_was_typed_before_the_command_began_is_shown_once(window: Callable[..., Window]) -> None:
    command = 'read one; echo "<$one>"; read two; echo "<$two>"'
    with window("sh", "-c", f"read go; exec {shlex.join((*QUIET, 'sh', '-c', command))}") as terminal:
        terminal.enter("go\nwhole\npart")
        terminal.wait_for("<whole>")
        terminal.enter("\x7fs\n")  # a line that was begun can still be mended
        assert terminal.wait() == 0
    assert terminal.shown == b"go\r\nwhole\r\npart<whole>\r\n\b \bs\r\n<pars>\r\n"


def test_what_was_typed_where_keys_are_not_shown_stays_unseen(window: Callable[..., Window]) -> None:
    command = 'read line; echo "<$line>"'
    begin = f"stty -echo; echo on; read go; exec {shlex.join((*QUIET, 'sh', '-c', command))}"
    with window("sh", "-c", begin) as terminal:
        terminal.wait_for("on")
        terminal.enter("go\nsecret\n")
        assert terminal.wait() == 0
    assert terminal.shown == b"on\r\n<secret>\r\n"


def test_ctrl_d_ends_what_the_command_reads(window: Callable[..., Window]) -> None:
    with window(*QUIET, "cat") as terminal:
        terminal.enter("a\n")
        terminal.wait_for("a\r\na\r\n")
        terminal.enter("\x04")
        assert terminal.wait() == 0


def test_a_password_that_is_asked_for_on_the_terminal_is_not_shown(window: Callable[..., Window]) -> None:
    with window(*QUIET, *python("import getpass; print('got', len(getpass.getpass('Secret: ')))")) as terminal:
        terminal.wait_for("Secret: ")
        terminal.enter("hunter2\n")
        assert terminal.wait() == 0
    assert b"got 7" in terminal.shown and b"hunter2" not in terminal.shown


def test_a_lot_that_is_pasted_arrives(window: Callable[..., Window]) -> None:
    code = "import sys; print('ready', flush=True); print(sum(len(sys.stdin.readline()) for _ in range(2000)))"
    with window(*QUIET, *python(code)) as terminal:
        terminal.wait_for("ready")
        terminal.enter(("x" * 99 + "\n") * 2000)
        terminal.wait_for("200000")
        assert terminal.wait() == 0


def test_ctrl_c_ends_the_command_and_us_as_it(window: Callable[..., Window]) -> None:
    with window(*QUIET, *python("import time; print('on', flush=True); time.sleep(60)")) as terminal:
        terminal.wait_for("on")
        terminal.enter("\x03")
        assert terminal.wait() == -signal.SIGINT
        assert terminal.settings == terminal.settings_before


def test_a_shell_sees_130_after_ctrl_c_and_the_statuses_of_others(window: Callable[..., Window]) -> None:
    with window("sh") as terminal:
        terminal.enter(f"{shlex.join(QUIET)} sh -c 'echo on; exec sleep 60'\n")
        terminal.wait_for("on\r\n")
        terminal.enter("\x03")
        terminal.wait_for("^C\r\n$ ")
        terminal.enter("echo status $?\n")
        terminal.wait_for("status 130")
        terminal.enter(f"{shlex.join(QUIET)} sh -c 'kill -9 $$'; echo status $?\n")
        terminal.wait_for("status 137")
        terminal.enter(f"{shlex.join(QUIET)} sh -c 'exit 7'; echo status $?\n")
        terminal.wait_for("status 7")
        terminal.enter(f"{shlex.join(QUIET)} nosuch; echo status $?\n")
        terminal.wait_for("say: nosuch: command not found\r\nstatus 127")
        terminal.enter("exit\n")
        assert terminal.wait() == 0


def test_ctrl_c_is_the_command_s_to_handle(window: Callable[..., Window]) -> None:
    with window(*QUIET, "sh", "-c", "trap 'echo caught; exit 3' INT; echo on; read x") as terminal:
        terminal.wait_for("on")
        terminal.enter("\x03")
        assert terminal.wait() == 3
    assert b"caught" in terminal.shown


def test_ctrl_z_stops_both_and_fg_continues_both(
    window: Callable[..., Window], counts: Callable[[int, int], int]
) -> None:
    with window("bash", "--norc", "--noprofile", "-i") as terminal:
        terminal.wait_for("$ ")
        terminal.enter(f"{shlex.join(QUIET)} sh -c 'echo on; read x; echo \"read <$x>\"; exit 5'\n")
        terminal.wait_for("on\r\n")
        for turn in range(counts(3, 20)):
            terminal.enter("\x1a")
            terminal.wait_for("Stopped", turn + 1)
            eventually(lambda: terminal.echoes or b"\x1b[?2004h" in terminal.shown, "the shell has the terminal again")
            terminal.enter(f"echo meanwhile-$(({turn} + 100))\n")
            terminal.wait_for(f"meanwhile-{turn + 100}")
            terminal.enter("fg\n")
            terminal.wait_for("exit 5'\r\n", 2 * turn + 3)
            eventually(lambda: terminal.in_front != terminal.process.pid, "the shell has given the keyboard away")
        terminal.enter("text\n")
        terminal.wait_for("read <text>")
        eventually(lambda: terminal.in_front == terminal.process.pid, "the shell has the keyboard again")
        terminal.enter("exit\n")
        terminal.wait()


def test_where_nobody_could_continue_it_ctrl_z_stops_nothing(window: Callable[..., Window]) -> None:
    with window(*QUIET, "sh", "-c", 'echo on; read x; echo "read <$x>"; exit 6') as terminal:  # without a shell
        terminal.wait_for("on\r\n")
        terminal.enter("\x1atext\n")
        assert terminal.wait() == 6
    assert b"read <text>" in terminal.shown


def test_what_was_begun_in_the_background_reads_the_keyboard_in_the_foreground(window: Callable[..., Window]) -> None:
    with window("bash", "--norc", "--noprofile", "-i") as terminal:
        terminal.wait_for("$ ")
        terminal.enter(f"{shlex.join(QUIET)} sh -c 'echo o''n; read x; echo \"read <$x>\"' &\n")
        terminal.wait_for("on\r")
        terminal.enter("fg\n")
        eventually(lambda: not terminal.echoes and terminal.shown.count(b"noting_say") == 2, "it has the keyboard")
        terminal.enter("text\n")
        terminal.wait_for("read <text>")
        terminal.enter("exit\n")
        terminal.wait()


def test_the_terminal_is_in_order_after_we_were_killed_and_the_command_learns_of_it(
    window: Callable[..., Window], tmp_path: Path
) -> None:
    command = "trap 'echo hung up > end; exit' HUP; echo on; while :; do sleep 0.05; done"
    with window(
        "sh",
        "-c",
        f"{shlex.join(QUIET)} sh -c {shlex.quote(command)} & echo pid $!; fg; sleep 5",
    ) as terminal:
        pass
    with window(*QUIET, "sh", "-c", command) as terminal:
        terminal.wait_for("on")
        assert not terminal.echoes
        terminal.process.kill()
        eventually((tmp_path / "end").exists, "the command was hung up")
        eventually(lambda: terminal.settings == terminal.settings_before, "the terminal is as it was")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_from_outside_reaches_the_command(
    window: Callable[..., Window], number: signal.Signals, tmp_path: Path
) -> None:
    code = f"import signal,sys; signal.signal({int(number)}, lambda n, _: sys.exit(n)); print('on', flush=True); signal.pause()"
    with window(*TOLD, *python(code)) as terminal:
        terminal.wait_for("on")
        terminal.process.send_signal(number)
        assert terminal.wait() == number
        assert terminal.settings == terminal.settings_before
    assert bool(spoken(tmp_path)) == (number == signal.SIGINT)


def test_what_the_command_leaves_behind_does_not_hold_us_up(window: Callable[..., Window]) -> None:
    with window(*QUIET, "sh", "-c", "sleep 100 & echo $!") as terminal:
        assert terminal.wait() == 0  # much sooner
        left = int(terminal.shown)
        os.kill(left, signal.SIGTERM)  # it is still there: nobody hung it up


def test_all_that_was_written_before_the_end_is_shown(
    window: Callable[..., Window], counts: Callable[[int, int], int]
) -> None:
    for _ in range(counts(5, 50)):
        with window(*QUIET, *python("import os; os.write(1, b'x' * 60000 + b'end')")) as terminal:
            assert terminal.wait() == 0
        assert terminal.shown == b"x" * 60000 + b"end"


def test_output_to_a_file_leaves_the_terminal_to_the_command(window: Callable[..., Window], tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as file:
        code = "import os,sys; print(input(), os.isatty(0), os.isatty(1), os.isatty(2)); print('err', file=sys.stderr)"
        with window(*QUIET, *python(code), stdout=file.fileno()) as terminal:
            terminal.enter("typed\n")
            assert terminal.wait() == 0
    assert (tmp_path / "out").read_text() == "typed True False True\n"
    assert terminal.shown == b"typed\r\nerr\r\n"


def test_a_pipeline_into_the_command_keeps_its_terminal(window: Callable[..., Window]) -> None:
    code = "import os; print(input(), os.isatty(1)); print(open('/dev/tty').readline())"
    with window("sh", "-c", f"echo piped | {shlex.join((*QUIET, *python(code)))}") as terminal:
        terminal.wait_for("piped True")
        assert terminal.echoes
        terminal.enter("typed\n")
        assert terminal.wait() == 0
    assert terminal.shown == b"piped True\r\ntyped\r\ntyped\r\n\r\n"


def test_a_pager_at_the_end_of_a_pipeline_gets_its_keys(window: Callable[..., Window]) -> None:
    code = "import os; keys = os.open(os.ttyname(2), os.O_RDONLY); print('on', flush=True); print(os.read(keys, 99))"
    with window("sh", "-c", f"echo piped | {shlex.join((*QUIET, *python(code)))}") as terminal:
        terminal.wait_for("on")
        terminal.enter("q\n")
        terminal.wait_for("b'q")
        assert terminal.wait() == 0


def test_colours_stay_where_input_is_a_file(window: Callable[..., Window], tmp_path: Path) -> None:
    (tmp_path / "in").write_text("input\n")
    code = "import os; print(input(), [os.isatty(i) for i in (0, 1, 2)], os.get_terminal_size(2)); exit(3)"
    with window("sh", "-c", f"{shlex.join((*TOLD, *python(code)))} <in", columns=71) as terminal:
        assert terminal.wait() == 3
    assert terminal.shown == b"input [False, True, True] os.terminal_size(columns=71, lines=24)\r\n"
    assert "last line: input" in spoken(tmp_path)


def test_ctrl_c_reaches_a_command_in_a_pipeline_once(window: Callable[..., Window]) -> None:
    code = (
        "import signal,sys,time\n"
        "signal.signal(signal.SIGINT, lambda *_: print('caught', flush=True)); print('on', flush=True)\n"
        "while time.sleep(0.3) or not (seen := signal.sigpending()): pass"
    )
    code = (
        "import signal,time\nhits = []\nsignal.signal(signal.SIGINT, lambda *_: hits.append(1))\nprint('on', flush=True)\n"
        "while not hits: time.sleep(0.01)\n"
        "time.sleep(0.3); print('hits', len(hits))"
    )
    with window("sh", "-c", f"trap : INT; sleep 60 | {shlex.join((*QUIET, *python(code)))}") as terminal:
        terminal.wait_for("on")
        terminal.enter("\x03")
        terminal.wait_for("hits 1")
        terminal.wait()


# Without a terminal


def test_streams_are_copied_byte_for_byte_each_to_its_own(
    piped: Callable[..., subprocess.CompletedProcess[bytes]],
) -> None:
    data = bytes(range(256)) * 4000
    code = "import sys; d = sys.stdin.buffer.read(); sys.stdout.buffer.write(d); sys.stderr.buffer.write(d[::-1])"
    done = piped((*QUIET, *python(code)), input=data)
    assert (done.returncode, done.stdout, done.stderr) == (0, data, data[::-1])


def test_one_file_for_both_streams_keeps_their_order(tmp_path: Path, environment: dict[str, str]) -> None:
    code = "import os; [os.write(1 + i % 2, b'%d\\n' % i) for i in range(2000)]"
    with (tmp_path / "log").open("wb") as log:
        subprocess.run(
            (*QUIET, *python(code)), cwd=tmp_path, env=environment, stdout=log, stderr=log, timeout=30, check=True
        )
    assert (tmp_path / "log").read_text().split() == [str(each) for each in range(2000)]


@pytest.mark.parametrize(
    ("command", "status"),
    [("exit 0", 0), ("exit 1", 1), ("exit 255", 255), ("kill -TERM $$", 143), ("kill -SEGV $$", 139)],
)
def test_the_status_is_the_command_s(
    piped: Callable[..., subprocess.CompletedProcess[bytes]], command: str, status: int
) -> None:
    assert piped((*QUIET, "sh", "-c", command)).returncode == status


def test_what_cannot_be_run_says_so_and_speaks_nothing(
    piped: Callable[..., subprocess.CompletedProcess[bytes]], tmp_path: Path
) -> None:
    (tmp_path / "data").write_text("x")
    for name, content in (("binary", b"\x7fELF\0\0"), ("script", b"#!/nowhere/interpreter\n")):
        (tmp_path / name).write_bytes(content)
        (tmp_path / name).chmod(0o755)
    for command, status, words in (
        ("nosuch", 127, b"say: nosuch: command not found\n"),
        ("./nosuch", 127, b"say: ./nosuch: no such file\n"),
        ("./data", 126, b"say: ./data: permission denied\n"),
        ("/", 126, b"say: /: it is a directory\n"),
        ("./binary", 126, b"say: ./binary: exec format error\n"),
        ("./script", 127, b"say: ./script: what its first line names is not there\n"),
        ("", 127, b"say: : command not found\n"),
        (
            "make test",
            127,
            (
                b"say: make test: command not found. "
                b"Leave out the quotation marks, or let a shell read them: say --run sh -c '\xe2\x80\xa6'\n"
            ),
        ),
    ):
        done = piped((*TOLD, command))
        assert (done.returncode, done.stdout, done.stderr) == (status, b"", words)
    assert spoken(tmp_path) == ""


def test_a_script_without_a_first_line_is_run_by_the_shell(
    piped: Callable[..., subprocess.CompletedProcess[bytes]], tmp_path: Path
) -> None:
    (tmp_path / "script").write_text("echo got $1\n")
    (tmp_path / "script").chmod(0o755)
    assert piped((*QUIET, "./script", "it")).stdout == b"got it\n"


def test_a_closed_output_stays_closed(piped: Callable[..., subprocess.CompletedProcess[bytes]]) -> None:
    code = "import os,sys\ntry: os.write(1, b'x')\nexcept OSError as error: sys.exit(error.errno)"
    assert piped(("sh", "-c", f"exec {shlex.join((*QUIET, *python(code)))} >&-")).returncode == 9


def test_a_reader_that_goes_away_ends_the_command(piped: Callable[..., subprocess.CompletedProcess[bytes]]) -> None:
    done = piped(("bash", "-c", f"{shlex.join(QUIET)} yes | head -1; echo ${{PIPESTATUS[0]}}"))
    assert done.stdout == b"y\n141\n"


def test_a_full_disk_is_told_of(piped: Callable[..., subprocess.CompletedProcess[bytes]]) -> None:
    done = piped(("bash", "-c", f"{shlex.join(QUIET)} yes >/dev/full"))
    assert done.returncode == 141
    assert done.stderr == b"say: the command's output could not be written: no space left on device\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGUSR1])
def test_without_a_terminal_signals_reach_the_command_s_group(
    tmp_path: Path, environment: dict[str, str], number: signal.Signals
) -> None:
    process = subprocess.Popen(
        (*QUIET, "sh", "-c", f"sleep 60 & trap 'kill $!; exit 9' {int(number)}; echo on; wait"),
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    with process:
        assert process.stdout is not None and process.stdout.readline() == b"on\n"
        process.send_signal(number)
        assert process.wait(20) == 9


def test_an_ignored_hang_up_stays_ignored(piped: Callable[..., subprocess.CompletedProcess[bytes]]) -> None:
    code = "import os,signal,time; os.kill(os.getppid(), 1); time.sleep(0.2); print(signal.getsignal(1).name)"
    assert piped(("sh", "-c", f"trap '' HUP; exec {shlex.join((*QUIET, *python(code)))}")).stdout == b"SIG_IGN\n"


def test_signals_are_for_the_command_as_they_were_for_us(
    piped: Callable[..., subprocess.CompletedProcess[bytes]],
) -> None:
    done = piped((*QUIET, "grep", "-E", "Sig(Blk|Ign|Cgt)", "/proc/self/status"))
    alone = piped(("grep", "-E", "Sig(Blk|Ign|Cgt)", "/proc/self/status"))
    assert done.stdout == alone.stdout


# What is spoken


def test_success_is_told(piped: Callable[..., subprocess.CompletedProcess[bytes]], tmp_path: Path) -> None:
    assert piped((*TOLD, "true")).returncode == 0
    assert spoken(tmp_path) == "true succeeded.\n"


def test_failure_is_told_with_its_first_error(
    piped: Callable[..., subprocess.CompletedProcess[bytes]], tmp_path: Path
) -> None:
    (tmp_path / "Makefile").write_text(
        "test:\n\t@echo 'foo.c:3:1: warning: w'\n\t@echo 'src/foo.c:12:5: error: undeclared identifier x' >&2; exit 1\n"
    )
    assert piped((*TOLD, "make", "-j2", "test")).returncode == 2
    assert spoken(tmp_path) == "make test failed with status 2. First error: foo.c, line 12: undeclared identifier x.\n"


def test_an_interruption_is_told(window: Callable[..., Window], tmp_path: Path) -> None:
    with window(*TOLD, "sh", "-c", "echo on; exec sleep 60") as terminal:
        terminal.wait_for("on")
        terminal.enter("\x03")
        assert terminal.wait() == -signal.SIGINT
    assert spoken(tmp_path) == "sh was ended by signal interrupt.\n"


@pytest.mark.parametrize(
    ("tell", "command", "told"),
    [("failure", "true", False), ("failure", "false", True), ("0s", "true", True), ("1h", "false", False)],
)
def test_tell_decides(
    piped: Callable[..., subprocess.CompletedProcess[bytes]], tmp_path: Path, tell: str, command: str, told: bool
) -> None:
    piped((*SAY, "--tell", tell, "--run", command))
    assert bool(spoken(tmp_path)) == told


def test_a_lot_of_output_passes_whole_and_in_bounded_memory(
    window: Callable[..., Window], figure: Callable[[str], None], counts: Callable[[int, int], int]
) -> None:
    size = counts(20, 100)
    lines = f"yes 'a line of output as long as lines of output use to be, with a word or two' | head -c {size}000000"
    seconds, shown = [], []
    # The parent of the command's own parent is the program that the window runs.
    peak = "; grep VmHWM /proc/$(cut -d' ' -f4 /proc/$PPID/stat)/status"
    for command in (("sh", "-c", lines), (*QUIET, "sh", "-c", lines + peak)):
        began = time.monotonic()
        with window(*command) as terminal:
            assert terminal.wait(120) == 0
        seconds.append(time.monotonic() - began)
        shown.append(terminal.shown[: size * 1_000_000])
    assert shown[0] == shown[1]
    assert int(terminal.shown.split()[-2]) < 60_000, "kB"
    figure(f"{size} MB of output on a terminal: {seconds[0]:.1f} s alone, {seconds[1]:.1f} s with say --run")


# With a daemon and sound


def states(daemon: Daemon) -> list[str]:
    """Return what the utterances in work are doing."""
    return [each.state for each in daemon.queue()]


@pytest.mark.sound
def test_the_outcome_is_heard_from_servers_that_got_ready_meanwhile(tmp_path: Path) -> None:
    with (
        NullSink() as sink,
        Daemon(tmp_path, start=False, environment=sink.environment) as daemon,
        sink.record() as recording,
    ):
        done = daemon.run_say("--run", "sh", "-c", "echo out; echo err >&2")
        assert (done.returncode, done.stdout, done.stderr) == (0, b"out\n", b"err\n")
        took = ("", " after 1 second", *(f" after {seconds} seconds" for seconds in range(2, 30)))  # on a busy machine
        texts = [f"sh succeeded{each}." for each in took]
        assert all(len(tones_of(each)) == 1 for each in texts)
        recording.wait_for_sound()
        recording.wait_for_silence()
        assert any(followed(recording.samples, tones_of(each)) for each in texts), "the sentence"


@pytest.mark.sound
def test_ctrl_z_holds_the_outcome_and_keeps_the_status(tmp_path: Path) -> None:
    with NullSink() as sink, Daemon(tmp_path, environment=sink.environment) as daemon, ShellTerminal(daemon) as shell:
        words = ("sh", "-c", "echo 'error: " + "a rather long story, " * 9 + "told'; exit 3")
        shell.start(shell.say("-s", "0.5", "--run", *words))
        eventually(lambda: states(daemon) == ["speaking"], "it speaks")
        shell.enter("\x1a")
        assert shell.wait_for_shell() == 128 + signal.SIGTSTP
        eventually(lambda: states(daemon) == ["paused"], "it is silent")
        assert shell.run("fg > /dev/null") == 3


@pytest.mark.sound
def test_how_the_outcome_is_spoken_is_as_asked_for(tmp_path: Path) -> None:
    with NullSink() as sink, Daemon(tmp_path, environment=sink.environment) as daemon:
        sink.add_sink("other", "Another")
        with sink.record() as recording, sink.record("other") as other:
            done = daemon.run_say("-a", "other", "--volume", "0.5", "--priority", "important", "--run", "false")
            assert (done.returncode, done.stderr) == (1, b"")
            other.wait_for_sound()
            assert recording.first_sound_time() is None
            with saying(daemon, "Some text that is spoken when the outcome is to be told, for quite a while. " * 9):
                eventually(lambda: states(daemon) == ["speaking"], "it speaks")
                done = daemon.run_say("--policy", "drop", "--run", "false")
                assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.sound
def test_ctrl_c_silences_the_outcome_and_keeps_the_status(tmp_path: Path) -> None:
    with NullSink() as sink, Daemon(tmp_path, environment=sink.environment) as daemon:
        words = ("sh", "-c", "echo 'error: " + "a rather long story, " * 40 + "told'; exit 3")
        with Window(
            tmp_path, (sys.executable, "-m", "say", "-s", "0.5", "--run", *words), daemon.environment
        ) as terminal:
            eventually(lambda: states(daemon) == ["speaking"], "it speaks")
            terminal.enter("\x03")
            assert terminal.wait() == 3
        assert b"Traceback" not in terminal.shown
        eventually(lambda: states(daemon) == [], "silence")
        eventually(lambda: bool(daemon.ask(Status(), StatusReport).recent), "it is told of")
        assert daemon.ask(Status(), StatusReport).recent[-1].outcome != "spoken"  # it was not waited for


def test_without_a_sound_device_the_outcome_is_shown_and_the_status_kept(tmp_path: Path) -> None:
    with Daemon(tmp_path, environment={"PULSE_SERVER": "/nowhere"}) as daemon:
        done = daemon.run_say("--run", "false")
    assert done.returncode == 1 and done.stdout == b""
    assert done.stderr.startswith(b"say: ") and b"not spoken: false failed with status 1." in done.stderr
    assert done.stderr.count(b"\n") == 1


def test_a_voice_that_does_not_exist_is_said_before_anything_runs(tmp_path: Path) -> None:
    with Daemon(tmp_path, start=False) as daemon:
        done = daemon.run_say("-v", "nobody", "--run", "touch", "done")
    assert done.returncode == 2 and not (tmp_path / "done").exists()
