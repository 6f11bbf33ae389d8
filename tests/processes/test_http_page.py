"""The page as a person uses it: real Chromium, a real `say-serve` and daemon on the tone engine."""

from __future__ import annotations

import base64
import io
import json
import re
import threading
import wave
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import av
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from say.gateways.http.wishes import warning_header
from tests.fakes.browsing import Window, browser, chromium
from tests.fakes.daemon import Daemon, eventually
from tests.fakes.http_door import HttpDoor

TEXT = "One day 🌍 the Mädchen saw a light.\nהחתול ישב על הגדר. Then it was 👩‍🚀 gone."
WORDS = ["One", "day", "🌍", "the", "Mädchen", "saw", "a", "light"]
LONG = (
    "It goes on, and it goes on, and nobody knows where it ends. " * 1500
)  # half an hour of tones, half a minute in work
STORY = "A sentence of the story, with its end. " * 60
LANGUAGES = [
    *("American English", "British English", "Spanish", "French", "Hindi", "Italian"),
    *("Japanese", "Brazilian Portuguese", "Chinese"),
]
TOKEN = "a-token-of-the-tests-0123456789"
CAPTIONED = "**/api/v1/tts/captioned"
SPEECH = "**/v1/audio/speech"


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        pytest.skip("no Chromium is installed (Debian: apt-get install chromium)")
    with browser(path) as running:
        yield running


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpDoor]:
    """Return the door of this module's tests. Pieces take their time, so that there is something to be seen."""
    with Daemon(tmp_path_factory.mktemp("page"), tone_delay=0.03) as daemon, HttpDoor(daemon) as door:
        yield door


@pytest.fixture
def open_window(chrome: Browser, door: HttpDoor) -> Iterator[Callable[..., Window]]:
    """Return what opens a window of another kind, on the module's door or on another."""
    opened: list[Window] = []

    def open_one(address: str = door.address, **details: object) -> Window:
        opened.append(Window(chrome, address, **details))  # type: ignore[arg-type]  # as Window takes them
        return opened[-1]

    yield open_one
    for window in opened:
        window.close()


@pytest.fixture(scope="module")
def shared(chrome: Browser, door: HttpDoor) -> Iterator[Window]:
    window = Window(chrome, door.address)
    yield window
    window.close()


@pytest.fixture
def window(shared: Window) -> Iterator[Window]:
    """Return the window of most tests: opening one takes longer than what they do in it. It has the jobs of others."""
    yield shared
    shared.renew()
    heard, shared.complaints = shared.complaints, []
    assert heard == []


def units(text: str, start: int, end: int) -> str:
    """Return what JavaScript has between two of its indices."""
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


def type_in(window: Window, text: str) -> None:
    window.page.get_by_label("Text", exact=True).fill(text)


def press(window: Window, name: str) -> None:
    window.page.get_by_role("button", name=name, exact=True).click()


def rows(window: Window) -> int:
    return window.page.locator("#list li").count()


def ids(window: Window) -> list[str]:
    """Return the ids of the jobs that are shown, in that order."""
    found = window.look(
        "() => [...document.querySelectorAll('#list li')].map((each) => each.dataset.id)"
    )  # at one moment
    assert isinstance(found, list)
    return found


def listed(window: Window) -> list[dict[str, str]]:
    """Return the jobs that the server has, the newest first."""
    items = window.look("async () => (await (await fetch('/api/v1/tts/?limit=100')).json()).items")
    assert isinstance(items, list)
    return items


def job(page: Page, text: str) -> str:
    """Return a selector of the newest job of that text."""
    return f"#list li:has-text({json.dumps(text, ensure_ascii=False)}) >> nth=0"


def is_silent(daemon: Daemon) -> bool:
    return daemon.queue() == ()


# Playing


def test_words_are_marked_in_order_while_they_are_heard(window: Window) -> None:
    type_in(window, TEXT)
    ever: set[str] = set()
    for _ in range(6):
        press(window, "Play")
        expect(window.page.locator("#status")).to_have_text(re.compile("Finished: .* of speech"))
        stretches = window.marked()
        seen = [units(TEXT, start, end) for start, end in stretches]
        assert [word for word in WORDS if word in seen] == [word for word in seen if word in WORDS]
        assert stretches == sorted(stretches)
        assert window.look("() => document.querySelectorAll('#marks i').length") == 0
        ever |= set(seen)
        if len(ever & set(WORDS)) >= len(WORDS) // 2 and ever & {"החתול", "ישב", "על", "הגדר"}:
            return
        window.look("() => { marked.length = 0; }")  # a frame of a busy machine may be later than a whole word
    pytest.fail(f"no more words than these were marked: {ever}")


def test_characters_are_found_where_javascript_has_them(window: Window) -> None:
    """The server counts code points; an emoji of several is several of them and twice as many units."""
    found = window.look(
        """async (text) => {
          const { Places } = await import("/page/words.js");
          const places = new Places(text);
          return [...text, ""].map((_, character) => places.unit(character));
        }""",
        TEXT,
    )
    assert found == [len(TEXT[:character].encode("utf-16-le")) // 2 for character in range(len(TEXT) + 1)]


def test_a_word_of_the_mirror_lies_under_that_of_the_text_in_either_direction(window: Window) -> None:
    """Where the mirror has the middle of a word, a click in the textarea would put the caret into that word."""
    text = f"{TEXT} {STORY[:400]}"
    type_in(window, text)
    words = [
        (len(text[: found.start()].encode("utf-16-le")) // 2, len(text[: found.end()].encode("utf-16-le")) // 2)
        for found in re.finditer(r"\w{2,}", text)
    ]
    hit = window.look(
        """(words) => {
          const node = document.getElementById("mirror").firstChild;
          return words.map(([start, end]) => {
            const range = document.createRange();
            range.setStart(node, start);
            range.setEnd(node, end);
            const { left, top, width, height } = range.getBoundingClientRect();
            const caret = document.caretPositionFromPoint(left + width / 2, top + height / 2);
            return caret.offsetNode.id === "text" && caret.offset >= start && caret.offset <= end;
          });
        }""",
        words,
    )
    assert len(words) > 80 and hit == [True] * len(words)


def test_stop_ends_the_synthesis(window: Window, door: HttpDoor) -> None:
    type_in(window, LONG)
    press(window, "Play")
    expect(window.page.locator("#status")).to_have_text("Playing the text.")
    eventually(lambda: not is_silent(door.daemon), "the daemon is at work")
    window.until(window.marked, "a word is marked")
    press(window, "Stop")
    expect(window.page.locator("#status")).to_have_text("Stopped.")
    expect(window.page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    eventually(lambda: is_silent(door.daemon), "the daemon has nothing to do")


def test_a_closed_window_ends_the_synthesis(open_window: Callable[..., Window], door: HttpDoor) -> None:
    window = open_window()
    type_in(window, LONG)
    press(window, "Play")
    eventually(lambda: not is_silent(door.daemon), "the daemon is at work")
    window.page.close()
    eventually(lambda: is_silent(door.daemon), "the daemon has nothing to do")


def test_pause_holds_the_word_and_resume_goes_on(window: Window) -> None:
    type_in(window, LONG)
    press(window, "Play")
    window.until(window.marked, "a word is marked")
    press(window, "Pause")
    expect(window.page.locator("#status")).to_have_text("Paused.")

    def holds() -> bool:
        before = window.marked()
        window.page.wait_for_timeout(500)  # five words
        return window.marked() == before

    window.until(holds, "the word stays")  # once what the sound device had taken is over
    held = window.marked()
    press(window, "Resume")
    window.until(lambda: len(window.marked()) > len(held), "the words go on")


def test_marks_follow_what_is_typed_meanwhile(window: Window) -> None:
    type_in(window, LONG)
    press(window, "Play")
    window.until(window.marked, "a word is marked")
    field = window.page.get_by_label("Text", exact=True)
    field.press("Control+Home")
    field.press_sequentially("Oh, ")
    before = len(window.marked())
    window.until(lambda: len(window.marked()) > before + 5, "the words go on")
    text = field.input_value()
    assert {units(text, start, end) for start, end in window.marked()[before + 1 :]} <= set(LONG.split())


def test_a_lost_connection_is_gone_on_with(window: Window) -> None:
    """The first answer ends within the second word; what follows is asked for, and nothing is left out."""
    asked: list[str] = []
    pcm = window.look("() => btoa('\\0\\0'.repeat(7200))")  # 0.3 s
    words = [("One", 0, 3, 0.0, 0.2), ("two", 4, 7, 0.2, 0.5)]
    named = [dict(zip(("word", "start", "end", "start_time", "end_time"), word, strict=True)) for word in words]
    lines = [{"type": "words", "words": named}, {"type": "audio", "audio": pcm}]

    def break_off(route: Route) -> None:
        asked.append(json.loads(route.request.post_data or "")["text"])
        if len(asked) > 1:
            route.continue_()
        else:
            route.fulfill(body="".join(json.dumps(line) + "\n" for line in lines), content_type="application/x-ndjson")

    window.page.route(CAPTIONED, break_off)
    text = "One two three four. And then there are five, and six, and seven, and a good many more behind them."
    type_in(window, text)
    press(window, "Play")
    expect(window.page.locator("#status")).to_have_text(re.compile("Finished"))
    assert asked == [text, text.removeprefix("One ")]
    behind = [units(text, start, end) for start, end in window.marked() if start > text.index("two")]
    assert behind and set(behind) <= set(text.split())


def lines_of(*notices: str) -> str:
    """Return an answer of captions: notices, then a little silence."""
    sound = {"type": "audio", "audio": base64.b64encode(bytes(2400)).decode()}
    told = [{"type": "notice", "message": notice} for notice in notices]
    return "".join(json.dumps(line) + "\n" for line in (*told, sound, {"type": "done", "duration": 0.05}))


def test_what_is_done_otherwise_than_asked_is_said_once_and_nobody_is_interrupted(window: Window) -> None:
    answers = [lines_of("speaking with espeak", "on the CPU")] * 2 + [lines_of()]
    kind = "application/x-ndjson"
    window.page.route(CAPTIONED, lambda route: route.fulfill(body=answers.pop(0), content_type=kind))
    type_in(window, TEXT)
    notice = window.page.locator("#notice")
    window.page.get_by_label("Text", exact=True).focus()
    for _ in range(2):
        window.page.keyboard.press("Control+Enter")
        window.wait_for_said("Finished: 1 s of speech.")
        expect(notice).to_have_text("speaking with espeak · on the CPU")
        window.look("() => (said.status.length = 0)")
    assert notice.get_attribute("role") == "status"
    expect(window.page.get_by_label("Text", exact=True)).to_be_focused()
    press(window, "Play")
    expect(notice).to_be_empty()
    assert window.look("() => said.notice") == ["speaking with espeak · on the CPU", ""]
    expect(window.page.locator("#trouble")).to_be_empty()


def test_what_the_daemon_has_to_say_is_shown(window: Window, door: HttpDoor) -> None:
    complaint = re.compile("there is no '=' in 'frobctl'")
    bad = door.daemon.home / "pronunciations.txt"
    bad.write_text("frobctl\n")
    try:
        type_in(window, "Said.")
        press(window, "Play")
        expect(window.page.locator("#notice")).to_have_text(complaint)
        press(window, "Download")
        expect(window.page.locator("#file-status")).to_have_text(complaint)
        type_in(window, "Said by a job.")
        press(window, "Make in the background")
        mine = window.page.locator(job(window.page, "Said by a job."))
        expect(mine.get_by_text(complaint)).to_be_visible()
        expect(mine.locator(".state")).to_have_text(re.compile("^Done"))
    finally:
        bad.unlink()


def test_every_warning_of_an_answer_is_shown(window: Window) -> None:
    warnings = ('speed 9 is "fast"', "speaking with espeak", "not with ‘Mädchen.pt’", "声" * 60)
    headers = warning_header(warnings)
    told = " · ".join(warnings)
    window.page.route(SPEECH, lambda route: route.fulfill(headers=headers, body=bytes(4800)))
    type_in(window, TEXT)
    press(window, "Sample")
    expect(window.page.locator("#notice")).to_have_text(told)
    with window.page.expect_download():
        press(window, "Download")
    expect(window.page.locator("#file-status")).to_have_text(f"Saved: 0.00 MB. · {told}")


def test_what_takes_its_time_is_explained(open_window: Callable[..., Window]) -> None:
    window = open_window(before=lambda page: page.clock.install())
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    window.page.route(CAPTIONED, hold)
    loading = {"status": "ready", "daemon": "running", "engines": {"espeak": "not loaded", "kokoro": "loading"}}
    window.page.route("**/readyz", lambda route: route.fulfill(json=loading))
    type_in(window, TEXT)
    press(window, "Play")
    window.wait_for_said("Making the first sound…")
    window.page.clock.fast_forward(2000)
    expect(window.page.locator("#status")).to_have_text("Loading kokoro. The next text comes at once.")
    window.until(lambda: held, "the text is asked for")
    held[0].continue_()
    window.wait_for_said("Playing the text.")


def test_what_goes_wrong_is_said_beside_the_button(window: Window) -> None:
    window.expects = "Failed to load resource"
    busy = {"status": 429, "headers": {"Retry-After": "7"}, "json": {"detail": "64 others wait"}}
    window.page.route(CAPTIONED, lambda route: route.fulfill(**busy))  # type: ignore[arg-type]
    type_in(window, TEXT)
    press(window, "Play")
    expect(window.page.locator("#trouble")).to_have_text("64 others wait. Try again in 7 s.")
    window.page.unroute(CAPTIONED)
    window.page.route(CAPTIONED, lambda route: route.abort())
    press(window, "Play")
    expect(window.page.locator("#trouble")).to_contain_text("See that ‘say-serve --http’ runs, then try again.")
    type_in(window, "  ")
    press(window, "Play")
    expect(window.page.locator("#trouble")).to_contain_text("There is no text yet")
    expect(window.page.get_by_label("Text", exact=True)).to_be_focused()


def test_a_sample_of_a_voice_is_heard(window: Window) -> None:
    voice = window.page.get_by_label("Voice", exact=True)
    expect(voice.locator("optgroup")).to_have_count(9)
    voice.select_option("ff_siwis")
    with window.page.expect_request(SPEECH) as asked:
        press(window, "Sample")
    said = json.loads(asked.value.post_data or "")
    assert said["voice"] == "ff_siwis" and said["input"].startswith("Le soleil")
    window.wait_for_said("Playing a sample of Siwis.")


def test_a_blend_is_written_heard_and_kept(window: Window) -> None:
    window.page.get_by_label("Voice", exact=True).select_option("A blend…")
    written = window.page.get_by_label("Blend", exact=True)
    press(window, "Sample")
    expect(window.page.locator("#voice-trouble")).to_contain_text("There is no blend yet")
    expect(written).to_be_focused()
    written.fill("ff_siwis(2) + af_heart(1)")
    with window.page.expect_request(SPEECH) as asked:
        press(window, "Sample")
    said = json.loads(asked.value.post_data or "")
    assert said["voice"] == "ff_siwis(2) + af_heart(1)" and said["input"].startswith("Le soleil")
    expect(window.page.locator("#status")).to_have_text(re.compile("Playing|Finished"))
    expect(window.page.locator("#voice-trouble")).to_be_empty()
    window.page.reload()
    expect(written).to_have_value("ff_siwis(2) + af_heart(1)")
    window.page.get_by_label("Voice", exact=True).select_option("Default voice")
    expect(written).to_be_hidden()


def test_a_text_is_spoken_in_the_language_that_is_chosen(window: Window) -> None:
    language = window.page.get_by_label("Language", exact=True)
    expect(language.locator("option")).to_have_text(["As the voice has it", *LANGUAGES])
    type_in(window, "En français.")
    with window.page.expect_request(CAPTIONED) as plain:
        press(window, "Play")
    assert "lang_code" not in json.loads(plain.value.post_data or "")
    window.wait_for_said("Finished: 1 s of speech.")
    language.select_option("French")
    asked = {}
    for name, address in (("Play", CAPTIONED), ("Sample", SPEECH), ("Download", SPEECH)):
        with window.page.expect_request(address) as request:
            press(window, name)
        asked[name] = json.loads(request.value.post_data or "")
    assert {each["lang_code"] for each in asked.values()} == {"fr"}
    assert asked["Sample"]["input"].startswith("Le soleil")
    press(window, "Make in the background")
    mine = window.page.locator(job(window.page, "En français."))
    expect(mine.locator(".details")).to_contain_text("Heart, French")
    assert next(each for each in listed(window) if each["text"] == "En français.")["lang_code"] == "fr"


def test_stop_before_the_sound_device_is_open_lets_it_rest_again(open_window: Callable[..., Window]) -> None:
    window = open_window()
    window.look(
        """() => {
          const { resume } = AudioContext.prototype;
          window.opened = new Promise((open) => {
            AudioContext.prototype.resume = async function () {
              window.sounds = this;
              await new Promise((go) => (window.go = go));
              await resume.call(this);
              open();
            };
          });
        }"""
    )
    type_in(window, TEXT)
    press(window, "Play")
    press(window, "Stop")
    window.look("async () => { window.go(); await opened; }")
    window.until(lambda: window.look("() => sounds.state") == "suspended", "the sound device rests")


# Files and jobs


def test_a_long_file_says_how_long_it_is(window: Window) -> None:
    """A WAV that is sent while it is made cannot tell; the file that is saved of it does."""
    type_in(window, f"Saved. {STORY}")
    with window.page.expect_download() as download:
        press(window, "Download")
    path = download.value.path()
    with wave.open(str(path)) as file:
        assert 44 + 2 * file.getnframes() == path.stat().st_size
        assert file.getnframes() / file.getframerate() == pytest.approx(len(STORY) * 0.02, rel=0.2)


@pytest.mark.parametrize("kind", ["wav", "mp3"])
def test_a_download_can_be_played(window: Window, kind: str) -> None:
    type_in(window, TEXT)
    window.page.get_by_label("File", exact=True).select_option(kind)
    with window.page.expect_download() as download:
        press(window, "Download")
    assert download.value.suggested_filename == f"One-day-the-Mädchen-saw-a-light-החתול.{kind}"
    with av.open(io.BytesIO(download.value.path().read_bytes())) as container:
        frames = list(container.decode(audio=0))
    seconds = sum(frame.samples / frame.sample_rate for frame in frames)
    assert seconds == pytest.approx(len(TEXT) * 0.02, abs=1.0)


def test_a_job_is_made_followed_heard_and_downloaded(window: Window) -> None:
    text = f"Followed. {STORY}"
    type_in(window, text)
    press(window, "Make in the background")
    mine = window.page.locator(job(window.page, "Followed."))
    mine.get_by_role("button", name="Listen: ").click()  # while it is being made
    expect(window.page.locator("#status")).to_contain_text("Playing “Followed. A sentence")
    press(window, "Stop")
    expect(mine.locator(".state")).to_have_text(re.compile(r"Done, 0:\d\d"))
    expect(window.page.locator("#news")).to_contain_text("completed.")
    steps = steps_of(window, mine)
    assert steps == sorted(steps) and steps[-1] == 100
    with window.page.expect_download() as download:
        mine.get_by_role("button", name="Download: ").click()
    with wave.open(str(download.value.path())) as file:
        assert file.getnframes() / file.getframerate() == pytest.approx(len(text) * 0.02, rel=0.2)
        samples = file.readframes(file.getnframes())
    # What Listen plays is what the file has, without its header, which was a click once.
    assert base64.b64decode(str(window.look(_HEARD, mine.get_attribute("data-id")))) == samples


def steps_of(window: Window, mine: Locator) -> list[int]:
    """Return the values that the bar of a job had so far."""
    script = "(mine) => steps.filter(([id]) => id === mine).map(([, step]) => step)"
    steps = window.look(script, mine.get_attribute("data-id"))
    assert isinstance(steps, list)
    return steps


_HEARD = """async (id) => {
  const { ofJob } = await import("/page/sources.js");
  let bytes = "";
  for await (const { pcm } of ofJob(id, new AbortController().signal))
    for (const byte of pcm) bytes += String.fromCharCode(byte);
  return btoa(bytes);
}"""


def test_jobs_are_followed_again_once_the_server_is_back(open_window: Callable[..., Window]) -> None:
    window = open_window(expects="Failed to load resource", before=lambda page: page.clock.install())
    away = [f"**/api/v1/tts/{each}" for each in ("*/events", "?limit=*")]
    for address in away:
        window.page.route(address, lambda route: route.abort())
    type_in(window, f"Away. {STORY[:400]}")
    press(window, "Make in the background")
    mine = window.page.locator(job(window.page, "Away."))
    expect(mine).to_be_visible()

    def comes(words: str, place: Locator) -> bool:
        window.page.clock.fast_forward(1000)
        return words in place.inner_text()

    trouble = window.page.locator("#jobs-trouble")
    window.until(lambda: comes("The server does not answer.", trouble), "the server is missed")
    for address in away:
        window.page.unroute(address)
    window.until(lambda: comes("Done", mine.locator(".state")), "the job is followed to its end")
    expect(window.page.locator("#jobs-trouble")).to_be_empty()


def test_a_job_is_cancelled_retried_and_deleted(window: Window, door: HttpDoor) -> None:
    type_in(window, f"Cancelled. {LONG}")
    press(window, "Make in the background")
    mine = window.page.locator(job(window.page, "Cancelled."))
    window.until(lambda: len(set(steps_of(window, mine))) > 3, "its bar grows")
    mine.get_by_role("button", name="Cancel: ").click()
    expect(mine.locator(".state")).to_have_text("Cancelled")
    eventually(lambda: is_silent(door.daemon), "the daemon has nothing to do")
    mine.get_by_role("button", name="Retry: ").click()
    expect(mine.locator(".state")).to_have_text(re.compile("Being made"))
    mine.get_by_role("button", name="Cancel: ").click()
    mine.get_by_role("button", name="Delete: ").click()
    window.page.get_by_role("dialog").get_by_role("button", name="Keep it").click()
    expect(mine).to_be_visible()
    mine.get_by_role("button", name="Delete: ").click()
    window.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(window.page.locator("#list li", has_text="Cancelled.")).to_have_count(0)
    expect(window.page.locator("#news")).to_contain_text("deleted.")


def test_focus_outlives_the_last_job(window: Window) -> None:
    """Somebody with a keyboard alone would begin at the page's top again."""
    only: dict[str, object] = {"items": [], "next_cursor": None}
    type_in(window, "The only one.")
    press(window, "Make in the background")
    mine = window.page.locator(job(window.page, "The only one."))
    expect(mine.locator(".state")).to_have_text(re.compile("Done"))
    window.page.route("**/api/v1/tts/?limit=*", lambda route: route.fulfill(json=only))
    mine.get_by_role("button", name="Delete: ").focus()
    window.look("() => document.dispatchEvent(new Event('visibilitychange'))")  # all were deleted elsewhere
    expect(window.page.locator("#list li")).to_have_count(0)
    expect(window.page.get_by_role("heading", name="Jobs")).to_be_focused()


def test_older_jobs_are_shown_when_they_are_asked_for(window: Window) -> None:
    window.look(
        """async () => {
          const items = Array.from({ length: 12 }, (_, n) => ({ text: `Number ${n}.` }));
          const headers = { "Content-Type": "application/json" };
          const made = await fetch("/api/v1/tts/batch", { method: "POST", headers, body: JSON.stringify({ items }) });
          if (!made.ok) throw new Error(await made.text());
        }"""
    )
    window.page.reload()
    older = window.page.get_by_role("button", name="Show older ones")
    expect(older).to_be_visible()
    assert rows(window) == 10
    older.click()
    window.until(lambda: rows(window) >= 12, "older jobs are shown")
    titles = window.page.locator("#list h3").all_inner_texts()
    assert sorted(titles[:12]) == sorted(f"Number {n}." for n in range(12))
    assert ids(window)[:12] == [each["tts_id"] for each in listed(window)[:12]]
    for number in range(12):  # more than are followed at once
        state = window.page.locator(job(window.page, f"Number {number}.")).locator(".state")
        expect(state).to_have_text(re.compile("Done"))
    window.page.reload()
    fourth = window.page.locator("#list li >> nth=3")
    gone = fourth.get_attribute("data-id")
    fourth.get_by_role("button", name="Delete: ").click()
    window.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    window.until(lambda: gone not in ids(window), "it is gone")
    window.look("() => document.dispatchEvent(new Event('visibilitychange'))")  # another look
    window.until(lambda: rows(window) == 10, "an older one takes the last place")
    assert ids(window) == [each["tts_id"] for each in listed(window)[:10]]


def test_text_and_settings_outlive_the_page(window: Window) -> None:
    type_in(window, TEXT)
    window.page.get_by_label("Voice", exact=True).select_option("bm_george")
    window.page.get_by_label("Language", exact=True).select_option("Hindi")
    window.page.get_by_label("Speed as a number").fill("1.35")
    window.page.get_by_label("Speed as a number").blur()
    window.page.get_by_label("File", exact=True).select_option("flac")
    window.page.reload()  # before the text would have been saved by itself
    expect(window.page.get_by_label("Text", exact=True)).to_have_value(TEXT)
    expect(window.page.get_by_label("Voice", exact=True)).to_have_value("bm_george")
    expect(window.page.get_by_label("Language", exact=True)).to_have_value("hi")
    expect(window.page.get_by_label("Speed", exact=True)).to_have_value("1.35")
    expect(window.page.get_by_label("File", exact=True)).to_have_value("flac")


def test_text_is_never_taken_for_markup(window: Window) -> None:
    type_in(window, "<img src=x onerror=alert(1)> <b>bold</b>")
    press(window, "Make in the background")
    title = window.page.locator(job(window.page, "<b>bold</b>")).locator("h3")
    expect(title).to_have_text("<img src=x onerror=alert(1)> <b>bold</b>")
    assert window.page.locator("main img, main b").count() == 0


# Who may use it


def test_a_token_is_asked_for_once(open_window: Callable[..., Window], door: HttpDoor, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN)
    with HttpDoor(door.daemon, "--http-token-file", str(file)) as guarded:
        window = open_window(guarded.address, expects="401")
        dialog = window.page.get_by_role("dialog", name="This server wants a token")
        dialog.get_by_label("Token").fill("a-wrong-token-of-the-tests")
        dialog.get_by_label("Token").press("Enter")
        expect(dialog.get_by_role("alert")).to_contain_text("does not take that token")
        dialog.get_by_label("Token").fill(TOKEN)
        dialog.get_by_role("button", name="Use it").click()
        expect(window.page.get_by_label("Voice", exact=True).locator("optgroup")).to_have_count(9)
        type_in(window, TEXT)
        press(window, "Play")
        window.wait_for_said("Playing the text.")
        with window.page.expect_download():
            press(window, "Download")
        window.page.reload()
        expect(window.page.get_by_label("Voice", exact=True).locator("optgroup")).to_have_count(9)
        assert window.page.get_by_role("dialog").count() == 0
        assert TOKEN not in str(
            window.look("() => JSON.stringify([{ ...localStorage }, location.href, document.cookie])")
        )


def test_who_has_no_token_is_not_asked_again_and_again(open_window: Callable[..., Window]) -> None:
    answer = {"status": 401, "json": {"detail": "no token"}}
    wanted = lambda page: page.route("**/v1/**", lambda route: route.fulfill(**answer))  # noqa: E731
    window = open_window(expects="401", before=wanted)
    window.page.get_by_role("dialog").get_by_role("button", name="Not now").click()
    expect(window.page.locator("#voice-trouble")).to_contain_text("Reload the page to enter it.")
    window.look("() => dispatchEvent(new Event('focus'))")
    type_in(window, TEXT)
    press(window, "Play")
    expect(window.page.locator("#trouble")).to_contain_text("Reload the page to enter it.")
    assert window.page.get_by_role("dialog").count() == 0


class _Elsewhere(BaseHTTPRequestHandler):
    """A page of another site."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><link rel=icon href=data:,><title>elsewhere</title>")

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def elsewhere() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Elsewhere) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


_FOREIGN = """async (there) => {
  const body = JSON.stringify({ text: "From elsewhere." });
  const json = { method: "POST", body, headers: { "Content-Type": "application/json" } };
  const tries = [
    ["json", `${there}/api/v1/tts/generate`, json],
    ["form", `${there}/api/v1/tts/generate`, { method: "POST", body, mode: "no-cors" }],
    ["read", `${there}/api/v1/tts/`, {}],
    ["blind", `${there}/api/v1/tts/`, { mode: "no-cors" }],
  ];
  const seen = {};
  for (const [name, url, options] of tries)
    seen[name] = await fetch(url, options).then((answer) => answer.type, () => "refused");
  const frame = Object.assign(document.createElement("iframe"), { src: there });
  const shown = new Promise((resolve) => (frame.onload = resolve));
  document.body.append(frame);
  await shown;
  try { seen.frame = frame.contentDocument === null ? "closed" : "blank"; } catch { seen.frame = "closed"; }
  return seen;
}"""


def test_a_page_of_another_site_cannot_use_it(chrome: Browser, door: HttpDoor, elsewhere: str) -> None:
    context = chrome.new_context()
    page = context.new_page()
    page.goto(elsewhere)
    answers: list[int] = []
    page.on("response", lambda answer: answers.append(answer.status) if "/api/" in answer.url else None)
    seen = page.evaluate(_FOREIGN, door.address)
    assert seen["json"] == seen["read"] == "refused"
    assert seen["form"] in ("opaque", "refused") and seen["blind"] in ("opaque", "refused")
    assert not [status for status in answers if status < 400]
    assert not any("say" in frame.title() for frame in page.frames[1:])
    context.close()
    listed = chrome.new_context().request.get(f"{door.address}/api/v1/tts/?limit=100").json()
    assert not [each for each in listed["items"] if each["text"] == "From elsewhere."]


# For everybody


def test_everything_is_done_with_the_keyboard_alone(window: Window) -> None:
    keys = window.page.keyboard
    type_in(window, LONG)
    field = window.page.get_by_label("Text", exact=True)
    field.focus()
    keys.press("Control+Enter")
    expect(window.page.locator("#status")).to_have_text("Playing the text.")
    keys.press("Control+Enter")
    expect(window.page.locator("#status")).to_have_text("Paused.")
    keys.press("Escape")
    expect(window.page.locator("#status")).to_have_text("Stopped.")
    visited = {}
    for _ in range(9):
        keys.press("Tab")
        visited[str(window.look("() => document.activeElement.id"))] = window.look(_HAS_RING)
        if list(visited)[-1] == "speed":
            keys.press("ArrowRight")
    assert list(visited) == [
        "play",
        "voice",
        "sample",
        "language",
        "speed",
        "speed-number",
        "format",
        "download",
        "create",
    ]
    assert all(visited.values()), visited
    expect(window.page.get_by_label("Speed as a number")).to_have_value("1.05")
    field.fill("By keys.")
    window.page.locator("#create").focus()
    keys.press("Enter")
    mine = window.page.locator(job(window.page, "By keys."))
    expect(mine.locator(".state")).to_have_text(re.compile("Done"))
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Tab")
    assert window.look("() => document.activeElement.ariaLabel") == "Delete: By keys."
    keys.press("Enter")
    keys.press("Tab")
    keys.press("Enter")
    expect(window.page.locator("#list li", has_text="By keys.")).to_have_count(0)
    assert window.look("() => document.activeElement !== document.body")


# The control that has the focus, or what it lies in, is outlined.
_HAS_RING = """() => {
  const drawn = (each) => each && getComputedStyle(each).outlineStyle !== "none" && parseFloat(getComputedStyle(each).outlineWidth) >= 2;
  return document.activeElement.matches(":focus-visible") && drawn(document.activeElement);
}"""

_OPERABLE = {"button", "combobox", "textbox", "slider", "spinbutton", "progressbar", "link", "listbox", "dialog"}


def test_every_control_has_a_name_and_every_part_its_place(window: Window, door: HttpDoor) -> None:
    type_in(window, f"Named. {LONG}")
    press(window, "Make in the background")
    mine = window.page.locator(job(window.page, "Named."))
    expect(mine).to_be_visible()
    tree = window.context.new_cdp_session(window.page).send("Accessibility.getFullAXTree")["nodes"]
    mine.get_by_role("button", name="Cancel: ").click()
    eventually(lambda: is_silent(door.daemon), "the daemon has nothing to do")
    nodes = [
        (node["role"]["value"].lower(), node.get("name", {}).get("value", "")) for node in tree if not node["ignored"]
    ]
    unnamed = [role for role, name in nodes if role in _OPERABLE | {"group"} and not name.strip()]
    assert not unnamed
    roles = [role for role, _ in nodes]
    assert {"button", "combobox", "textbox", "slider", "spinbutton", "progressbar"} <= set(roles)
    assert roles.count("main") == roles.count("banner") == 1
    assert {name for role, name in nodes if role == "region"} == {"Speak", "Jobs"}
    levels = window.look("() => [...document.querySelectorAll('main h2, main h3')].map((each) => each.tagName)")
    assert isinstance(levels, list) and levels[0] == "H2" and levels.count("H2") == 1
    assert window.look("() => document.documentElement.lang") == "en"
    repeated = """() => { const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
      return ids.filter((id, place) => ids.indexOf(id) !== place); }"""
    assert window.look(repeated) == []


# Each text that is shown, with its contrast to what is behind it (WCAG 2, 1.4.3); borders of fields, and the mark, too.
_CONTRASTS = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgb = (colour) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const light = (c) => c.slice(0, 3).map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, n) => sum + v * [0.2126, 0.7152, 0.0722][n], 0);
  const ratio = (one, other) => { const [a, b] = [light(rgb(one)), light(rgb(other))].sort((x, y) => y - x); return (a + 0.05) / (b + 0.05); };
  const behind = (each) => { for (let at = each; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor; if (rgb(colour)[3] === 255) return colour; } return "white"; };
  const found = {};
  for (const each of document.querySelectorAll("body *")) {
    if (!each.checkVisibility() || each.disabled || each.closest("[aria-hidden]")) continue;
    const says = each.value || [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const style = getComputedStyle(each);
    const name = `${each.tagName} ${each.id || each.className} ${each.textContent.trim().slice(0, 20)}`;
    if (says) found[name] = ratio(style.color, behind(each)) / 4.5;
    if (each.matches("select, input:not([type=range])")) found[`${name} border`] = ratio(style.borderTopColor, behind(each.parentElement)) / 3;
  }
  const text = document.getElementById("text");
  found.placeholder = ratio(getComputedStyle(text, "::placeholder").color, behind(text)) / 4.5;
  const root = getComputedStyle(document.documentElement);
  found.mark = ratio(getComputedStyle(text).color, root.getPropertyValue("--mark")) / 4.5;
  found.bar = ratio(root.getPropertyValue("--bar"), root.getPropertyValue("--line")) / 2;
  found.ring = ratio(root.getPropertyValue("--focus"), root.getPropertyValue("--ground")) / 3;
  return found;
}"""


def test_everything_can_be_read(window: Window) -> None:
    press(window, "Play")  # with a complaint
    type_in(window, "Readable.")
    press(window, "Make in the background")
    expect(window.page.locator(job(window.page, "Readable.")).locator(".state")).to_have_text(re.compile("Done"))
    window.page.get_by_label("Voice", exact=True).select_option("A blend…")
    for dark in (False, True):
        window.page.emulate_media(color_scheme="dark" if dark else "light")
        assert window.look("() => matchMedia('(prefers-color-scheme: dark)').matches") == dark
        found = window.look(_CONTRASTS)
        assert isinstance(found, dict) and len(found) > 25
        assert {name: round(share, 2) for name, share in found.items() if share < 1} == {}


_LETTERS = """(size) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`html { font-size: ${size}; }`);
  document.adoptedStyleSheets = [sheet];
}"""


def test_it_fits_the_screen(window: Window) -> None:
    type_in(window, "Wide" * 100)
    window.page.get_by_label("Voice", exact=True).select_option("A blend…")
    window.page.get_by_label("Blend", exact=True).fill("af_bella(2)+af_heart(1)")
    press(window, "Make in the background")
    expect(window.page.locator(job(window.page, "Wide"))).to_be_visible()
    for letters in ("100%", "200%"):
        window.look(_LETTERS, letters)
        for width in (320, 640, 1600):
            window.page.set_viewport_size({"width": width, "height": 640})
            window.until(lambda: window.look("() => innerWidth") == width, "it has that width")  # noqa: B023  # used at once
            assert window.look("() => document.documentElement.scrollWidth") == width, letters
            wide = "() => document.getElementById('paper').scrollWidth - document.getElementById('paper').clientWidth"
            assert window.look(wide) == 0, "a word that is longer than the line moves the text aside"
    window.look("() => (document.adoptedStyleSheets = [])")


def test_nothing_moves_for_those_who_want_it_still(window: Window) -> None:
    moving = """() => [...document.querySelectorAll("*")].filter((each) => {
      const style = getComputedStyle(each);
      return parseFloat(style.transitionDuration) > 0 || style.animationName !== "none" || style.scrollBehavior === "smooth";
    }).length"""
    assert window.look(moving) != 0
    window.page.emulate_media(reduced_motion="reduce")
    assert window.look(moving) == 0


def test_the_mark_is_seen_in_colours_that_the_system_forces(window: Window) -> None:
    """A plate that the browser painted behind the text hid it once."""
    window.page.emulate_media(forced_colors="active")
    type_in(window, LONG)
    press(window, "Play")
    drawn = """() => {
      const mark = document.querySelector("#marks i");
      return mark && [getComputedStyle(mark).outlineStyle, getComputedStyle(document.getElementById("text")).forcedColorAdjust];
    }"""
    assert window.until(lambda: window.look(drawn), "a word is marked") == ["solid", "none"]


def test_who_runs_no_scripts_is_told_and_gets_no_dead_buttons(chrome: Browser, door: HttpDoor) -> None:
    context = chrome.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(door.address)
    expect(page.locator("noscript p")).to_be_visible()
    expect(page.get_by_role("link", name="Interface for programs")).to_be_visible()
    assert page.get_by_role("button").count() == 0
    context.close()
