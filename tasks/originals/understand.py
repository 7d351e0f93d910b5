"""Decides what the numbers of all mattes of a source mean: soft values, two levels, or labels.

A set is judged as a whole, because a single file cannot tell: 0 and 255 may be background and person, or
background and void in a file without a person. What stays unclear is refused.
"""

from collections.abc import Sequence
from dataclasses import replace

from tasks.core.errors import UserError
from tasks.core.words import words
from tasks.images.mattes import ALPHA, COLOUR, DEEP_GRAY, GRAY, INDEX, VOC
from tasks.originals.levels import MOST, Levels, MatteFacts, mean_shares
from tasks.originals.masks import Masks
from tasks.originals.person_labels import SOFT, parse_labels

BRIGHT = 224
"""What the brightest matte of a set must reach if the values are the matte itself, 0..255."""
VOID = 255
"""The label of pixels that belong to nobody, such as a border around people."""
MOST_VOID_LABEL = 20
"""The greatest label that the person may have in a set with void; levels above it are grays, as in a trimap."""
VOC_PERSON = 15
JPEG_LABEL = 4
"""The greatest value that remains of masks of 0 and 1 that were stored as JPEG."""
EDGE_LEVELS, EDGE_SHARE = 6, 0.15
"""How many levels between black and white a soft matte has at least, and what share of its pixels at most."""
STRAY_SHARE = 0.003
"""What share of the pixels stray grays have at most in a matte of black and white."""
LISTED = 12
"""How many labels a message lists."""


def understand(facts: Sequence[MatteFacts], person_labels: str) -> Masks:
    """Return how to read the mattes with these facts, given the setting `originals.person_labels`.

    Raises `UserError` if the setting is malformed or fits none of the mattes, or if the meaning is unclear.
    """
    labels = None if person_labels.strip() in ("", SOFT) else parse_labels(person_labels)
    if labels is not None:
        return _with_labels(facts, person_labels, labels)
    reading = _reading(facts)
    factor = _factor(facts)
    if person_labels.strip() == SOFT:
        return Masks(reading if reading == ALPHA else GRAY, None, factor)
    scaled = [_scaled(one, reading, factor) for one in facts]
    return Masks(reading, _person(facts, reading, [one for one in scaled if one]), factor)


def _with_labels(facts: Sequence[MatteFacts], given: str, labels: tuple[int, ...]) -> Masks:
    """Return the first reading in which the mattes hold the labels; the alpha channel may have none of them."""
    without_alpha = [
        replace(one, levels={reading: one.levels[reading] for reading in one.levels if reading != ALPHA})
        for one in facts
    ]
    readings = dict.fromkeys((COLOUR,) if "#" in given else (_reading(facts), _reading(without_alpha)))
    for reading in readings:
        levels = [found for one in facts if (found := _levels(one, reading))]
        if any(one.shares is None or one.shares.keys() & set(labels) for one in levels):
            return Masks(reading, labels)
    raise UserError(
        f"originals.person_labels: {given}: no matte has one of these labels; they hold "
        f"{_listed(mean_shares(levels), reading)}."
    )


def matte_problem(facts: MatteFacts, masks: Masks) -> str | None:
    """Return why a matte does not fit what the mattes as a whole mean; None if it does."""
    levels = _scaled(facts, masks.reading, masks.factor)
    if levels is None:
        return words("the matte has colours; the others have none")
    if masks.person is None:
        if 0 < levels.greatest < VOID / 2:
            return words(
                f"the matte's greatest value is {levels.greatest:g}; that of a person is 255 in the others"
            )
    elif levels.shares is None and len(masks.person) <= MOST:
        return words("the matte has too many levels for labels, which the others hold; JPEG files blur labels")
    return None


def describe_masks(masks: Masks, facts: Sequence[MatteFacts]) -> list[str]:
    """Return a line that says what was understood of mattes that hold labels; none if they are mattes as usual."""
    if masks.person is None:
        return []
    held = mean_shares([found for one in facts if (found := _scaled(one, masks.reading, masks.factor))])
    person = [_name(label, masks.reading) for label in held if label in masks.person]
    labels = [_name(label, masks.reading) for label in held]
    void = masks.reading != COLOUR and VOID in held and VOID not in masks.person
    kind = "colours" if masks.reading == COLOUR else "labels"
    return [
        words(
            f"the mattes hold the {kind} {_and(labels)}: {_and(person)} {'is' if len(person) == 1 else 'are'} the "
            f"person, the rest{f' with {VOID} (void)' if void else ''} is background"
        )
    ]


def _reading(facts: Sequence[MatteFacts]) -> str:
    """Return the reading of most files. Files that cannot be read so are judged by `matte_problem`."""
    transparent = sum(ALPHA in one.levels for one in facts)
    if transparent > sum(one.opaque for one in facts) and transparent * 2 >= len(facts):
        return ALPHA
    coloured = [one for one in facts if not {GRAY, DEEP_GRAY} & one.levels.keys()]
    blank = sum(one.levels[GRAY].greatest == 0 for one in facts if GRAY in one.levels)
    if not coloured or len(coloured) * 2 < len(facts) - blank:
        return GRAY
    return next((each for each in (VOC, INDEX) if all(each in one.levels for one in coloured)), COLOUR)


def _levels(facts: MatteFacts, reading: str) -> Levels | None:
    """Return the levels that count of a file, as `masks.reading_of` chooses them."""
    if reading == ALPHA and facts.opaque:
        return Levels(VOID, {VOID: 1.0})
    return next((facts.levels[each] for each in (reading, GRAY, DEEP_GRAY) if each in facts.levels), None)


def _scaled(facts: MatteFacts, reading: str, factor: float) -> Levels | None:
    levels = _levels(facts, reading)
    deep = facts.levels.get(DEEP_GRAY)
    if levels is None or levels is not deep or factor == 1:
        return levels
    shares = levels.shares and {round(level * factor): share for level, share in levels.shares.items()}
    return Levels(levels.greatest * factor, shares)


def _factor(facts: Sequence[MatteFacts]) -> float:
    """Return what makes 0..255 of files with more than 8 bits: their greatest value says whether they need it."""
    deep = [one.levels[DEEP_GRAY] for one in facts if DEEP_GRAY in one.levels]
    greatest = max((one.greatest for one in deep), default=0)
    if greatest > VOID:
        return 1 / 257
    whole = all(one.shares is not None and all(level == round(level) for level in one.shares) for one in deep)
    return 1.0 if whole or greatest > 2 else 255.0


def _person(facts: Sequence[MatteFacts], reading: str, levels: Sequence[Levels]) -> tuple[int, ...] | None:
    """Return the labels of the person; None if the values are the matte itself."""
    greatest = max((one.greatest for one in levels), default=0)
    shares = mean_shares(levels)
    many = sum(one.shares is None for one in levels)
    if reading in (VOC, INDEX, COLOUR):
        if many * 2 > len(levels):
            raise UserError(
                f"the mattes are coloured pictures of more than {MOST} colours; a matte is "
                "white where the person is, or has a label for each pixel."
            )
        return _label(levels, shares, reading)
    if sum(one.is_lossy for one in facts) * 2 > len(facts) and not shares.keys() <= {0, VOID}:
        if 0 < greatest <= JPEG_LABEL:
            return tuple(range(1, JPEG_LABEL + 1))
        many = len(levels)  # JPEG blurs labels, so that only soft values are left
    if many * 2 < len(levels) and not shares.keys() <= {0, VOID} and not _are_edges(shares):
        return _label(levels, shares, reading)
    if greatest < BRIGHT:
        raise UserError(
            f"the greatest value of all mattes is {greatest:g}; 255 is the person. Store them as 0 to 255, or say "
            "which values are the person, for example --originals-person-labels 64-255."
        )
    return None


def _label(levels: Sequence[Levels], shares: dict[float, float], reading: str) -> tuple[int, ...]:
    """Return the labels of the person in mattes that hold labels. Raises `UserError` if they are unclear."""
    if reading == VOC and VOC_PERSON in shares:
        return (VOC_PERSON,)
    others = [int(level) for level in shares if level]
    if len(others) == 1 and 0 in shares and reading != VOC:
        return (others[0],)
    if len(others) == 2 and 0 in shares and others[1] == VOID and reading not in (VOC, COLOUR):
        label = others[0]
        together = any(one.shares and {label, VOID} <= one.shares.keys() for one in levels)
        if together and label <= MOST_VOID_LABEL and shares[VOID] < shares[label]:
            return (label,)
        if not together and label == 1:
            return (1, VOID)
    likely = _likely_person(others, reading)
    is_range = reading != COLOUR and len(likely) > 2 and likely == list(range(likely[0], likely[-1] + 1))
    example = f"{likely[0]}-{likely[-1]}" if is_range else ",".join(_name(label, reading) for label in likely)
    raise UserError(
        f"it is unclear what the mattes hold: {_listed(shares, reading)}. Say which of them are the person, for "
        f"example --originals-person-labels '{example}'; the others become background. "
        f"If they are grays of a matte from 0 to 255, give --originals-person-labels {SOFT}."
    )


def _likely_person(labels: list[int], reading: str) -> list[int]:
    """Return which of the labels but 0 may be the person: all but void, and the white of a trimap alone."""
    if reading == COLOUR or VOID not in labels:
        return labels
    others = labels[:-1]
    return others if others and max(others) <= MOST_VOID_LABEL else [VOID] if len(others) <= 1 else labels


def _are_edges(shares: dict[float, float]) -> bool:
    """Return whether levels are black, white and the grays of soft edges, or a few stray pixels."""
    edges = [share for level, share in shares.items() if 0 < level < VOID]
    most = EDGE_SHARE if len(edges) >= EDGE_LEVELS else STRAY_SHARE
    return {0, VOID} <= shares.keys() and sum(edges) <= most


def _name(label: float, reading: str) -> str:
    return f"#{int(label):06x}" if reading == COLOUR else f"{label:g}"


def _and(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else "none"


def _listed(shares: dict[float, float], reading: str) -> str:
    listed = [words(f"{_name(label, reading)} ({share:.1%} of the pixels)") for label, share in shares.items()]
    more = words(f" and {len(listed) - LISTED} more" if len(listed) > LISTED else "")
    kind = "colours" if reading == COLOUR else "labels"
    return words(f"the {kind} {', '.join(listed[:LISTED])}{more}" if listed else "many levels")
