"""The files of what was not spoken: whole, private, claimed by one, the newest first."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from common.errors import InputFailed, SayError
from common.messages.speaking import ReadingOptions
from say import rests
from say.console import write_all
from say.reading import Flush, Input, pour
from say.rests import Manner, Origin, Recipe, Rest, kept_files, recall, remove, store
from say.spool import TextSpool

MANNER = Manner("bf_emma", "kokoro", "en-gb", 1.2, 0.5)
TEXT = "# Title\n\nOne `two` **three**, 日本語 🎉.\r\n\n| a | b |\n|---|---|\n| c | d |\n\nThe end of it\n" * 40


def store_text(home: Path, text: str, recipe: Recipe = Recipe()) -> Path:  # noqa: B008  # frozen
    return store(home, MANNER, recipe, lambda descriptor: write_all(descriptor, text.encode()))


def claim(home: Path) -> Rest:
    rest = recall(home)
    assert rest is not None and rest.manner == MANNER
    return rest


def spoken(rest: Rest) -> str:
    """Return what `say --continue` speaks of it."""
    with TextSpool() as spool:
        source = Input(os.dup(rest.descriptor), "a file", terminal=False)
        pour(source, spool, Flush.AT_END, pytest.fail, text_filter=rest.recipe.filter()).join()
        return spool.read(0, spool.length).text


def whole_text(path: Path, form: str) -> str:
    """Return what `say -f` speaks of a file."""
    with path.open("rb") as file, TextSpool() as spool:
        recipe = Recipe(form, path.name)
        source = Input(os.dup(file.fileno()), "a file", terminal=False)
        pour(source, spool, Flush.AT_END, pytest.fail, text_filter=recipe.filter()).join()
        return spool.read(0, spool.length).text


def origin_of(path: Path, recipe: Recipe) -> Origin:
    return Origin(os.open(path, os.O_RDONLY), 0, recipe)


@pytest.fixture(params=["within the kernel", "by hand"])
def copying(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have files copied either way."""
    if request.param == "by hand":
        monkeypatch.delattr(os, "copy_file_range", raising=False)


@pytest.mark.usefixtures("copying")
@pytest.mark.parametrize("skip", [0, 1, 7, 1000, 1_000_000])
@pytest.mark.parametrize("form", ["auto", "plain", "markdown", ""])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_goes_on_behind_what_was_heard_of_it(tmp_path: Path, form: str, encoding: str, skip: int) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(TEXT.encode(encoding))
    origin = origin_of(path, Recipe(form, path.name, skip))
    store(tmp_path, MANNER, origin.recipe, origin.copy_to)

    assert spoken(claim(tmp_path)) == whole_text(path, form)[skip:]


def test_the_form_that_a_files_name_tells_is_remembered(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("Text <b>bold</b> &amp; text")
    origin = origin_of(path, Recipe("auto", path.name, skip=5))
    store(tmp_path, MANNER, origin.recipe, origin.copy_to)
    path.unlink()

    assert spoken(claim(tmp_path)).strip() == "bold & text"


def test_a_name_that_is_no_text_is_no_matter(tmp_path: Path) -> None:
    recipe = Recipe("auto", os.fsdecode(b"\xff\xfe" + b"\xe9" * 250 + b".md"))
    store_text(tmp_path, "text", recipe)
    assert claim(tmp_path).recipe == recipe


@pytest.mark.usefixtures("copying")
def test_only_what_follows_the_beginning_is_copied_and_its_reader_is_not_disturbed(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_text("header\nthe text")
    with path.open("rb", buffering=0) as file:
        file.seek(10)
        store(tmp_path, MANNER, Recipe(), Origin(os.dup(file.fileno()), 7, Recipe()).copy_to)
        assert file.tell() == 10
    assert spoken(claim(tmp_path)) == "the text"


def test_what_was_read_must_still_be_there_to_copy_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "text"
    path.write_bytes(b"x" * 1000)
    origin = origin_of(path, Recipe())
    os.lseek(origin.descriptor, 500, os.SEEK_SET)
    assert origin.can_be_copied()
    with monkeypatch.context() as patch:
        patch.setattr(rests, "COPIED_MOST", 999)
        assert not origin.can_be_copied()
    os.truncate(path, 499)
    assert not origin.can_be_copied()


def test_it_is_private(tmp_path: Path) -> None:
    path = store_text(tmp_path / "home", "secret")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path / "home") == [path.name]


def test_the_newest_comes_first_whatever_the_clock_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for text, clock in (("first", 5_000), ("second", 9_000), ("third", 1_000)):
        monkeypatch.setattr("say.rests.time.time_ns", lambda clock=clock: clock)
        store_text(tmp_path, text)
    for text in ("third", "second", "first"):
        rest = claim(tmp_path)
        assert spoken(rest) == text
        remove(rest)
    assert recall(tmp_path) is None


def test_of_too_many_the_oldest_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(rests.MOST + 3):
        store_text(tmp_path, f"text {number}")
    assert len(kept_files(tmp_path)) == rests.MOST
    monkeypatch.setattr(rests, "MOST_BYTES", 1000)
    store_text(tmp_path, "x" * 500)
    assert 1 < len(kept_files(tmp_path)) < rests.MOST
    store_text(tmp_path, "x" * 5000)
    assert len(kept_files(tmp_path)) == 1
    assert spoken(claim(tmp_path)) == "x" * 5000


def test_what_is_kept_anew_takes_no_others_place(tmp_path: Path) -> None:
    for number in range(rests.MOST):
        store_text(tmp_path, f"text {number}")
    rest = claim(tmp_path)
    store(tmp_path, MANNER, Recipe(), lambda descriptor: write_all(descriptor, b"its rest"), rest)
    assert len(kept_files(tmp_path)) == rests.MOST and not rest.path.exists()


def test_many_that_are_stopped_at_once_are_all_kept(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from say.console import write_all;"
        "from say.rests import Manner, Recipe, store; sys.stdin.read();"
        "store(Path(sys.argv[1]), Manner('af_heart', 'tone', '', 1, 1), Recipe(),"
        " lambda to: write_all(to, sys.argv[2].encode()))"
    )
    stopped = [
        subprocess.Popen([sys.executable, "-c", program, tmp_path, str(number)], stdin=subprocess.PIPE)
        for number in range(4)
    ]
    for process in stopped:
        assert process.stdin is not None
        process.stdin.close()
    assert [process.wait(30) for process in stopped] == [0] * 4
    rests_kept = []
    while (rest := recall(tmp_path)) is not None:
        rests_kept.append(spoken(rest))
        remove(rest)
    assert sorted(rests_kept) == ["0", "1", "2", "3"]


def test_each_is_spoken_by_one_at_a_time(tmp_path: Path) -> None:
    store_text(tmp_path, "first")
    store_text(tmp_path, "second")
    newest, other = claim(tmp_path), claim(tmp_path)
    assert (spoken(newest), spoken(other)) == ("second", "first")
    with pytest.raises(SayError, match="already"):
        recall(tmp_path)
    os.close(newest.descriptor)
    assert claim(tmp_path).path == newest.path


def test_what_goes_in_the_moment_in_which_it_is_claimed_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = store_text(tmp_path, "text")
    monkeypatch.setattr("say.rests.fcntl.flock", lambda descriptor, how: path.unlink())
    assert recall(tmp_path) is None


def test_what_a_killed_process_left_half_written_goes(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left, under_way = tmp_path / f".unspoken.{dead.pid}", tmp_path / f".unspoken.{os.getppid()}"
    for path in (left, under_way, tmp_path / ".unspoken.no-number"):
        path.write_text("secret")
    store_text(tmp_path, "text")
    assert not left.exists() and under_way.exists()
    assert len(kept_files(tmp_path)) == 1


def test_what_fails_leaves_nothing_behind_and_what_was_there(tmp_path: Path) -> None:
    before = store_text(tmp_path, "before")

    def write(descriptor: int) -> None:
        write_all(descriptor, b"half of ")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        store(tmp_path, MANNER, Recipe(), write)
    assert os.listdir(tmp_path) == [before.name]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")
def test_a_copy_to_a_full_disk_fails(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_text("text")
    with open("/dev/full", "wb", buffering=0) as full, pytest.raises(OSError, match="No space"):
        origin_of(path, Recipe()).copy_to(full.fileno())


def test_what_version_0_2_0_kept_is_the_oldest(tmp_path: Path) -> None:
    (tmp_path / "unspoken").write_text(json.dumps(asdict(MANNER)) + "\n# old `text`\n")
    store_text(tmp_path, "new")
    remove(claim(tmp_path))
    rest = claim(tmp_path)
    assert spoken(rest) == "# old `text`\n"
    remove(rest)
    assert recall(tmp_path) is None


HEAD = json.dumps(asdict(MANNER)).encode()[:-1]


@pytest.mark.parametrize(
    "data",
    [b"", b"\n", b"{}\ntext", b"[1]\n", b"\xff" * 10_000, HEAD, HEAD + b', "form": "x"}\n', HEAD + b', "skip": "x"}\n'],
)
def test_a_damaged_file_is_refused(tmp_path: Path, data: bytes) -> None:
    store_text(tmp_path, "text").write_bytes(data)
    with pytest.raises(InputFailed, match="damaged"):
        recall(tmp_path)


def test_a_link_to_another_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("{}")
    (tmp_path / "unspoken").symlink_to(tmp_path / "other")
    with pytest.raises(InputFailed):
        recall(tmp_path)


def test_what_is_half_written_is_never_seen(tmp_path: Path) -> None:
    over = threading.Event()
    found: list[str] = []

    def look() -> None:
        while not over.is_set():
            if (rest := recall(tmp_path)) is not None:
                found.append(spoken(rest))
                os.close(rest.descriptor)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        for _ in range(50):
            store_text(tmp_path, TEXT)
    finally:
        over.set()
        looking.join()
    assert set(found) == {TEXT}


def test_a_users_own_voice_and_ways_of_reading_are_kept_and_older_files_have_none(tmp_path: Path) -> None:
    file = f"/home/me/{'声' * 80}/{'声' * 80}.pt"  # 255 bytes a name is the most
    manner = replace(MANNER, voice_file=file * 6, reading=ReadingOptions("drop", "😀" * 200, True))
    path = store(tmp_path, manner, Recipe(), lambda descriptor: write_all(descriptor, b"text"))
    rest = recall(tmp_path)
    assert rest is not None and rest.manner == manner
    os.close(rest.descriptor)

    head, text = path.read_bytes().split(b"\n", 1)
    fields = json.loads(head)
    del fields["voice_file"], fields["reading"]
    path.write_bytes(json.dumps(fields).encode() + b"\n" + text)
    assert claim(tmp_path).manner == MANNER
