"""The program `say-bridge`: JSON on standard input, WAV files as they are asked for. For callers of `kokoro_bridge.py`.

`invocation` reads the arguments, `orders` a payload, `filling` makes the file, `lines` does so for many, `program` is
where they meet. None of them imports more than a plain `say -o` does, unless a payload needs it.
"""
