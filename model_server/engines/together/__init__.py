"""Several pieces spoken by Kokoro at once, on a GPU where that measures faster."""
