#!/usr/bin/env python3
"""Try a telephony service: one call, one text, its sound. Needs the standard library alone.

    ./start-kokoro.sh &
    ./test_kokoro_service.py [TEXT]

Exits with 0 if sound came back, with 1 and a line that says what was wrong otherwise.
"""

# ruff: noqa: T201  # it talks to whoever runs it

from __future__ import annotations

import argparse
import array
import os
import socket
import struct
import sys
import time

CALL_ID = "999"
TEXT = "Hello, this is a test of the Kokoro text to speech service."
BYE = struct.pack("!I", 0xFFFFFFFF)
MOST = 1 << 30  # bytes of sound that are believed


class Failed(Exception):
    """The service did not do as it should."""


def main() -> int:
    """Make the call; return the exit status."""
    options = _parser().parse_args()
    try:
        print(f"Connecting to {options.host}:{options.tcp_port} ...", flush=True)
        with _connect(options) as connection:
            _call(connection, options)
    except TimeoutError:
        return _fail(
            f"nothing came within {options.timeout:g} s: is the model being fetched or loaded? --timeout waits longer"
        )
    except ConnectionRefusedError:
        return _fail(
            f"nobody listens at {options.host}:{options.tcp_port}: start ./start-kokoro.sh, or enable the service"
        )
    except ConnectionError:
        return _fail("the service ended the call: its log says why")
    except socket.gaierror as error:
        return _fail(f"there is no host {options.host}: {error.strerror}")
    except (OSError, Failed) as error:
        return _fail(str(error))
    print("✅ Test completed successfully!")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Try a telephony service with one call.")
    parser.add_argument("text", nargs="?", default=TEXT, help="what shall be said")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--tcp-port", type=_port, default=os.environ.get("KOKORO_TCP_PORT") or "8090", metavar="N")
    parser.add_argument("--udp-port", type=_port, default=os.environ.get("KOKORO_UDP_PORT") or "13001", metavar="N")
    parser.add_argument("--call-id", default=CALL_ID, metavar="N")
    parser.add_argument("--timeout", type=_seconds, default=60.0, metavar="SECONDS", help="for each step (60)")
    return parser


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text!r} is no port from 1 to 65535")
    return int(text)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < 86400:  # a day; false for what is no number, too
        raise argparse.ArgumentTypeError(f"{text!r} is no time from 0 to 86400 seconds")
    return seconds


def _connect(options: argparse.Namespace) -> socket.socket:
    _send_datagram(options, f"REGISTER:{options.call_id}")
    connection = socket.create_connection((options.host, options.tcp_port), options.timeout)
    print("✅ Connected!", flush=True)
    return connection


def _call(connection: socket.socket, options: argparse.Namespace) -> None:
    """Say hello, send the text, take its sound, say goodbye. Raises Failed, OSError."""
    connection.sendall(_framed(options.call_id))
    print(f"👋 Sent HELLO with call_id={options.call_id}", flush=True)
    asked = time.monotonic()
    connection.sendall(_framed(options.text))
    print(f"📝 Sent text: {options.text}", flush=True)
    size, rate, chunk_id = struct.unpack("!III", _receive(connection, 12))
    if chunk_id != 1 or size % 4 or not 0 < rate <= 192_000 or size > MOST:
        raise Failed(f"the answer makes no sense: {size} bytes at {rate} Hz, chunk {chunk_id}")
    if not size:
        raise Failed("the service could not speak that text: its log says why")
    sound = _receive(connection, size)
    took = time.monotonic() - asked
    print(f"🔊 Received {len(sound)} bytes of audio data", flush=True)
    print(f"   {size / 4 / rate:.2f} s at {rate} Hz after {took:.2f} s, loudest sample {_loudest(sound):.3f}")
    connection.sendall(BYE)
    _send_datagram(options, f"BYE:{options.call_id}")


def _framed(text: str) -> bytes:
    data = text.encode("utf-8")
    return struct.pack("!I", len(data)) + data


def _receive(connection: socket.socket, size: int) -> bytes:
    received = bytearray()
    while len(received) < size:
        data = connection.recv(min(size - len(received), 1 << 16))
        if not data:
            raise Failed(f"the service ended the call after {len(received)} of {size} bytes: its log says why")
        received += data
    return bytes(received)


def _loudest(sound: bytes) -> float:
    """Return the greatest sample of little-endian float32 ones. Raises Failed for silence and for what is no sound."""
    samples = array.array("f")
    samples.frombytes(sound)
    if sys.byteorder == "big":
        samples.byteswap()
    if not all(abs(sample) <= 1.0 for sample in samples):  # false for NaN, too
        raise Failed("the answer has samples that are no sound")
    loudest = max(map(abs, samples))
    if not loudest:
        raise Failed("the answer is silence")
    return loudest


def _send_datagram(options: argparse.Namespace, text: str) -> None:
    with socket.socket(socket.AF_INET6 if ":" in options.host else socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        datagrams.sendto(text.encode("ascii", "replace"), (options.host, options.udp_port))


def _fail(why: str) -> int:
    print(f"❌ {why}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
