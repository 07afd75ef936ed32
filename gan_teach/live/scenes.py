"""What a stage is of: the game, its target, the kind of picture, the layers that are shown at first.

The picture is chosen by the samples: a line (1-D), a plane (2-D) or a grid of images (a target with `image`,
its height and width).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gan_teach import nets
from gan_teach.checks import one_of
from gan_teach.game import Game
from gan_teach.live.layers import HIDDEN_AT_FIRST, LAYERS
from gan_teach.snapshot import Snapshot
from gan_teach.targets import Target


@dataclass(frozen=True)
class Scene:
    """What stays the same from frame to frame: the kind of picture, the game it is of, the target and the
    layers shown."""

    kind: str
    game: Game
    target: Target
    layers: tuple[str, ...]

    @property
    def exact(self) -> bool:
        """Whether the density of the fakes can be computed: 1-D from a 1-D latent."""
        return self.kind == "line" and self.game.latent.dim == 1 and self.game.latent.breaks is not None


def kind_of(target: Target) -> str:
    """The kind of picture for the target's samples. Errors: `ValueError` where there is none."""
    if target.image:
        return "images"
    if target.dim in (1, 2):
        return {1: "line", 2: "plane"}[target.dim]
    raise ValueError(
        f"the stage draws samples in 1-D, in 2-D, or images (a target with `image`, its height and width), "
        f"but the samples of {target} have {target.dim} dimensions"
    )


def make_scene(game: Game, target: Target, layers: Sequence[str] | None = None) -> Scene:
    """The scene of a game on a target; layers: what is shown at first (default: all but the carried sheet).

    Errors: `ValueError` for a layer that this kind of picture doesn't have, a target or a game that can't be
    drawn.
    """
    kind = kind_of(target)
    if game.classes and kind != "images":
        raise ValueError(
            "the stage draws conditional games of images only: D's verdict in the plane depends on the label"
        )
    chosen = tuple(n for n in LAYERS[kind] if n not in HIDDEN_AT_FIRST) if layers is None else tuple(layers)
    for name in chosen:
        one_of("layers", name, LAYERS[kind])
    return Scene(kind, game, target, chosen)


def check_recording(scene: Scene, snapshots: Sequence[Snapshot]):
    """Errors: `ValueError` for a recording whose samples or networks are not those of the scene."""
    if not snapshots:
        return
    for who, net, flat in (("G", scene.game.generator, "theta"), ("D", scene.game.discriminator, "psi")):
        found = len(getattr(snapshots[0], flat))
        if found != nets.count(net) and (
            found or scene.kind != "images"
        ):  # of images the samples alone may have been kept
            raise ValueError(
                f"the recording is of another game: its {who} has {found} parameters, "
                f"the game's has {nets.count(net)}"
            )
    if any(s.dim != scene.target.dim for s in snapshots):
        raise ValueError(
            f"the recording holds samples in {snapshots[0].dim}-D, but {scene.target} was given as its target"
        )
