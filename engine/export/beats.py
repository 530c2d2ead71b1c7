"""Onsets, tempo and beats from the onset strength of a sound. Plain arithmetic; no file is read here."""

from __future__ import annotations

import numpy as np

ALIKE = 0.85  # of the autocorrelation at twice the lag
SLOWEST, FASTEST = 40.0, 240.0  # beats a minute
LIKELY, SPREAD = 120.0, 1.0  # the tempo that people tap by themselves, and how many octaves around it they do
TIGHTNESS = 100.0  # how much a beat at another distance than the tempo's costs
CLEAR = 0.1  # of the mean square: an autocorrelation below it is no beat


def tempo_of(strength: np.ndarray, rate: float) -> float:
    """Beats a minute by the autocorrelation of the onset strength; 0 where no beat is felt.

    strength: at `rate` values a second. The lags are weighted by a bell on a logarithmic scale (Ellis 2007,
    section 3.2), so that of a tempo, its half and its double the one that people would tap is chosen.
    """
    flux = smoothed(strength, rate)
    if len(flux) < 2 or not np.any(flux > 0):
        return 0.0
    flux = flux - flux.mean()
    last = min(len(flux) - 1, int(rate * 60 / SLOWEST) + 1)
    first = max(1, int(rate * 60 / FASTEST))
    if last <= first + 1:
        return 0.0
    size = 1 << (2 * len(flux) - 1).bit_length()
    spectrum = np.fft.rfft(flux, size)
    # what repeats is seen less often the longer it takes
    found = np.fft.irfft(spectrum * spectrum.conj(), size)[: last + 2] / (
        len(flux) - np.arange(last + 2).clip(max=len(flux) - 1)
    )
    lags = np.arange(first, last + 1)
    weight = np.exp(-0.5 * (np.log2(60 * rate / lags / LIKELY) / SPREAD) ** 2)
    best = int(lags[np.argmax(found[lags] * weight)])
    if found[best] < CLEAR * found[0]:
        return 0.0
    while best // 2 > first and (half := halved(found, best)) is not None:
        best = half
    return float(60 * rate / refined(found, best))


def halved(found: np.ndarray, lag: int) -> int | None:
    """Half of a lag, where the sound repeats as well after it: then twice as many beats are all alike."""
    window = np.arange(max(1, lag // 2 - 1), lag // 2 + 3)
    best = int(window[np.argmax(found[window])])
    return best if found[best] > ALIKE * found[lag] else None


def refined(found: np.ndarray, lag: int) -> float:
    """The lag between whole ones where the parabola through three is highest, averaged over its multiples.

    Twice, three and four times the lag say it two, three and four times as exactly.
    """
    lag_now = float(lag)
    for multiple in (1, 2, 3, 4):
        near = round(lag_now * multiple)
        window = np.arange(max(1, near - 2), min(len(found) - 1, near + 3))
        if len(window) < 3 or window[-1] + 1 >= len(found):
            break
        top = int(window[np.argmax(found[window])])
        a, b, c = (float(found[index]) for index in (top - 1, top, top + 1))
        bend = a - 2 * b + c
        lag_now = (top + (0.5 * (a - c) / bend if bend < 0 else 0.0)) / multiple
    return lag_now


def beats_of(strength: np.ndarray, rate: float, tempo: float) -> list[float]:
    """Times of the beats in seconds: those that lie on strong onsets and at even distances (Ellis 2007, section 4).

    Beat Tracking by Dynamic Programming, J. New Music Research 36(1): each moment's score is its own strength and the
    best score of a moment about one beat before, less the square of how far off that is on a logarithmic scale.
    """
    if tempo <= 0:
        return []
    flux = smoothed(strength, rate)
    flux = flux / (flux.std() or 1.0)
    period = rate * 60 / tempo
    offsets = np.arange(-round(2 * period), -max(1, round(period / 2)) + 1)
    cost = -TIGHTNESS * np.log(-offsets / period) ** 2
    scores, before = flux.copy(), np.full(len(flux), -1)
    for now in range(len(flux)):
        reach = offsets[offsets + now >= 0]
        if len(reach) == 0:
            continue
        reached = scores[now + reach] + cost[len(offsets) - len(reach) :]
        best = int(np.argmax(reached))
        # a beat without one before it is the first
        if reached[best] > 0:
            scores[now] += reached[best]
            before[now] = now + reach[best]
    tail = max(0, len(flux) - round(1.5 * period))
    at = tail + int(np.argmax(scores[tail:]))
    beats = []
    while at >= 0:
        beats.append(at)
        at = int(before[at])
    return [between_steps(flux, beat) / rate for beat in trimmed(beats[::-1], flux)]


def trimmed(beats: list[int], flux: np.ndarray) -> list[int]:
    """Without beats before the first and after the last onset: silence is counted by nobody."""
    if not beats:
        return []
    enough = 0.5 * float(np.sqrt(np.square(flux[beats]).mean()))
    heard = [index for index, beat in enumerate(beats) if flux[beat] > enough]
    return beats[heard[0] : heard[-1] + 1] if heard else []


def onsets_of(strength: np.ndarray, rate: float) -> list[float]:
    """Times in seconds at which something sets in: peaks that stand out of what is around them.

    A peak is the highest within 30 ms, and above the mean of 100 ms before and after by a tenth of the loudest.
    """
    if len(strength) == 0 or not np.any(strength > 0):
        return []
    near, wide = max(1, round(0.03 * rate)), max(2, round(0.1 * rate))
    padded = np.pad(strength, near)
    highest = np.lib.stride_tricks.sliding_window_view(padded, 2 * near + 1).max(1)
    mean = np.convolve(strength, np.full(2 * wide + 1, 1 / (2 * wide + 1)), "same")
    peaks = np.flatnonzero((strength >= highest) & (strength > mean + 0.1 * strength.max()))
    kept: list[int] = []
    for peak in peaks:
        if not kept or peak - kept[-1] > near:
            kept.append(int(peak))
    return [between_steps(strength, peak) / rate for peak in kept]


def between_steps(values: np.ndarray, peak: int) -> float:
    """A peak between whole steps: the top of the parabola through three values."""
    if not 0 < peak < len(values) - 1:
        return float(peak)
    a, b, c = (float(values[index]) for index in (peak - 1, peak, peak + 1))
    bend = a - 2 * b + c
    return peak + (min(max(0.5 * (a - c) / bend, -0.5), 0.5) if bend < 0 else 0.0)


def smoothed(strength: np.ndarray, rate: float) -> np.ndarray:
    """The strength with a bell of 20 ms over it: people do not play to the hundredth of a second."""
    reach = max(1, round(0.06 * rate))
    bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) / (0.02 * rate)) ** 2)
    return np.convolve(strength, bell / bell.sum(), "full")[reach : reach + len(strength)]
