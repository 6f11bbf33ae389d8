"""Other doors to the same daemon: the JSON bridge, telephony, HTTP. Each is a user of SayClient and knows no server.

`serving` is the program `say-serve`, which opens doors; what they share is beside it: `rendering` (sound for a peer, from
asyncio), `lang_codes` and `differing` (what requests made for other programs say of language, device and model).
"""
