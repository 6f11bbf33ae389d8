from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import UnknownVoice, UsageError
from common.settings import BY_NAME, CLIENT, DAEMON, GATEWAY, TABLE, load, parse


def config(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text)
    return path


def test_flags_beat_environment_beats_file_beats_default(tmp_path: Path) -> None:
    file = config(tmp_path, 'speed = 0.6\nvoice = "am_adam"\nengine = "espeak"\n')
    environment = {"SAY_SPEED": "0.7", "SAY_VOICE": "bf_emma"}

    settings = load({"speed": 0.8}, environment, file)

    assert settings.number("speed") == 0.8
    assert settings.text("voice") == "bf_emma"
    assert settings.text("engine") == "espeak"
    assert settings.integer("spool_limit") == 256
    assert settings.explicit == {"speed", "voice", "engine"}


def test_without_anything_all_is_default() -> None:
    settings = load(environment={})

    assert dict(settings) == {row.name: row.default for row in TABLE}
    assert not settings.explicit


def test_an_empty_variable_counts_as_unset() -> None:
    assert load(environment={"SAY_VOICE": ""}).text("voice") == "af_heart"


def test_what_is_on_or_off_may_be_true_or_false_in_the_file(tmp_path: Path) -> None:
    settings = load(
        environment={}, config_file=config(tmp_path, 'skip_unspeakable = true\nmarkup = false\nkeys = "off"')
    )
    assert [settings.text(name) for name in ("skip_unspeakable", "markup", "keys")] == ["on", "off", "off"]
    for wrong in ("emoji = true", "speed = true", "split = false", "threads = true"):
        with pytest.raises(UsageError, match="is no"):
            load(environment={}, config_file=config(tmp_path, wrong))


def test_a_missing_file_is_no_file(tmp_path: Path) -> None:
    assert load(environment={}, config_file=tmp_path / "none.toml").text("voice") == "af_heart"


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_every_row_makes_sense(row: object) -> None:
    row = BY_NAME[row.name]  # type: ignore[attr-defined]  # a Setting
    assert parse(row, row.default, "the table") == row.default
    assert parse(row, str(row.default), "the table") == row.default
    assert type(parse(row, str(row.default), "the table")) is type(row.default)
    assert row.reader in (CLIENT, DAEMON, GATEWAY)
    assert row.meaning and not row.meaning.endswith(".")
    assert row.variable.startswith("SAY_") and row.variable != "SAY_HOME"


def test_each_reader_gets_its_own() -> None:
    settings = load(environment={})

    rows = [name for reader in (CLIENT, DAEMON, GATEWAY) for name in settings.of(reader)]
    assert sorted(rows) == sorted(BY_NAME)


def test_what_proves_wrong_where_it_is_used_is_blamed_on_where_it_comes_from(tmp_path: Path) -> None:
    file = config(tmp_path, 'voice = "af_hart"\nsplit = "("\n')
    settings = load({"split": "["}, {"SAY_AUDIO_DEVICE": "hdmi"}, file)
    wrong = UnknownVoice("there is no such", "Choose another.")

    blamed = {name: settings.blamed(name, wrong) for name in ("voice", "audio_device", "split", "behind")}

    assert {name: str(error).removesuffix("there is no such. Choose another.") for name, error in blamed.items()} == {
        "voice": f"{file}: voice: ",
        "audio_device": "SAY_AUDIO_DEVICE: ",
        "split": "",  # whoever writes it on the command line sees it
        "behind": "",
    }
    assert {type(error) for error in blamed.values()} == {UnknownVoice}


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SAY_IDLE_UNLOAD", "10m", "SAY_IDLE_UNLOAD: '10m' is no number of seconds"),
        ("SAY_IDLE_UNLOAD", "-5", "SAY_IDLE_UNLOAD: -5.0 is less than 0"),
        ("SAY_MEMORY_LIMIT", "1GB", "SAY_MEMORY_LIMIT: '1GB' is no whole number of MiB"),
        ("SAY_CACHE_LIMIT", "0", "SAY_CACHE_LIMIT: 0 is outside 1 to 65536"),
        ("SAY_SPEED", "fast", "SAY_SPEED: 'fast' is no number"),
        (
            "SAY_SPEEDUPS",
            "folded,turbo",
            "SAY_SPEEDUPS: there is no 'turbo'. Use all, none, or some of batches, folded, packed, vocoder with commas between.",
        ),
        (
            "SAY_SPEEDUPS",
            "none,folded",
            "SAY_SPEEDUPS: there is no 'none'. Use all, none, or some of batches, folded, packed, vocoder with commas between.",
        ),
    ],
)
def test_a_bad_value_is_told_with_what_would_do(name: str, value: str, told: str) -> None:
    with pytest.raises(UsageError) as refused:
        load(environment={name: value})
    assert str(refused.value) == told


def test_speedups_are_those_of_the_engine() -> None:
    from model_server.engines import speedups

    assert BY_NAME["speedups"].parts == speedups.ALL
    for value in ("all", "none", "folded", "packed, folded"):
        assert load(environment={"SAY_SPEEDUPS": value}).text("speedups") == value
        assert speedups.chosen(value) <= set(speedups.ALL)


@pytest.mark.parametrize(
    "name, value",
    [
        ("SAY_SPEED", "fast"),
        ("SAY_SPEED", "2.1"),
        ("SAY_SPEED", "nan"),
        ("SAY_MODEL_IDLE", "inf"),
        ("SAY_MODEL_IDLE", "-1"),
        ("SAY_MODEL_IDLE", "1e999"),
        ("SAY_ENGINE", "other"),
        ("SAY_MODEL_PORT", "65536"),
        ("SAY_MODEL_PORT", "1.5"),
        ("SAY_MODEL_PORT", "9" * 5000),
        ("SAY_VOICE_SERVERS", "0"),
    ],
)
def test_a_variable_that_makes_no_sense_is_named(name: str, value: str) -> None:
    with pytest.raises(UsageError, match=name):
        load(environment={name: value})


@pytest.mark.parametrize(
    "text, named",
    [
        ("speed = true", "speed"),
        ("speed = [1]", "speed"),
        ("speed = nan", "speed"),
        ("voice_idle = inf", "voice_idle"),
        ("threads = 2.5", "threads"),
        ("threads = inf", "threads"),
        ("model_port = 1979-05-27", "model_port"),
        ("sped = 1", "sped"),
        ("speed = ", "config.toml"),
        ("\x00", "config.toml"),
        ("[speed]\na = 1", "speed"),
    ],
)
def test_a_file_that_makes_no_sense_is_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(UsageError, match=named):
        load(environment={}, config_file=config(tmp_path, text))


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match=r"config\.toml"):
        load(environment={}, config_file=path)
    with pytest.raises(UsageError, match=path.parent.name):
        load(environment={}, config_file=path.parent)


def test_whole_numbers_of_a_file_serve_as_fractions_and_back(tmp_path: Path) -> None:
    settings = load(environment={}, config_file=config(tmp_path, "speed = 1\nthreads = 2.0\n"))

    assert (settings["speed"], settings["threads"]) == (1.0, 2)
    assert type(settings["speed"]) is float and type(settings["threads"]) is int


@given(
    st.sampled_from(TABLE),
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers()),
)
def test_any_value_is_taken_within_bounds_or_refused(row: object, value: object) -> None:
    row = BY_NAME[row.name]  # type: ignore[attr-defined]  # a Setting
    try:
        parsed = parse(row, value, "somewhere")
    except UsageError:
        return
    assert type(parsed) is type(row.default)
    assert not row.choices or parsed in row.choices
    if not isinstance(parsed, str):
        assert row.minimum is None or parsed >= row.minimum
        assert row.maximum is None or parsed <= row.maximum
