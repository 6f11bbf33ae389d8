"""Endings of the names of files and of machines."""

from __future__ import annotations

from model_server.text.english.technical.names import listed

# Endings of file names. Source: mimetypes of Python's standard library, and those of source code.
EXTENSIONS = listed(
    "py pyc pyi pyx ipynb js mjs cjs ts tsx jsx json jsonl json5 yaml yml toml ini cfg conf config env lock md mdx rst txt",
    "text log csv tsv xml html htm xhtml css scss sass less php rb rs go java kt kts swift scala c h cc cpp cxx hpp hh",
    "cs fs vb m mm pl pm lua r jl sh bash zsh fish bat cmd ps1 sql db sqlite sqlite3 proto graphql vue svelte dart ex exs",
    "erl hs clj elm nim zig asm s o a so dll dylib exe msi app dmg deb rpm apk jar war class whl egg tar gz tgz bz2 xz zst",
    "zip rar 7z iso img bin dat bak tmp swp pid sock pem key crt cer csr pub asc sig sha256 md5 patch diff png jpg jpeg",
    "gif bmp svg webp ico tif tiff psd pdf doc docx xls xlsx ppt pptx odt ods odp rtf epub mobi tex bib mp3 mp4 m4a m4b",
    "m4v wav flac ogg opus aac avi mkv mov webm srt vtt ass lrc ttf otf woff woff2 pt pth onnx safetensors gguf npy npz",
    "parquet pkl h5 service socket timer desktop plist gradle cmake mk make vim el rc local example template tpl j2 in",
)

# Endings that are words, too: a name of capitals or two words without a blank is likelier before them.
WORDY_EXTENSIONS = listed("in so go do app a s m r c h ass local example class key make less text env fish bash")

# Top-level domains that are words, too: only before a path.
WORDY_TOP_LEVEL = listed("us is it in be me my at no to so do ws cc sh id pm page to")

# Top-level domains that make an address of two words and a dot. Country codes that are English words are left out.
TOP_LEVEL = listed(
    "com org net edu gov mil int info biz name museum io ai app dev tech cloud online site store shop blog xyz wiki page",
    "news live link tv fm co gg ly eu uk de fr nl ch es pt se fi dk cz ru ua jp cn kr br mx ar au nz ca ie il za tr gr",
    "hu ro sk si hr bg lt lv ee lu li tw hk sg my th vn ph africa arpa local internal localhost test example invalid",
)
