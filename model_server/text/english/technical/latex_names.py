"""What the commands of LaTeX's mathematics are called. A comma is a pause."""

from __future__ import annotations

from model_server.text.english.technical.names import listed

_GREEK = listed(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega"
)

COMMANDS = {
    **{name: name for name in _GREEK},
    **{
        name.capitalize(): name
        for name in ("gamma", "delta", "theta", "lambda", "xi", "pi", "sigma", "phi", "psi", "omega")
    },
    **{f"var{name}": name for name in ("epsilon", "theta", "phi", "rho", "sigma")},
    **dict.fromkeys(("le", "leq", "leqslant"), "less than or equal to"),
    **dict.fromkeys(("ge", "geq", "geqslant"), "greater than or equal to"),
    **dict.fromkeys(("ne", "neq"), "not equal to"),
    **dict.fromkeys(("lt",), "less than"),
    **dict.fromkeys(("gt",), "greater than"),
    **dict.fromkeys(("to", "rightarrow", "longrightarrow"), "to"),
    **dict.fromkeys(("implies", "Rightarrow", "Longrightarrow"), "implies"),
    **dict.fromkeys(("iff", "Leftrightarrow"), "if and only if"),
    **dict.fromkeys(("wedge", "land"), "and"),
    **dict.fromkeys(("vee", "lor"), "or"),
    **dict.fromkeys(("neg", "lnot"), "not"),
    **dict.fromkeys(("ldots", "dots", "cdots"), "and so on"),
    **dict.fromkeys(("setminus",), "without"),
    "approx": "approximately equals",
    "equiv": "is equivalent to",
    "cong": "is congruent to",
    "sim": "is similar to",
    "propto": "is proportional to",
    "times": "times",
    "cdot": "times",
    "ast": "star",
    "div": "divided by",
    "pm": "plus or minus",
    "mp": "minus or plus",
    "ll": "much less than",
    "gg": "much greater than",
    "infty": "infinity",
    "mapsto": "maps to",
    "in": "in",
    "notin": "not in",
    "subset": "is a subset of",
    "subseteq": "is a subset of",
    "cup": "union",
    "cap": "intersection",
    "emptyset": "the empty set",
    "forall": "for all",
    "exists": "there exists",
    "partial": "partial",
    "nabla": "nabla",
    "mid": "given",
    "perp": "perpendicular to",
    "parallel": "parallel to",
    "angle": "angle",
    "circ": "of",
    "prime": "prime",
    "hbar": "H bar",
    "ell": "L",
    "sin": "sine",
    "cos": "cosine",
    "tan": "tangent",
    "arcsin": "arc sine",
    "arccos": "arc cosine",
    "arctan": "arc tangent",
    "log": "log",
    "ln": "natural log",
    "exp": "exp",
    "max": "max",
    "min": "min",
    "det": "determinant",
    "mod": "mod",
    "bmod": "mod",
}

# Their indices are limits: "the sum from I equals one to N of".
LIMITED = {
    "sum": "the sum",
    "prod": "the product",
    "int": "the integral",
    "oint": "the integral",
    "iint": "the integral",
}

# Said behind what stands in their brackets.
ACCENTS = {
    "hat": "hat",
    "bar": "bar",
    "overline": "bar",
    "vec": "vector",
    "tilde": "tilde",
    "dot": "dot",
    "ddot": "double dot",
}

# What stands in their brackets is words; in those of the others, if they have any, mathematics.
WORDS = listed("section subsection chapter title caption footnote text textbf textit textrm mathrm operatorname mbox")
SILENT = listed(
    "left right big Big bigl bigr Bigl Bigr displaystyle textstyle quad qquad limits nolimits mathbf mathbb mathcal boldsymbol",
    "boxed underline",
)

# Written without a backslash, too.
FUNCTIONS = {name: COMMANDS[name] for name in ("sin", "cos", "tan", "log", "ln", "exp", "max", "min", "arctan", "mod")}
