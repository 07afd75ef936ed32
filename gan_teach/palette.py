"""The colours of the book, written once: for the stills (`plots`), for the stage and for its legend.

Okabe and Ito's, which the colour-blind can tell apart: data blue, fakes vermilion, the learned
discriminator green, exact curves black; `second`, a purple, is for what is drawn beside the same in black,
such as the arrows of another loss. On a dark page each has a lighter sister. `field`: D's verdict in
the plane, from fake over undecided to real. `quiet`: what must not catch the eye. `paper`: the ground.
`line`: axes.
"""

THEMES = {
    "light": {
        "data": "#0072b2",
        "fakes": "#d55e00",
        "D": "#007a5a",
        "exact": "#000000",
        "second": "#b5179e",
        "quiet": "#6b6b6b",
        "paper": "#ffffff",
        "line": "#c9c9c9",
        "field": ("#f6c9ae", "#ffffff", "#b5d6ec"),
    },
    "dark": {
        "data": "#56b4e9",
        "fakes": "#ff9a4d",
        "D": "#3fce9f",
        "exact": "#ffffff",
        "second": "#ff6fd0",
        "quiet": "#a8a8a8",
        "paper": "#16191f",
        "line": "#454b55",
        "field": ("#6c3a1a", "#16191f", "#184a6c"),
    },
}
