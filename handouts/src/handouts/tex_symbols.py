# ruff: noqa: RUF001
"""The commands of TeX's mathematics that stand for one sign or one name."""

from __future__ import annotations

__all__ = [
    "ACCENTS",
    "ARROWS",
    "BIG",
    "BINOMIALS",
    "BOXES",
    "CLASSES",
    "DELIMITERS",
    "EM",
    "ENVIRONMENTS",
    "FONTS",
    "FONT_SWITCHES",
    "FRACTIONS",
    "INFIX",
    "LINES",
    "NEGATED",
    "OPERATORS",
    "REFUSED",
    "SIGN_KINDS",
    "SKIPPED",
    "SKIPPED_WITH_ARGUMENT",
    "SPACES",
    "STYLES",
    "SYMBOLS",
    "TEXTS",
    "TRANSPARENT",
]

# TeX's classes of signs, and their commands: "name sign" pairs.
_BY_CLASS = {
    "ord": """
        alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ
        vartheta ϑ iota ι kappa κ varkappa ϰ lambda λ mu μ nu ν xi ξ omicron ο pi π
        varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi ϕ varphi φ chi χ
        psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ
        Phi Φ Psi Ψ Omega Ω
        infty ∞ partial ∂ nabla ∇ ell ℓ hbar ℏ hslash ℏ Re ℜ Im ℑ wp ℘ aleph ℵ beth ℶ
        emptyset ∅ varnothing ∅ forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬ top ⊤ bot ⊥
        angle ∠ measuredangle ∡ triangle △ prime ′ backprime ‵ imath ı jmath ȷ
        complement ∁ vdots ⋮ square □ Box □ blacksquare ■ lozenge ◊ bigstar ★
        checkmark ✓ clubsuit ♣ diamondsuit ♢ heartsuit ♡ spadesuit ♠ natural ♮ flat ♭
        sharp ♯ degree ° pounds £ S § P ¶ surd √ eth ð mho ℧ Finv Ⅎ
        % % # # $ $ & & _ _ backslash \\ vert | Vert ‖ QED ∎ R ℝ reals ℝ N ℕ Z ℤ
        / / . . | | @ @ " "
    """,
    "op": """
        sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ bigcap ⋂ bigcup ⋃ bigvee ⋁
        bigwedge ⋀ bigoplus ⨁ bigotimes ⨂ bigodot ⨀ biguplus ⨄ bigsqcup ⨆
    """,
    "bin": """
        + + - − * ∗ pm ± mp ∓ times × div ÷ cdot ⋅ ast ∗ star ⋆ circ ∘ bullet ∙ cap ∩
        cup ∪ uplus ⊎ sqcap ⊓ sqcup ⊔ vee ∨ lor ∨ wedge ∧ land ∧ setminus ∖
        smallsetminus ∖ wr ≀ diamond ⋄ bigtriangleup △ bigtriangledown ▽
        triangleleft ◁ triangleright ▷ oplus ⊕ ominus ⊖ otimes ⊗ oslash ⊘ odot ⊙
        bigcirc ◯ dagger † ddagger ‡ amalg ⨿ ltimes ⋉ rtimes ⋊ boxplus ⊞ boxminus ⊟
        boxtimes ⊠ boxdot ⊡ intercal ⊺ circledast ⊛ circledcirc ⊚ dotplus ∔
        centerdot ⋅ Cap ⋒ Cup ⋓ veebar ⊻
    """,
    "rel": """
        = = < < > > : : lt < gt > leq ≤ le ≤ geq ≥ ge ≥ leqslant ⩽ geqslant ⩾ neq ≠ ne ≠
        ll ≪ gg ≫ lll ⋘ ggg ⋙ equiv ≡ sim ∼ simeq ≃ approx ≈ approxeq ≊ cong ≅ asymp ≍
        doteq ≐ triangleq ≜ coloneqq ≔ coloneq ≔ eqqcolon ≕ propto ∝ varpropto ∝ in ∈
        notin ∉ ni ∋ owns ∋ subset ⊂ supset ⊃ subseteq ⊆ supseteq ⊇ subsetneq ⊊
        supsetneq ⊋ nsubseteq ⊈ nsupseteq ⊉ sqsubset ⊏ sqsupset ⊐ sqsubseteq ⊑
        sqsupseteq ⊒ prec ≺ succ ≻ preceq ⪯ succeq ⪰ lesssim ≲ gtrsim ≳ lessgtr ≶
        nless ≮ ngtr ≯ nleq ≰ ngeq ≱ nsim ≁ ncong ≇ mid ∣ nmid ∤ parallel ∥
        nparallel ∦ perp ⊥ models ⊨ vDash ⊨ vdash ⊢ dashv ⊣ Vdash ⊩ nvdash ⊬ nvDash ⊭
        bowtie ⋈ smile ⌣ frown ⌢ backsim ∽ thicksim ∼ thickapprox ≈ therefore ∴
        because ∵ between ≬ pitchfork ⋔ vartriangleleft ⊲ vartriangleright ⊳
        trianglelefteq ⊴ trianglerighteq ⊵
        to → rightarrow → leftarrow ← gets ← leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐
        Leftrightarrow ⇔ longrightarrow ⟶ longleftarrow ⟵ longleftrightarrow ⟷
        Longrightarrow ⟹ Longleftarrow ⟸ Longleftrightarrow ⟺ implies ⟹ impliedby ⟸
        iff ⟺ mapsto ↦ longmapsto ⟼ hookrightarrow ↪ hookleftarrow ↩ uparrow ↑
        downarrow ↓ updownarrow ↕ Uparrow ⇑ Downarrow ⇓ Updownarrow ⇕ nearrow ↗
        searrow ↘ swarrow ↙ nwarrow ↖ rightharpoonup ⇀ rightharpoondown ⇁
        leftharpoonup ↼ leftharpoondown ↽ rightleftharpoons ⇌ leftrightharpoons ⇋
        rightrightarrows ⇉ leftleftarrows ⇇ rightleftarrows ⇄ leftrightarrows ⇆
        twoheadrightarrow ↠ rightarrowtail ↣ rightsquigarrow ⇝ leadsto ⇝
        curvearrowright ↷ circlearrowright ↻ circlearrowleft ↺ nrightarrow ↛
        nleftarrow ↚ multimap ⊸ upharpoonright ↾ restriction ↾
    """,
    "open": """
        ( ( [ [ { { lbrace { lbrack [ lparen ( langle ⟨ lfloor ⌊ lceil ⌈ lvert | lVert ‖
        llbracket ⟦ lgroup ⟮ ulcorner ⌜ llcorner ⌞
    """,
    "close": """
        ) ) ] ] } } rbrace } rbrack ] rparen ) rangle ⟩ rfloor ⌋ rceil ⌉ rvert | rVert ‖
        rrbracket ⟧ rgroup ⟯ urcorner ⌝ lrcorner ⌟ ! ! ? ?
    """,
    "punct": ", , ; ; colon :",
    "inner": "ldots … dotsc … dotso … cdots ⋯ dotsb ⋯ dotsm ⋯ dotsi ⋯ ddots ⋱",
}


def _pairs(text: str) -> list[tuple[str, str]]:
    words = text.split()
    return list(zip(words[::2], words[1::2], strict=True))


# By command without its backslash, or by character: the sign and its class.
SYMBOLS: dict[str, tuple[str, str]] = {
    name: (sign, kind)
    for kind, text in _BY_CLASS.items()
    for name, sign in _pairs(text)
}

# What \left, \right, \middle and \big take, apart from the signs of these classes.
DELIMITERS = {
    name: sign
    for name, (sign, kind) in SYMBOLS.items()
    if kind in ("open", "close") and sign not in "!?"
} | {
    "|": "|",
    "\\|": "‖",
    "/": "/",
    "<": "⟨",
    ">": "⟩",
    ".": "",
    "vert": "|",
    "Vert": "‖",
    "mid": "|",
    "parallel": "‖",
    "backslash": "\\",
    "uparrow": "↑",
    "downarrow": "↓",
    "updownarrow": "↕",
    "Uparrow": "⇑",
    "Downarrow": "⇓",
    "Updownarrow": "⇕",
}

# Names set upright; what stands below or above the second kind stands there in full.
_NAMED = (
    "arccos arcsin arctan arg cos cosh cot coth csc deg dim exp hom ker lg ln log sec "
    "sin sinh tan tanh"
)
_WITH_LIMITS = "det gcd inf lim max min Pr sup"
OPERATORS: dict[str, tuple[str, bool]] = (
    {name: (name, False) for name in _NAMED.split()}
    | {name: (name, True) for name in _WITH_LIMITS.split()}
    | {
        "limsup": ("lim sup", True),
        "liminf": ("lim inf", True),
        "argmax": ("arg max", True),
        "argmin": ("arg min", True),
    }
)

# Combining characters; a wide one grows with what stands below it.
ACCENTS: dict[str, tuple[str, bool]] = {
    "hat": ("\u0302", False),
    "widehat": ("\u0302", True),
    "tilde": ("\u0303", False),
    "widetilde": ("\u0303", True),
    "bar": ("\u0304", False),
    "vec": ("\u20d7", False),
    "dot": ("\u0307", False),
    "ddot": ("\u0308", False),
    "dddot": ("\u20db", False),
    "check": ("\u030c", False),
    "widecheck": ("\u030c", True),
    "breve": ("\u0306", False),
    "acute": ("\u0301", False),
    "grave": ("\u0300", False),
    "mathring": ("\u030a", False),
    "overrightarrow": ("\u20d7", True),
    "overleftarrow": ("\u20d6", True),
    "overleftrightarrow": ("\u20e1", True),
}

# In em. A math unit is an eighteenth of one.
SPACES = {
    ",": 3 / 18,
    "thinspace": 3 / 18,
    ":": 4 / 18,
    ">": 4 / 18,
    "medspace": 4 / 18,
    ";": 5 / 18,
    "thickspace": 5 / 18,
    "!": -3 / 18,
    "negthinspace": -3 / 18,
    "negmedspace": -4 / 18,
    "negthickspace": -5 / 18,
    " ": 1 / 3,
    "space": 1 / 3,
    "nobreakspace": 1 / 3,
    "enspace": 0.5,
    "enskip": 0.5,
    "quad": 1.0,
    "qquad": 2.0,
}

FONTS = {
    "mathrm": "upright",
    "mathup": "upright",
    "mathnormal": "italic",
    "mathit": "italic",
    "mathbf": "bold-upright",
    "mathbfit": "bold",
    "boldsymbol": "bold",
    "bm": "bold",
    "pmb": "bold",
    "bold": "bold-upright",
    "mathbb": "bb",
    "Bbb": "bb",
    "mathcal": "cal",
    "mathscr": "scr",
    "mathfrak": "frak",
    "frak": "frak",
    "mathsf": "sans",
    "mathtt": "mono",
}

# Good until their group ends.
FONT_SWITCHES = {
    "rm": "upright",
    "it": "italic",
    "bf": "bold-upright",
    "cal": "cal",
    "sf": "sans",
    "tt": "mono",
}

# What \not makes of the sign after it, where Unicode has no composed form by itself.
NEGATED = {"∣": "∤", "∥": "∦", "∈": "∉", "→": "↛", "←": "↚", "⇒": "⇏", "⇐": "⇍"}

REFUSED = {
    "ref": "references aren't supported; name the formula in words",
    "eqref": "references aren't supported; name the formula in words",
    "cite": "references aren't supported; name the source in words",
    "href": "a link in a formula isn't supported; link a word of the text",
    "includegraphics": "a picture in a formula isn't supported; show it in the text",
}
STYLES = {
    "displaystyle": "display",
    "textstyle": "inline",
    "scriptstyle": "script",
    "scriptscriptstyle": "sscript",
}
CLASSES = {
    "mathord": "ord",
    "mathop": "op",
    "mathbin": "bin",
    "mathrel": "rel",
    "mathopen": "open",
    "mathclose": "close",
    "mathpunct": "punct",
    "mathinner": "inner",
}
TEXTS = {
    "text": "",
    "textrm": "",
    "textnormal": "",
    "textup": "",
    "mbox": "",
    "hbox": "",
    "textsf": "sans",
    "textit": "italic",
    "emph": "italic",
    "textbf": "bold",
    "texttt": "mono",
}
ARROWS = {
    "xrightarrow": "→",
    "xleftarrow": "←",
    "xleftrightarrow": "↔",
    "xRightarrow": "⇒",
    "xLeftarrow": "⇐",
    "xmapsto": "↦",
    "xhookrightarrow": "↪",
    "xlongequal": "=",
}
LINES = {
    "overline",
    "underline",
    "overbrace",
    "underbrace",
    "overbracket",
    "underbracket",
    "overparen",
    "underparen",
}
BOXES = {
    "boxed": "boxed",
    "fbox": "boxed",
    "cancel": "cancel",
    "bcancel": "bcancel",
    "xcancel": "xcancel",
    "phantom": "phantom",
    "hphantom": "hphantom",
    "vphantom": "vphantom",
}
FRACTIONS = {
    "frac": "",
    "dfrac": "display",
    "cfrac": "display",
    "tfrac": "inline",
    "sfrac": "inline",
}
BINOMIALS = {"binom": "", "dbinom": "display", "tbinom": "inline"}
INFIX = {
    "over": (True, ("", "")),
    "atop": (False, ("", "")),
    "choose": (False, ("(", ")")),
    "brack": (False, ("[", "]")),
    "brace": (False, ("{", "}")),
}
SKIPPED = {"nonumber", "notag", "allowbreak", "nobreak", "relax", "protect", "/"}
SKIPPED |= {"displaylimits", "hfill", "hfil", "strut", "mathstrut", "break", "-"}
SKIPPED_WITH_ARGUMENT = {"label", "require", "vspace"}
TRANSPARENT = {"smash", "mathclap", "mathllap", "mathrlap", "ensuremath"}

# In em; and the class.
BIG = {
    f"{size}{side}": (em, kind)
    for size, em in {"big": 1.2, "Big": 1.8, "bigg": 2.4, "Bigg": 3.0}.items()
    for side, kind in {"": "ord", "l": "open", "m": "rel", "r": "close"}.items()
}

# In em, for type of 10 points.
EM = {"em": 1, "ex": 0.43, "pt": 0.1, "px": 0.075, "mm": 0.2845, "cm": 2.845}
EM |= {"in": 7.227, "mu": 1 / 18, "pc": 1.2}

# By command, or by character.
SIGN_KINDS = dict(reversed(SYMBOLS.values()))

# The environments (without a star): look, delimiters, columns.
ENVIRONMENTS: dict[str, tuple[str, tuple[str, str], str]] = {
    "matrix": ("matrix", ("", ""), "c"),
    "smallmatrix": ("matrix", ("", ""), "c"),
    "pmatrix": ("matrix", ("(", ")"), "c"),
    "bmatrix": ("matrix", ("[", "]"), "c"),
    "Bmatrix": ("matrix", ("{", "}"), "c"),
    "vmatrix": ("matrix", ("|", "|"), "c"),
    "Vmatrix": ("matrix", ("‖", "‖"), "c"),
    "array": ("matrix", ("", ""), ""),
    "darray": ("matrix", ("", ""), ""),
    "subarray": ("stack", ("", ""), ""),
    "cases": ("cases", ("{", ""), "l"),
    "rcases": ("cases", ("", "}"), "l"),
    "dcases": ("dcases", ("{", ""), "l"),
    "drcases": ("dcases", ("", "}"), "l"),
    "gather": ("gather", ("", ""), ""),
    "gathered": ("gather", ("", ""), ""),
    "multline": ("gather", ("", ""), ""),
} | dict.fromkeys(
    [
        "align",
        "aligned",
        "alignat",
        "alignedat",
        "xalignat",
        "flalign",
        "split",
        "eqnarray",
        "equation",
        "displaymath",
        "math",
    ],
    ("lines", ("", ""), ""),
)

# Signs to which Typst would give another class.
CLASSED_OTHERWISE = "△◊★√\\|‖◯†‡⊥?"
