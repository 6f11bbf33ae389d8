"""Make the README's pictures: the real program in a real terminal (tmux), speaking through a PulseAudio null sink.

    python scripts/pictures.py [NAME …]

writes docs/pictures/NAME.png. Needs tmux, PulseAudio, the DejaVu fonts and Pillow; no part of the tests.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from wcwidth import iter_graphemes, wcswidth

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.fakes.pulse import NullSink  # noqa: E402  # the path is set just above

COLUMNS = 84
FONTS = Path("/usr/share/fonts/truetype/dejavu")
FONT_SIZE = 18
MARGIN = 18
PROMPT = "$ "
_SGR = re.compile(r"\x1b\[([0-9;]*)m")
# The sixteen colours of a dark terminal, and what is neither.
_PALETTE = [
    "#1e1e2e",
    "#e06c75",
    "#98c379",
    "#e5c07b",
    "#61afef",
    "#c678dd",
    "#56b6c2",
    "#c8ccd4",
    "#5c6370",
    "#ef8f98",
    "#b5e890",
    "#f5d08b",
    "#81c8ff",
    "#e0a0f0",
    "#76d6e2",
    "#ffffff",
]
_PAPER, _INK = "#16161e", "#d8dce6"


@dataclass(frozen=True)
class Style:
    """How a character is drawn."""

    ink: str = _INK
    paper: str = _PAPER
    bold: bool = False
    reverse: bool = False

    def after(self, codes: str) -> Style:
        """Return the style behind an SGR sequence."""
        style = self
        for code in (int(each or 0) for each in codes.split(";")):
            if code == 0:
                style = Style()
            elif code in (1, 22):
                style = replace(style, bold=code == 1)
            elif code in (7, 27):
                style = replace(style, reverse=code == 7)
            elif 30 <= code <= 37 or 90 <= code <= 97:
                style = replace(style, ink=_PALETTE[code - 30 if code < 90 else code - 82])
            elif code == 39:
                style = replace(style, ink=_INK)
        return style


class Tmux:
    """One window of a tmux server of its own, in which a shell runs."""

    def __init__(self, folder: Path, rows: int, environment: Mapping[str, str]) -> None:
        self._command = ["tmux", "-S", str(folder / "tmux"), "-f", "/dev/null"]
        shell = f"env -i {' '.join(f'{name}={value}' for name, value in environment.items())} bash --norc --noprofile"
        self._run("new-session", "-d", "-x", str(COLUMNS), "-y", str(rows), "-c", str(folder), shell)
        self._run("set-option", "-g", "status", "off")
        self.wait_for(PROMPT.strip())

    def _run(self, *arguments: str) -> str:
        done = subprocess.run([*self._command, *arguments], check=True, capture_output=True, text=True, timeout=10)
        return done.stdout

    def type(self, text: str, enter: bool = True) -> None:
        self._run("send-keys", "-l", text)
        if enter:
            self._run("send-keys", "Enter")

    def command(self, text: str, seconds: float = 60.0) -> None:
        """Type a command and wait for the next prompt."""
        prompts = self._prompts()
        self.type(text)
        deadline = time.monotonic() + seconds
        while self._prompts() <= prompts:
            if time.monotonic() > deadline:
                raise SystemExit(f"{text!r} took more than {seconds:g} s; the window shows:\n{self.screen()}")
            time.sleep(0.05)

    def _prompts(self) -> int:
        lines = self._run("capture-pane", "-p").rstrip().split("\n")
        return sum(f"{line} ".startswith(PROMPT) for line in lines)

    def key(self, name: str) -> None:
        self._run("send-keys", name)

    def screen(self) -> str:
        """Return what the window shows, with colours."""
        return self._run("capture-pane", "-e", "-p")

    def wait_for(self, text: str, seconds: float = 60.0) -> None:
        deadline = time.monotonic() + seconds
        while text not in self._run("capture-pane", "-p"):
            if time.monotonic() > deadline:
                raise SystemExit(f"waited {seconds:g} s for {text!r}; the window shows:\n{self.screen()}")
            time.sleep(0.05)

    def close(self) -> None:
        self._run("kill-server")


def draw(screen: str, path: Path) -> None:
    """Write what a terminal shows to a PNG, without the empty lines at its end."""
    regular = ImageFont.truetype(str(FONTS / "DejaVuSansMono.ttf"), FONT_SIZE)
    bold = ImageFont.truetype(str(FONTS / "DejaVuSansMono-Bold.ttf"), FONT_SIZE)
    lines = screen.rstrip().split("\n")
    wide, high = round(regular.getlength("M")), FONT_SIZE + 6
    picture = Image.new("RGB", (COLUMNS * wide + 2 * MARGIN, len(lines) * high + 2 * MARGIN), _PAPER)
    pen = ImageDraw.Draw(picture)
    style = Style()
    for row, line in enumerate(lines):
        column = 0
        for number, part in enumerate(_SGR.split(line)):
            if number % 2:
                style = style.after(part)
                continue
            for grapheme in iter_graphemes(part):
                width = max(wcswidth(grapheme), 1)
                left, top = MARGIN + column * wide, MARGIN + row * high
                ink, paper = (style.paper, style.ink) if style.reverse else (style.ink, style.paper)
                pen.rectangle((left, top, left + width * wide - 1, top + high - 1), fill=paper)
                pen.text((left, top + 1), grapheme, font=bold if style.bold else regular, fill=ink)
                column += width
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, optimize=True)


STORY = (
    "The house stood at the end of the lane, where the hedges met. Nobody had lived in it since the war. "
    "Every evening a light went on in the upper window, and every morning it was out again.\n"
)


def picture_highlight(terminal: Tmux, folder: Path) -> None:
    (folder / "story.txt").write_text(STORY)
    terminal.type("say -i --progress -f story.txt")
    terminal.wait_for("Every evening")
    time.sleep(1.0)


def picture_run(terminal: Tmux, folder: Path) -> None:
    (folder / "Makefile").write_text(
        "test:\n\t@echo 'compiling parser.c'\n\t@echo \"parser.c:41:7: error: 'token' undeclared\" >&2; exit 2\n"
    )
    terminal.command("say --run make test")
    terminal.command("echo it ended with $?")


def picture_pipe(terminal: Tmux, folder: Path) -> None:
    (folder / "tests").write_text("#!/bin/sh\nfor n in $(seq 200); do echo test $n of 200 passed; sleep 0.02; done\n")
    (folder / "tests").chmod(0o755)
    terminal.type("./tests | say -i --behind summary")
    terminal.wait_for("lines skipped")


def picture_control(terminal: Tmux, folder: Path) -> None:
    (folder / "story.txt").write_text(STORY)
    terminal.command("say --background --priority reading -f story.txt")
    terminal.command("say -v bm_george --background 'Tea is ready, and the biscuits are nearly gone.'")
    terminal.command("say --queue")
    terminal.command("say --pause")
    terminal.command("say --resume")
    terminal.command("say --skip")
    terminal.command("say --stop")


def picture_continue(terminal: Tmux, folder: Path) -> None:
    (folder / "story.txt").write_text(STORY)
    terminal.type("say -f story.txt")
    time.sleep(6.0)  # into the second sentence
    terminal.key("C-c")
    terminal.wait_for("--continue")
    terminal.command("say --continue --background")


PICTURES: dict[str, Callable[[Tmux, Path], None]] = {
    name.removeprefix("picture_"): function for name, function in globals().items() if name.startswith("picture_")
}


def main(names: list[str]) -> None:
    for name in names or PICTURES:
        with tempfile.TemporaryDirectory() as place, NullSink() as sink:
            folder = Path(place)
            environment = {
                **sink.environment,
                "PATH": f"{ROOT / '.venv/bin'}:/usr/bin:/bin",
                "TERM": "xterm-256color",
                "LANG": "C.UTF-8",
                "SAY_HOME": str(folder / "home"),
                "SAY_ENGINE": "espeak",
                "PS1": "'" + PROMPT + "'",
            }
            subprocess.run(
                [ROOT / ".venv/bin/say", "warm"],
                check=True,
                env={**environment, "PS1": ""},
                timeout=60,
            )
            terminal = Tmux(folder, 24, environment)
            try:
                PICTURES[name](terminal, folder)
                draw(terminal.screen(), ROOT / "docs" / "pictures" / f"{name}.png")
            finally:
                terminal.close()
                subprocess.run([ROOT / ".venv/bin/say", "--shutdown"], check=True, env=environment, timeout=30)
        sys.stdout.write(f"docs/pictures/{name}.png\n")


if __name__ == "__main__":
    main(sys.argv[1:])
