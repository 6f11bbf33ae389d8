"""Errors and warnings are told from other lines as a person would tell them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from say.alerts import Alert, FirstAlert, alert_of, is_alert
from tests.cpu_time import cpu_seconds

# Lines as programs print them.
ERRORS = (
    # compilers, linkers, build tools
    "foo.c:12:5: error: use of undeclared identifier 'x'",
    "foo.c:1:10: fatal error: stdio.h: No such file or directory",
    "/usr/bin/ld: main.o: undefined reference to `frobnicate'",
    "collect2: error: ld returned 1 exit status",
    "clang: error: linker command failed with exit code 1 (use -v to see invocation)",
    "error[E0382]: borrow of moved value: `s`",
    'error: could not compile `demo` (bin "demo") due to 1 previous error',
    "src/app.ts(3,5): error TS2304: Cannot find name 'x'.",
    "src/app.ts:3:5 - error TS2304: Cannot find name 'x'.",
    "./main.go:7:2: undefined: fmt",
    "main.go:7:2: declared and not used: x",
    "make: *** [Makefile:2: all] Error 2",
    "make[1]: *** No rule to make target 'x.o', needed by 'all'.  Stop.",
    "ninja: build stopped: subcommand failed.",
    "CMake Error at CMakeLists.txt:3 (find_package):",
    "configure: error: no acceptable C compiler found in $PATH",
    "[ERROR] Failed to execute goal org.apache.maven.plugins:maven-compiler-plugin:3.8.1",
    "[INFO] BUILD FAILURE",
    "FAILURE: Build failed with an exception.",
    "Main.java:3: error: ';' expected",
    "mypkg/mod.py:3: error: Incompatible return value type  [return-value]",
    "  3:5  error  'x' is not defined  no-undef",
    "✖ 2 problems (2 errors, 0 warnings)",
    "ERROR in ./src/index.js 1:0-24",
    "Module not found: Error: Can't resolve './x'",
    # languages at run time
    "ValueError: invalid literal for int() with base 10: 'x'",
    "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
    "Traceback (most recent call last):",
    "ZeroDivisionError",
    "TypeError: Cannot read properties of undefined (reading 'x')",
    "Uncaught ReferenceError: x is not defined",
    'Exception in thread "main" java.lang.NullPointerException',
    "Caused by: java.io.IOException: Stream closed",
    "java.lang.OutOfMemoryError: Java heap space",
    "panic: runtime error: index out of range [3] with length 3",
    "thread 'main' panicked at src/main.rs:2:5:",
    "terminate called after throwing an instance of 'std::runtime_error' (core dumped)",
    "Segmentation fault (core dumped)",
    "Segmentation fault",
    "*** stack smashing detected ***: terminated",
    "==1234==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000010",
    "a.out: main.c:5: main: Assertion `x == 1' failed.",
    "Killed",
    # tests
    "FAILED tests/test_x.py::test_a - assert 1 == 2",
    "ERROR tests/test_x.py - ImportError: no module",
    "E   assert 1 == 2",
    "E       AssertionError: boom",
    "============ 1 failed, 3 passed in 0.12s ============",
    "--- FAIL: TestParse (0.00s)",
    "FAIL\texample.com/demo\t0.002s",
    "FAIL src/app.test.js",
    "  ✕ adds numbers (3 ms)",
    "not ok 3 - parses a date",
    "test parse ... FAILED",
    "test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured",
    # packages, version control, network
    "npm ERR! code ELIFECYCLE",
    "npm error code ENOENT",
    "E: Unable to locate package nosuch",
    "ERROR: Could not find a version that satisfies the requirement nosuch",
    "dpkg: error processing package foo (--configure):",
    "fatal: not a git repository (or any of the parent directories): .git",
    "CONFLICT (content): Merge conflict in a.txt",
    " ! [rejected]        main -> main (fetch first)",
    "error: failed to push some refs to 'origin'",
    "curl: (6) Could not resolve host: nosuch.example",
    "ssh: connect to host example.com port 22: Connection refused",
    "root@example.com: Permission denied (publickey,password).",
    "docker: Error response from daemon: pull access denied for x",
    "rsync error: some files/attrs were not transferred (code 23) at main.c(1338)",
    "tar: Exiting with failure status due to previous errors",
    "cp: cannot stat 'x': No such file or directory",
    "ls: cannot access '/nope': No such file or directory",
    "bash: line 1: foo: command not found",
    "sh: 1: foo: not found",
    "zsh: command not found: foo",
    "write error: No space left on device",
    # logs
    "Nov 20 13:00:01 host sshd[99]: error: kex_exchange_identification: Connection closed by remote host",
    "Nov 20 13:00:01 host sshd[99]: Failed password for root from 10.0.0.1 port 22 ssh2",
    "Nov 20 13:00:01 host systemd[1]: foo.service: Main process exited, code=exited, status=1/FAILURE",
    "[  12.345678] EXT4-fs error (device sda1): ext4_find_entry:1455: inode #2",
    "[  12.345678] Kernel panic - not syncing: VFS: Unable to mount root fs",
    "[  12.3] a.out[77]: segfault at 0 ip 000055 sp 00007f error 4 in a.out",
    "2026-11-20 13:00:01,123 ERROR worker: job 7 lost",
    '2026-11-20T13:00:01Z level=error msg="cannot reach db"',
    '{"level":"error","msg":"no connection"}',
    '{"severity": "ERROR", "message": "x"}',
    '[error] 99#0: *1 open() "/x" failed (2: No such file or directory)',
    "E1120 13:00:01.123456       1 server.go:12] cannot sync",
    '10.0.0.1 - - [20/Nov/2026:13:00:01 +0000] "GET / HTTP/1.1" 502 157 "-" "curl"',
    "CRITICAL: disk is full",
    "dial tcp 10.0.0.1:80: i/o timeout: context deadline exceeded",
    "ls: unrecognized option '--nope'",
    "Tests run: 5, Failures: 1, Errors: 0, Skipped: 0",
    "Warning is one thing, but this failed",
)
WARNINGS = (
    "foo.c:3:9: warning: unused variable 'error' [-Wunused-variable]",
    "warning: unused import: `std::fmt`",
    'warning: `demo` (bin "demo") generated 1 warning',
    "/x/y.py:3: DeprecationWarning: foo() is deprecated",
    "(node:99) ExperimentalWarning: The fs.promises API is experimental",
    "npm WARN deprecated har-validator@5.1.5: this library is no longer supported",
    "npm warn deprecated glob@7.2.3",
    "W: Some index files failed to download. They have been ignored, or old ones used instead.",
    "2026-11-20 13:00:01,123 WARNING worker: failed to renew, trying again",
    'time="x" level=warning msg="error while closing"',
    "[WARN] retry after error",
    "make: [Makefile:3: clean] Error 1 (ignored)",
    "0 errors, 3 warnings",
    "W1120 13:00:01.123456       1 server.go:12] slow",
    "src/x.py:1:1: F401 `os` imported but unused",
    "⚠ this takes long",
    "make: warning: Clock skew detected.  Your build may be incomplete.",
)
FINE = (
    "",
    "   ",
    "hello",
    "0 errors",
    "0 errors, 0 warnings",
    "no errors found",
    "No errors or warnings.",
    "Found 0 errors in 12 files",
    "Success: no issues found in 3 source files",
    "finished without errors",
    "completed without any error",
    "Errors: 0",
    "errors: 0, warnings: 0",
    "warnings: 0",
    "Failed: 0",
    "tests: 12, failed=0, errors=0",
    "ok=3 changed=1 unreachable=0 failed=0 skipped=0",
    '{"level":"info","error":null}',
    "level=info err=<nil>",
    "level=info msg=\"reloaded\" error=none",
    "test result: ok. 3 passed; 0 failed; 0 ignored",
    "test error::tests::parses ... ok",
    "12 passed, 0 failed",
    "tests/test_errors.py ........",
    "tests/test_x.py::test_fails_on_error PASSED",
    "ok 3 - reports an error",
    "  ✓ throws an error (3 ms)",
    "PASS src/error.test.js",
    "cc -Wall -Werror -c errors.c -o errors.o",
    "gcc -Wno-error=unused -c a.c",
    "   Compiling thiserror v1.0.50",
    "   Compiling error-chain v0.12.4",
    "common/errors.py",
    "-rw-r--r-- 1 u u 120 Nov 20 error.log",
    "M  src/error_handling/mod.rs",
    "checking for error handling... yes",
    "checking for errors",
    "added error handling",
    "Error handling",
    "see https://example.com/errors/12 for details",
    "  File \"/x/errors.py\", line 3, in run",
    "    raise ValueError(\"no\")",
    "class ParseError(Exception):",
    "except ValueError:",
    "from common.errors import SayError",
    "=========== FAILURES ===========",
    "foo.c:3:9: note: previous declaration was here, error or not",
    "DEBUG retry after error",
    "[debug] failed to hit the cache",
    "Downloading failover-1.2.tar.gz",
    "non-fatal",
    "process exited with status 0",
    "exit code 0",
    "Cloning into 'error'...",
    "Tests run: 5, Failures: 0, Errors: 0, Skipped: 0",
    "If any of these fails, stop.",
    "terror and mirrors",
    "the prefailed informants",
    "everything is as it was not before",
    '10.0.0.1 - - [20/Nov/2026:13:00:01 +0000] "GET /error HTTP/1.1" 200 157',
    "error rate: 0.0%",
)  # fmt: skip
COLOURED = (
    "\x1b[1mfoo.c:12:5: \x1b[0m\x1b[0;1;31merror: \x1b[0m\x1b[1muse of undeclared identifier\x1b[0m",
    "\x1b[31mFAILED\x1b[0m tests/test_x.py::\x1b[1mtest_a\x1b[0m",
    "\x1b]8;;file:///x\x1b\\main.c\x1b]8;;\x1b\\: \x1b[31mer\x1b[1mror\x1b[0m: x",
    "\x1b(B\x1b[m\x1b[31m[ERROR]\x1b(B\x1b[m no",
)


@pytest.mark.parametrize("line", ERRORS)
def test_errors_are_errors(line: str) -> None:
    assert alert_of(line) is Alert.ERROR and is_alert(line)


@pytest.mark.parametrize("line", WARNINGS)
def test_warnings_are_warnings(line: str) -> None:
    assert alert_of(line) is Alert.WARNING and is_alert(line)


@pytest.mark.parametrize("line", FINE)
def test_other_lines_are_neither(line: str) -> None:
    assert alert_of(line) is Alert.NONE and not is_alert(line)


@pytest.mark.parametrize("line", COLOURED)
def test_colours_hide_nothing(line: str) -> None:
    assert alert_of(line) is Alert.ERROR


@pytest.mark.parametrize(
    "make",
    [
        lambda size: "error " * size,
        lambda size: "no " * size,
        lambda size: "no a b " * size + "errors",
        lambda size: "a:1:1" * size,
        lambda size: "\x1b]" * size,
        lambda size: "\x1b[" + "0;" * size,
        lambda size: '"' * size,
        lambda size: "check for a " * size,
        lambda size: "assertion " * size,
        lambda size: " " * size + "error",
        lambda size: "x" * size,
    ],
)
def test_a_long_line_costs_no_more_than_a_short_one(make: Callable[[int], str]) -> None:
    assert cpu_seconds(partial(alert_of, make(1_000_000)), enough=0.5) < 0.5


def first(*lines: str) -> str:
    watch = FirstAlert()
    for line in lines:
        watch.feed(line)
    return watch.line


def test_the_first_error_counts() -> None:
    assert first("a", "x: error: one", "x: error: two") == "x: error: one"


def test_an_error_counts_more_than_a_warning_before_it() -> None:
    assert first("x: warning: one", "x: error: two") == "x: error: two"


def test_a_warning_counts_where_there_is_no_error() -> None:
    assert first("a", "x: warning: one", "x: warning: two", "b") == "x: warning: one"


def test_where_all_is_fine_there_is_no_line() -> None:
    assert first("a", "0 errors") == ""


def test_a_traceback_is_known_by_its_last_line() -> None:
    trace = (
        "Traceback (most recent call last):",
        '  File "x.py", line 3, in <module>',
        "    raise Oops(3)",
        "x.Oops: 3",
    )
    assert first(*trace, "ValueError: later") == "x.Oops: 3"


def test_a_traceback_that_is_cut_off_is_still_an_error() -> None:
    assert first("Traceback (most recent call last):", '  File "x.py"') == "Traceback (most recent call last):"


def test_the_line_comes_without_its_colours() -> None:
    assert first("  \x1b[31merror: x\x1b[0m \r") == "error: x"
