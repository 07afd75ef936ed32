"""A recording to play on a page, with no kernel and no network: `player(...)` in a cell."""

import base64
from collections.abc import Mapping, Sequence
from html import escape

from gan_teach import nets, plots
from gan_teach.checks import one_of
from gan_teach.game import Game
from gan_teach.live import frames, pieces, readout, scenes, sources
from gan_teach.live.lesson import lesson, penalty_of, settings_of
from gan_teach.live.pieces import Piece
from gan_teach.snapshot import Snapshot
from gan_teach.targets import Target

SPEEDS = (0.25, 0.5, 1, 2, 4)


class Player(Piece):
    """Recordings as one piece of HTML that plays itself: what `player` returns. Its still is the last
    frame."""

    def __init__(
        self,
        shows: dict[str, tuple[scenes.Scene, list[Snapshot]]],
        start: int,
        speed: float,
        lesson: dict | None = None,
    ):
        self.scenes, self.start, self.speed, self.lesson = shows, start, speed, lesson

    def __repr__(self):
        scene, shown = next(iter(self.scenes.values()))
        count = f"{len(self.scenes)} recording{'s' * (len(self.scenes) > 1)}"
        return f"<player of {count}; {readout.describe(scene, shown[-1])}>"

    def html(self) -> str:
        recordings = "".join(
            f'<script type="text/plain" data-recording="{escape(name)}">'
            f"{base64.b64encode(frames.package(*it)).decode()}</script>"
            for name, it in self.scenes.items()
        )
        scene, shown = next(iter(self.scenes.values()))
        if self.lesson:
            recordings += pieces.data("lesson", self.lesson)
        return (
            f'<div class="gan-stage" data-kind="{scene.kind}" data-start="{self.start}" '
            f'data-speed="{self.speed}">'
            f"<style>{sources.style()}</style>{recordings}"
            f"{self.without_script(readout.describe(scene, shown[-1]))}"
            f"<script>{sources.script(trains=bool(self.lesson))}</script></div>"
        )

    def _drawn(self) -> bytes:
        scene, shown = next(iter(self.scenes.values()))
        fig, ax = plots.figure(size=(5, 3.4) if scene.kind == "line" else (4.2, 4.2))
        still(ax, scene, shown[-1])
        return plots.png(fig, dpi=70)


def still(ax, scene: scenes.Scene, snapshot: Snapshot):
    """The same picture with matplotlib, for print and for readers without JavaScript."""
    if scene.kind == "plane":
        return plots.game_2d(
            ax, snapshot, scene.target, arrows=frames.ARROWS if "arrows" in scene.layers else 0
        )
    if scene.kind == "line":
        return plots.game_1d(
            ax, snapshot, scene.target, plots.generator_density(scene.game, snapshot) if scene.exact else None
        )
    return plots.images(ax, snapshot, scene.target.image)


def player(
    recordings: Sequence[Snapshot] | Mapping[str, Sequence[Snapshot]],
    game: Game | Mapping[str, Game],
    target: Target,
    *,
    layers: Sequence[str] | None = None,
    frames_kept: int = 60,
    start: int | None = None,
    speed: float = 1,
    trains: Mapping | None = None,
) -> Player:
    """A player over a recording, or over several to switch between ({name: recording}), for the last line of
    a cell.

    game: the game that was recorded, or one per name. The arrows are those of that game's loss: a recording
    shown with another game of the same networks has the other's arrows (chapter 7). layers: those shown at
    first (`frames.LAYERS`). frames_kept: at most so many frames, evenly spread over the steps. start: the
    step shown first, before anybody presses Run: by default one in the first quarter, where most games are
    under way, but for images the last one, because early ones are noise. speed:
    0.25, 0.5, 1, 2 or 4 times ten frames a second. trains: the page trains the game itself, too, with
    these options of `lesson.lesson` ({"lr_g": 2e-3, ...}); of several games the first, or the one named by
    the option `game`; the others' losses and penalties come with their recordings, and what else differs
    stands in the option `variants`, {name: {"lr_d": 0.03}}. Errors: `ValueError` for an empty recording, a
    layer or a speed that doesn't exist, games that don't match.
    """
    many = recordings if isinstance(recordings, Mapping) else {"recording": recordings}
    games = game if isinstance(game, Mapping) else dict.fromkeys(many, game)
    one_of("speed", speed, SPEEDS)
    if not many or not all(len(r) for r in many.values()):
        raise ValueError("recordings must hold at least one snapshot each: train first")
    if set(games) != set(many):
        raise ValueError(
            f"game must have the names of the recordings, {', '.join(many)}, but has {', '.join(games)}"
        )
    shows = {}
    for name, recording in many.items():
        scene = scenes.make_scene(games[name], target, layers)
        scenes.check_recording(scene, recording)
        shows[name] = (
            scene,
            [frames.asked_again(scene, snapshot) for snapshot in frames.thinned(recording, frames_kept)],
        )
    if start is None:
        scene, kept = next(iter(shows.values()))
        start = kept[-1 if scene.kind == "images" else len(kept) // 4].step
    return Player(
        shows, start, speed, None if trains is None else _taught(shows, games, target, dict(trains))
    )


def _taught(shows, games: Mapping[str, Game], target: Target, options: dict) -> dict | None:
    """What the page trains with, and what each recording's own settings are beside those of the game that it
    is compiled from."""
    name, changes = options.pop("game", next(iter(games))), options.pop("variants", {})
    game = games[one_of("game", name, games)]
    taught = lesson(game, target, **options)
    for recording in changes:
        one_of("variants", recording, games)
    if taught:
        taught["variants"] = {
            n: settings_of(g) | dict(changes.get(n, {}))
            for n, g in games.items()
            if nets.count(g.discriminator) == nets.count(game.discriminator)
            and penalty_of(g)
            and g.loss.name in taught["losses"]
        }
        taught["shown"] = list(next(iter(shows.values()))[0].layers)
    return taught
