"""Jobs over HTTP with real processes: their sound is that of `say -o`, whatever is killed meanwhile."""

from __future__ import annotations

import json
import random
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from common.messages.control import Status, StatusReport
from tests.fakes.daemon import Daemon, eventually
from tests.fakes.lives import FILE_HEADER, LONG_TEXT, STREAM_HEADER, kill, model_servers, voice_servers
from tests.fakes.serving import JOBS, Serving, progress_of
from tests.process_guard import MARKER

DELAY = 0.05  # seconds a piece
STOPS = 20.0  # seconds in which what nobody wants any more has stopped
SLOW = " ".join([LONG_TEXT] * 5)  # in work for longer than a busy machine takes to look at it
ENDLESS = " ".join([LONG_TEXT] * 38)  # twice as long in work as anything here waits for its end


def written(daemon: Daemon, text: str) -> bytes:
    """Return the file that `say -o` writes."""
    done = daemon.run_say("-f", "-", "-o", "expected.wav", input=text)
    assert done.returncode == 0, done.stderr
    return (daemon.folder / "expected.wav").read_bytes()


def sound_of(text: str, number: int) -> str:
    """Return a text of which there are no two."""
    return f"Text {number} begins here. {text}"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Daemon, Serving]]:
    """Return a slow daemon and a `say-serve` that the tests of this module share."""
    daemon = Daemon(tmp_path_factory.mktemp("served"), tone_delay=DELAY)
    daemon.environment.pop(MARKER, None)  # they do not belong to the test that happens to start them
    with daemon, Serving(daemon) as serving:
        yield daemon, serving


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """Return a daemon that tells in no time what something sounds like."""
    daemon = Daemon(tmp_path_factory.mktemp("quick"))
    daemon.environment.pop(MARKER, None)
    with daemon:
        yield daemon


@pytest.fixture
def daemon(served: tuple[Daemon, Serving]) -> Daemon:
    return served[0]


@pytest.fixture
def serving(served: tuple[Daemon, Serving]) -> Serving:
    return served[1]


def parts(daemon: Daemon) -> list[str]:
    return [path.name for path in (daemon.home / "http-jobs" / "parts").iterdir()]


def test_a_job_becomes_the_file_that_say_writes(daemon: Daemon, serving: Serving) -> None:
    answer = serving.client.post(
        f"{JOBS}/generate",
        json={"text": LONG_TEXT, "voice": "af_heart", "speed": 1.0, "lang_code": "a", "user_id": "user_123"},
    )
    assert answer.status_code == 202
    made = answer.json()
    assert (made["status"], made["progress"], made["audio_url"], made["text"]) == ("pending", 0, None, LONG_TEXT)
    done = serving.finished(made["tts_id"])
    assert (done["status"], done["progress"], done["error"]) == ("completed", 100, None)
    assert {**done, **made} == made | {key: done[key] for key in done.keys() - made.keys()}
    sound = serving.client.get(str(done["audio_url"]))
    assert sound.headers["content-type"] == "audio/wav"
    assert sound.content == written(daemon, LONG_TEXT)
    assert done["duration"] == (len(sound.content) - FILE_HEADER) / 48_000
    assert parts(daemon) == []


def test_ranges_of_the_sound_are_those_of_the_file(serving: Serving) -> None:
    job = serving.generate("Hello there.")
    serving.finished(job)
    whole = serving.audio(job)
    get = serving.client.get
    head = serving.client.head(f"{JOBS}/{job}/audio")
    assert (head.status_code, int(head.headers["content-length"]), head.content) == (200, len(whole), b"")
    part = get(f"{JOBS}/{job}/audio", headers={"Range": "bytes=10-99"})
    assert (part.status_code, part.content) == (206, whole[10:100])
    assert part.headers["content-range"] == f"bytes 10-99/{len(whole)}"
    assert get(f"{JOBS}/{job}/audio", headers={"Range": "bytes=-7"}).content == whole[-7:]
    beyond = get(f"{JOBS}/{job}/audio", headers={"Range": f"bytes={len(whole)}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(whole)}")
    changed = get(f"{JOBS}/{job}/audio", headers={"Range": "bytes=0-1", "If-Range": '"another"'})
    assert (changed.status_code, changed.content) == (200, whole)
    same = get(f"{JOBS}/{job}/audio", headers={"If-None-Match": head.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")


def test_events_tell_of_progress_that_never_falls_up_to_the_end(serving: Serving) -> None:
    job = serving.generate(sound_of(SLOW, 4))
    with serving.client.stream("GET", f"{JOBS}/{job}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = list(stream.iter_lines())
    told = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
    ids = [int(line.removeprefix("id: ")) for line in lines if line.startswith("id: ")]
    progress = [progress_of(each) for each in told]
    assert progress == sorted(progress)
    assert ids == sorted(set(ids))
    assert (told[-1]["status"], progress[-1]) == ("completed", 100)
    assert len([each for each in progress if 30 < each < 60]) >= 5, progress
    again = serving.client.get(f"{JOBS}/{job}/events", headers={"Last-Event-ID": str(ids[-1])})
    assert (again.status_code, again.content) == (204, b"")


def test_who_listens_while_it_is_made_gets_all_of_it(quick: Daemon, serving: Serving) -> None:
    text = sound_of(SLOW, 1)
    job = serving.generate(text)
    arrived: list[int] = []
    heard = bytearray()
    with serving.client.stream("GET", f"{JOBS}/{job}/audio") as stream:
        for data in stream.iter_raw():
            heard += data
            if not arrived and len(heard) > STREAM_HEADER:
                arrived.append(progress_of(serving.job(job)))
    assert arrived[0] < 60, "sound came while it was made"
    assert heard[STREAM_HEADER:] == written(quick, text)[FILE_HEADER:]


def test_a_cancelled_job_falls_silent_within_a_piece_and_can_be_tried_again(
    daemon: Daemon, quick: Daemon, serving: Serving, figure: Callable[[str], None]
) -> None:
    text = sound_of(SLOW, 2)
    job = serving.generate(text)
    serving.reaches(job, 31)
    began = time.monotonic()
    cancelled = serving.client.post(f"{JOBS}/{job}/cancel")
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    eventually(lambda: not daemon.queue(), "nothing is spoken for it", STOPS)
    figure(f"a cancelled job was silent after {time.monotonic() - began:.2f} s")
    assert daemon.ask(Status(), StatusReport).recent[-1].outcome != "spoken", "it was given up"
    assert parts(daemon) == []
    assert serving.client.post(f"{JOBS}/{job}/cancel").status_code == 409
    assert serving.client.get(f"{JOBS}/{job}/audio").status_code == 409
    again = serving.client.post(f"{JOBS}/{job}/retry")
    assert (again.status_code, again.json()["status"], again.json()["progress"]) == (202, "pending", 0)
    assert serving.finished(job)["status"] == "completed"
    assert serving.audio(job) == written(quick, text)
    assert serving.client.post(f"{JOBS}/{job}/retry").status_code == 409


def test_a_deleted_job_leaves_nothing(daemon: Daemon, serving: Serving) -> None:
    done, under_way = serving.generate("Hello."), serving.generate(sound_of(ENDLESS, 3))
    serving.finished(done)
    serving.reaches(under_way, 31)
    for job in (done, under_way):
        assert serving.client.delete(f"{JOBS}/{job}").status_code == 204
        for path in ("", "/audio", "/events"):
            assert serving.client.get(f"{JOBS}/{job}{path}").status_code == 404
        assert serving.client.delete(f"{JOBS}/{job}").status_code == 404
        assert not list((daemon.home / "http-audio").glob(f"*{job}*"))
    assert parts(daemon) == []
    eventually(lambda: not daemon.queue(), "nothing is spoken for it", STOPS)


def test_what_makes_no_sense_makes_no_job(serving: Serving) -> None:
    def refused(path: str, body: object) -> tuple[int, str]:
        answer = serving.client.post(f"{JOBS}/{path}", json=body)
        detail = answer.json()["detail"]
        assert isinstance(detail, str)
        return answer.status_code, detail

    user = uuid.uuid4().hex
    bad = [
        {"text": "Hello.", "voice": "af_hart"},
        {"text": "Hello.", "lang_code": "q"},
        {"text": "  \n"},
        {"text": "Hello.", "speed": "fast"},
        {"text": "Hello.", "repo_id": "somebody/else"},
        {},
        [],
    ]
    for body in bad:
        code, _ = refused("generate", {**body, "user_id": user} if isinstance(body, dict) else body)
        assert code in (400, 422), body
    good = {"text": "Hello.", "user_id": user}
    code, detail = refused("batch", {"items": [good, {**good, "voice": "af_hart"}]})
    assert (code, detail.startswith("items.1: ")) == (400, True)
    assert serving.client.get(f"{JOBS}/", params={"user_id": user}).json() == {"items": [], "next_cursor": None}


def test_a_batch_is_made_and_a_repeated_request_makes_nothing_new(serving: Serving) -> None:
    user = uuid.uuid4().hex
    body = {"items": [{"text": f"Text number {number}.", "user_id": user} for number in range(5)]}
    first = serving.client.post(f"{JOBS}/batch", json=body, headers={"Idempotency-Key": "a"})
    again = serving.client.post(f"{JOBS}/batch", json=body, headers={"Idempotency-Key": "a"})
    assert (first.status_code, again.status_code) == (202, 200)
    made = [job["tts_id"] for job in first.json()["items"]]
    assert [job["tts_id"] for job in again.json()["items"]] == made
    other = serving.client.post(f"{JOBS}/batch", json={"items": body["items"][1:]}, headers={"Idempotency-Key": "a"})
    assert other.status_code == 409
    found, cursor = [], None
    while True:
        page = serving.client.get(
            f"{JOBS}/", params={"user_id": user, "limit": 2, **({"cursor": cursor} if cursor else {})}
        )
        found += [job["tts_id"] for job in page.json()["items"]]
        if (cursor := page.json()["next_cursor"]) is None:
            break
    assert sorted(found) == sorted(made)
    for job in made:
        assert serving.finished(job)["status"] == "completed"


def test_two_gateways_on_one_database_share_the_jobs(daemon: Daemon, serving: Serving) -> None:
    texts = [sound_of(LONG_TEXT[: 300 * (1 + number % 2)], 10 + number) for number in range(4)]
    with Serving(daemon) as second:
        jobs = [(serving, second)[number % 2].generate(text, user_id=f"u{number}") for number, text in enumerate(texts)]
        seen = {str(serving.finished(job)["status"]) for job in jobs}
        assert seen == {"completed"}
        for job, text in zip(jobs, texts, strict=True):
            expected = written(daemon, text)
            assert serving.audio(job) == second.audio(job) == expected
        slow = second.generate(sound_of(ENDLESS, 20))
        second.reaches(slow, 31)
        assert serving.client.post(f"{JOBS}/{slow}/cancel").status_code == 200
        eventually(lambda: not daemon.queue(), "it is silent, whoever made it", STOPS)


def test_what_was_spoken_before_a_kill_is_not_spoken_again(daemon: Daemon, quick: Daemon, serving: Serving) -> None:
    text = sound_of(SLOW, 21)
    with Serving(daemon) as second:
        job = second.generate(text)
        second.reaches(job, 35)
        (path,) = (daemon.home / "http-jobs" / "parts").glob("*.journal")
        with path.open("rb") as journal:  # which can be read on when its job has ended and it is gone
            second.kill()
            before = journal.read()
            assert progress_of(serving.job(job)) >= 35
            with serving.client.stream("GET", f"{JOBS}/{job}/audio") as stream:
                heard = b"".join(stream.iter_raw())
            journal.seek(0)
            after = journal.read()
    assert len(after) > len(before)
    assert after.startswith(before[: before.rfind(b"\n") + 1])
    assert serving.finished(job)["status"] == "completed"
    expected = written(quick, text)[FILE_HEADER:]
    assert heard[len(heard) - len(expected) :] == serving.audio(job)[FILE_HEADER:] == expected


def test_a_gateway_that_is_told_to_leave_does_so_at_once_and_leaves_its_jobs_to_others(
    daemon: Daemon, quick: Daemon, serving: Serving
) -> None:
    text = sound_of(SLOW, 30)
    with Serving(daemon) as leaving:
        # Two are made at once.
        busy = [serving.generate(sound_of(ENDLESS, 31 + number), user_id="busy") for number in range(2)]
        for job in busy:
            serving.reaches(job, 30)
        job = leaving.generate(text, user_id="late")
        leaving.reaches(job, 31)
        assert leaving.end() == 0
        assert "undone" not in leaving.said
        assert "sentence number" not in leaving.said, "no text is in what a gateway says"
    left = serving.job(job)
    assert left["status"] == "processing", "it did not wait for its end"
    assert progress_of(left) >= 31
    for each in busy:
        assert serving.client.post(f"{JOBS}/{each}/cancel").status_code == 200
    assert serving.finished(job)["status"] == "completed"
    assert serving.audio(job) == written(quick, text)


# Kills


@pytest.mark.timeout(7200)
def test_a_kill_at_any_moment_costs_no_job_and_makes_none_twice(
    tmp_path: Path, counts: Callable[[int, int], int]
) -> None:
    chance, rounds = random.Random(5), counts(3, 150)
    victims = ["gateway", "voice", "model"]
    with Daemon(tmp_path, tone_delay=DELAY) as daemon:
        texts = [sound_of(LONG_TEXT[:1200], 1), sound_of(LONG_TEXT[:500], 2)]
        expected = [written(daemon, text) for text in texts]
        serving = Serving(daemon).__enter__()
        try:
            for number in range(rounds):
                pid = model_servers(daemon)
                jobs = [serving.generate(text) for text in texts]
                time.sleep(chance.uniform(0.0, 1.0))  # the random moment, not a wait
                victim = victims[number % 3]
                if victim == "gateway":
                    serving.kill()
                    serving = Serving(daemon).__enter__()
                else:
                    for target in {"voice": voice_servers, "model": model_servers}[victim](daemon)[:1]:
                        kill(target)
                for job, sound in zip(jobs, expected, strict=True):
                    done = serving.finished(job)
                    assert (done["status"], done["error"], done["attempt"]) == ("completed", None, 0), (number, victim)
                    assert serving.audio(job) == sound, (number, victim)
                eventually(lambda: not parts(daemon), "no part file is left")
                if model_servers(daemon) != pid:
                    daemon.run_say("--shutdown")
                    daemon.start()
        finally:
            serving.end()
        assert len(list((daemon.home / "http-audio").iterdir())) == 2 * rounds
