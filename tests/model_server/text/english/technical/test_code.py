"""Names of code, calls, flags, variables."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.technical.saying import said

SAID = [
    ("import java.util.*;", "import java dot util dot star;"),
    ("user.getName().trim()", "user dot get name dot trim"),
    ("Install VS Code now, 2 vs. 3", "Install V S Code now, two versus three"),
    ("def get_user_name(x): return x == 3", "def get user name of X, return X equals three"),
    ("Call getUserName twice.", "Call get user name twice."),
    ("Call get_user_name twice.", "Call get user name twice."),
    ("Raise MAX_RETRY_COUNT now.", "Raise max retry count now."),
    ("Use parseJSON and toHTML here.", "Use parse jason and to H T M L here."),
    ("Use HTTPServer here.", "Use H T T P Server here."),
    ("Set API_KEY and USER_ID first.", "Set A P I key and user I D first."),
    ("Call foo.bar() there.", "Call foo dot bar there."),
    ("Call main() there.", "Call main there."),
    ("Use Foo::bar there.", "Use Foo colon colon bar there."),
    ("Use os.path.join there.", "Use O S dot path dot join there."),
    ("Use self.x there.", "Use self dot X there."),
    ("Use np.array(x) there.", "Use N P dot array of X there."),
    ("Take arr[0] first.", "Take arr sub zero first."),
    ("Take matrix[1][2] first.", "Take matrix sub one sub two first."),
    ("It is a list[int] now.", "It is a list of int now."),
    ("Check __name__ there.", "Check dunder name there."),
    ("It is _private there.", "It is underscore private there."),
    ("Print $HOME there.", "Print dollar home there."),
    ("Print ${USER} there.", "Print dollar user there."),
    ("Pass --dry-run here.", "Pass dash dash dry run here."),
    ("Pass -x or --name=value here.", "Pass dash X or dash dash name equals value here."),
    ("Call f(x, y) again.", "Call F of X, Y again."),
    ("Call range(10) again.", "Call range of ten again."),
    ("It is a TypeError again.", "It is a Type Error again."),
    ("Run nginx and kubectl.", "Run engine X and cube control."),
    ("Parse JSON and YAML.", "Parse jason and yammel."),
    ("Install sudo and npm.", "Install sue-doo and N P M."),
    ("Learn C++, C# and F#.", "Learn C plus plus, C sharp and F sharp."),
    ("Use .NET or Node.js here.", "Use dot net or Node J S here."),
    ("Use TCP/IP and I/O here.", "Use T C P I P and I O here."),
    ("Set UTF-8 and SHA-256 there.", "Set U T F eight and S H A two fifty-six there."),
    ("Build for x86_64 only.", "Build for X eighty-six sixty-four only."),
    ("Do i18n on k8s.", "Do I eighteen N on kubernetes."),
    ("Drink H2O, not CO2.", "Drink H two O, not C O two."),
    ("Play the MP3 again.", "Play the M P three again."),
    ("Ask GPT-4o about COVID-19.", "Ask G P T four O about COVID nineteen."),
    ("Fly an F-16 there.", "Fly an F sixteen there."),
    ("Buy an iPhone today.", "Buy an I phone today."),
    ("The ChatGPT app is there.", "The Chat G P T app is there."),
    ("Wi-Fi 5 is old.", "why-fye five is old."),
    ("Q&A and R&D at AT&T.", "Q and A and R and D at A T and T."),
    ("k = f(n) + g(n-1)", "K equals F of N plus G of N minus one"),
    ("It is O(n log n) there.", "It is O of N log N there."),
    ('Write printf("x") there.', "Write print F of X there."),
    ("Use 2FA over 5G there.", "Use two F A over five G there."),
    ("Run make -j8 there.", "Run make dash J eight there."),
    ("Pin uvicorn[standard] there.", "Pin uvicorn of standard there."),
    ("Use HTML5 and ES6 there.", "Use H T M L five and E S six there."),
    ("Use macOS 14.2 there.", "Use mac O S fourteen point two there."),
    ("It raised IndexError in f(x).", "It raised Index Error in F of X."),
    ("Ask GPT-3.5-turbo or gpt-4o-mini.", "Ask G P T three point five turbo or G P T four O mini."),
    ("Load Qwen2.5-7B there.", "Load Qwen two point five seven B there."),
    ("Call rgb(255, 87, 51) there.", "Call R G B of two hundred fifty-five, eighty-seven, fifty-one there."),
]

# Said by others, or as they are: nothing technical.
NEAR = [
    ("It's don't and won't", "It's don't and won't"),
    ("McDonald has a MacBook", "McDonald has a MacBook"),
    ("LeBron wrote TypeScript", "LeBron wrote TypeScript"),
    ("It is well-known and up-to-date", "It is well-known and up-to-date"),
    ("It hurt. Then it didn't.", "It hurt. Then it didn't."),
]


@pytest.mark.parametrize("written, spoken", SAID)
def test_code_are_said_in_words(written: str, spoken: str) -> None:
    assert said(written) == spoken


@pytest.mark.parametrize("written, spoken", NEAR)
def test_what_only_looks_like_code_is_left_alone(written: str, spoken: str) -> None:
    assert said(written) == spoken
