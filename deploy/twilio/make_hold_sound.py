"""Makes app/carriers/twilio/hold.wav: twenty seconds of quiet music that starts again without a seam.

    python deploy/twilio/make_hold_sound.py app/carriers/twilio/hold.wav

Ours, and free of rights: four soft chords, broken into single notes, all inside the band that a telephone carries.
8 kHz, one channel, 16 bits: what every carrier plays. The same script always gives the same bytes.
"""

import math
import sys
import wave
from array import array
from pathlib import Path

RATE = 8000
SECONDS = 20
BEAT_S = 0.625
# Midi notes of the chords, each eight beats long: F major 7, D minor 7, B flat major 7, C with a sixth.
CHORDS = ((65, 69, 72, 76), (62, 69, 72, 77), (65, 70, 74, 77), (64, 67, 72, 74))
ORDER = (0, 2, 1, 3, 2, 1, 3, 2)
PARTIALS = ((1, 1.0), (2, 0.18), (3, 0.05))
PEAK = 0.3


def note(midi: int, seconds: float, loudness: float) -> list[float]:
    """One note: a soft beginning, a long fading, three partials."""
    pitch = 440.0 * 2 ** ((midi - 69) / 12)
    samples = []
    for index in range(int(seconds * RATE)):
        at = index / RATE
        rise = min(1.0, at / 0.06)
        fade = math.exp(-1.6 * at) * min(1.0, (seconds - at) / 0.3)
        tone = sum(weight * math.sin(2 * math.pi * pitch * partial * at) for partial, weight in PARTIALS)
        samples.append(loudness * rise * fade * tone)
    return samples


def music() -> "array[int]":
    """All samples. A note that outlasts the end goes on at the beginning, so the loop has no seam."""
    total = SECONDS * RATE
    mix = [0.0] * total
    for number, chord in enumerate(CHORDS):
        for beat, voice in enumerate(ORDER):
            start = round((number * len(ORDER) + beat) * BEAT_S * RATE)
            loudness = 1.0 if beat == 0 else 0.75
            for index, value in enumerate(note(chord[voice], 3.2, loudness)):
                mix[(start + index) % total] += value
    scale = PEAK * 32767 / max(abs(value) for value in mix)
    return array("h", [round(value * scale) for value in mix])


def main(target: Path) -> None:
    """Write the file."""
    samples = music()
    if sys.byteorder == "big":
        samples.byteswap()
    with wave.open(str(target), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
