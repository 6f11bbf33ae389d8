"""The telephony door: text of phone calls in over TCP, sound back as float samples, registrations over UDP.

`frames` and `registrations` are what bytes mean, `call` is one conversation, `exchange` the two ports with all calls.
`service` turns it on and off and follows its settings, which `database` and `keeping` may take from SQLite; `guardian` is a
process that says so there when this one dies. `options` and `door` are what `say-serve` knows of it.
"""
