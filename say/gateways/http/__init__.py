"""HTTP: OpenAI's speech API, captions, jobs and a page, on the one warm model.

`options` is all that `say-serve` sees of it; only with `--http` is the rest imported, which is heavy. A request passes
`guard` (who may ask, and how much), then a route (`speech`, `captions`, `catalogue`, `health`, …), `wishes` (what
shall be spoken), `admission` (how many at once) and `say.gateways.rendering`; `encoding` makes formats of the sound.
"""
