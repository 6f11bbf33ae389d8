"""Languages by the endings of their files' names: how comments look."""

from __future__ import annotations

from common.records import dataclass


@dataclass(frozen=True)
class Language:
    """What of a language matters for reading it out."""

    line: tuple[str, ...]  # what begins a comment up to the end of its line
    block: tuple[str, str] | None = None  # what begins and ends a comment over lines


_HASH = Language(("#",))
_SLASHES = Language(("//",), ("/*", "*/"))
_DASHES = Language(("--",), ("/*", "*/"))

LANGUAGES: dict[str, Language] = {
    **dict.fromkeys(("py", "pyi", "python", "python3", "sh", "bash", "zsh", "fish", "dash", "rb", "ruby"), _HASH),
    **dict.fromkeys(("pl", "perl", "r", "jl", "yaml", "yml", "toml", "mk", "cmake", "dockerfile"), _HASH),
    **dict.fromkeys(
        ("c", "h", "cc", "cpp", "cxx", "hpp", "hh", "js", "mjs", "cjs", "jsx", "ts", "tsx", "node"), _SLASHES
    ),
    **dict.fromkeys(("java", "kt", "scala", "swift", "go", "rs", "cs", "m", "php", "dart", "zig", "css"), _SLASHES),
    **dict.fromkeys(("sql", "lua", "hs", "elm", "ada"), _DASHES),
    "ini": Language((";", "#")),
    "el": Language((";",)),
    "lisp": Language((";",)),
    "clj": Language((";",)),
}
ANY = Language(("#", "//"), ("/*", "*/"))  # a language that is not known
