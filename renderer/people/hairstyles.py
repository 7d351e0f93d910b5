"""Random hairstyles and beards."""

from dataclasses import dataclass, replace

import numpy as np

Direction = str
"""Where hair is combed: down, back, forward, side, up, to a bun, or as a beard."""


@dataclass(frozen=True)
class Hairstyle:
    """How hair grows. Lengths in dm of an average head.

    `lift` is how steeply it leaves the skin, `gravity` how much it falls, `volume` how far strands keep from the
    skin, `mess` how much directions differ. Strands gather in clumps by a share `clumping`, wind with an amplitude
    `wave` and `frequency` (per dm), in a helix if `curly`. `baldness` 0..1 thins the top, 2 leaves nothing.
    `fringe` is the length of hair over the forehead, `fade` shortens the sides. `fullness` is the share of strands
    that grow.
    """

    name: str
    comb: Direction
    length: float
    lift: float = 0.5
    gravity: float = 0.35
    volume: float = 0.12
    mess: float = 0.1
    frizz: float = 0.02
    length_spread: float = 0.1
    parting: float = 0.0
    slant: float = 0.0
    clumping: float = 0.5
    wave: float = 0.0
    frequency: float = 1.0
    curly: bool = False
    fringe: float = 0.0
    fade: bool = False
    baldness: float = 0.0
    fullness: float = 1.0
    bun: tuple[float, float, float] = (0.0, 7.9, -0.75)


def random_hairstyle(generator: np.random.Generator, *, male: bool, oldness: float) -> Hairstyle:
    """Return a style that fits sex and age."""
    if male:
        kinds = {_short: 0.52, _medium: 0.2, _cropped: 0.1, _curly: 0.06, _afro: 0.04, _bald: 0.03, _long: 0.05}
        if oldness > 0.2:
            kinds[_bald] += 0.3 * oldness
    else:
        kinds = {_long: 0.5, _bob: 0.2, _bun: 0.15, _short: 0.05, _curly: 0.03, _afro: 0.05, _cropped: 0.02}
    chances = np.array(list(kinds.values()))
    make = list(kinds)[int(generator.choice(len(kinds), p=chances / chances.sum()))]
    style: Hairstyle = make(generator)
    if male and style.name == "long":
        style = replace(style, length=generator.uniform(1.2, 2.2))
    parting = float(generator.choice([0, -0.3, 0.3]) + generator.normal(0, 0.05))
    return replace(style, parting=parting, slant=float(generator.choice([-1, 1]) * generator.uniform(0.2, 1)))


def random_baby_hair(generator: np.random.Generator) -> Hairstyle:
    """Return thin, short hair, or hardly any."""
    style = Hairstyle("baby", "forward", generator.uniform(0.06, 0.35), lift=0.2, volume=0.03, clumping=0.2)
    return replace(style, fullness=float(np.exp(generator.uniform(np.log(0.05), np.log(0.6)))))


def random_beard(generator: np.random.Generator) -> Hairstyle:
    """Return how a beard grows: mostly short."""
    length = float(np.exp(generator.uniform(np.log(0.03), np.log(0.16))))
    return Hairstyle(
        "beard", "beard", length, lift=0.45, gravity=0.5, volume=0.03, mess=0.2, frizz=0.05, clumping=0.2
    )


def _waves(style: Hairstyle, chance: float, generator: np.random.Generator) -> Hairstyle:
    kind = generator.random()
    if kind < chance:
        amplitude, frequency = generator.uniform(0.03, 0.1), generator.uniform(0.25, 0.7)
        return replace(style, wave=amplitude, frequency=frequency, curly=bool(generator.random() < 0.3))
    if kind < chance + 0.12:
        amplitude, frequency = generator.uniform(0.05, 0.12), generator.uniform(0.8, 1.5)
        return replace(style, wave=amplitude, frequency=frequency, curly=True, clumping=0.75, volume=0.28)
    return style


def _cropped(generator: np.random.Generator) -> Hairstyle:
    length = generator.uniform(0.05, 0.14)
    return Hairstyle("cropped", "forward", length, lift=0.9, gravity=0.0, volume=0.02, clumping=0.1)


def _short(generator: np.random.Generator) -> Hairstyle:
    comb = str(generator.choice(["forward", "side", "side", "back"]))
    style = Hairstyle("short", comb, generator.uniform(0.25, 0.6), lift=generator.uniform(0.12, 0.4))
    return replace(style, volume=generator.uniform(0.04, 0.13), gravity=0.15, fade=bool(generator.random() < 0.7))


def _medium(generator: np.random.Generator) -> Hairstyle:
    comb = str(generator.choice(["side", "back", "side"]))
    style = Hairstyle("medium", comb, generator.uniform(0.45, 0.8), lift=generator.uniform(0.1, 0.35), gravity=0.3)
    style = replace(style, volume=generator.uniform(0.06, 0.18), fade=bool(generator.random() < 0.7))
    return _waves(style, 0.3, generator)


def _curly(generator: np.random.Generator) -> Hairstyle:
    style = Hairstyle("curly", "down", generator.uniform(0.5, 1.1), lift=0.9, gravity=0.1, volume=0.22, curly=True)
    return replace(style, wave=generator.uniform(0.05, 0.1), frequency=generator.uniform(1.2, 2.2), clumping=0.35)


def _afro(generator: np.random.Generator) -> Hairstyle:
    style = Hairstyle("afro", "down", generator.uniform(0.4, 1.2), lift=3.0, gravity=0.02, volume=0.7, curly=True)
    style = replace(style, wave=generator.uniform(0.05, 0.1), frequency=generator.uniform(1.5, 3))
    return replace(style, clumping=0.3, frizz=0.15, length_spread=0.06)


def _bald(generator: np.random.Generator) -> Hairstyle:
    if generator.random() < 0.35:
        return Hairstyle("bald", "back", 0.02, baldness=2.0)
    length, baldness = generator.uniform(0.08, 0.4), generator.uniform(0.4, 1)
    return Hairstyle("balding", "back", length, lift=0.4, volume=0.04, baldness=baldness)


def _long(generator: np.random.Generator) -> Hairstyle:
    style = Hairstyle("long", "down", generator.uniform(1.9, 3.8), lift=generator.uniform(0.2, 0.5))
    style = replace(style, volume=generator.uniform(0.1, 0.25), gravity=generator.uniform(0.9, 1.8))
    if generator.random() < 0.25:
        style = replace(style, fringe=generator.uniform(0.55, 0.85))
    return _waves(replace(style, clumping=generator.uniform(0.3, 0.6)), 0.45, generator)


def _bob(generator: np.random.Generator) -> Hairstyle:
    style = Hairstyle(
        "bob", "down", generator.uniform(1.3, 2.2), lift=generator.uniform(0.2, 0.6), length_spread=0.05
    )
    style = replace(style, volume=generator.uniform(0.1, 0.25), gravity=generator.uniform(0.8, 1.6))
    if generator.random() < 0.4:
        style = replace(style, fringe=generator.uniform(0.55, 0.85))
    return _waves(style, 0.4, generator)


def _bun(generator: np.random.Generator) -> Hairstyle:
    height = float(generator.choice([8.5, 7.9, 7.3])) + 0.1
    style = Hairstyle(
        "bun", "bun", generator.uniform(1.25, 1.55), lift=0.12, gravity=0.0, volume=0.06, clumping=0.25
    )
    return replace(style, bun=(float(generator.normal(0, 0.06)), height, -0.75))
