"""The sound of a recording: the emulator keeps nobody's voice, so soft tones stand for it, as long as the recording."""

import io
import math
import wave
from array import array

RATE = 8000  # what telephones carry
LONGEST_S = 30  # nobody needs more to hear that it plays
LOUDNESS = 4000  # of 32767
NOTES_HZ = (262.0, 330.0, 392.0, 330.0)
NOTE_S = 1.0


def soft_tones(seconds: int) -> bytes:
    """A WAV file (mono, 16 bit, 8 kHz) of rising and falling tones, at least one second long."""
    samples = array("h")
    for at in range(RATE * min(max(seconds, 1), LONGEST_S)):
        note, within = divmod(at / RATE, NOTE_S)
        swell = math.sin(math.pi * within / NOTE_S)  # each note comes and goes without a click
        samples.append(round(LOUDNESS * swell * math.sin(2 * math.pi * NOTES_HZ[int(note) % len(NOTES_HZ)] * within)))
    target = io.BytesIO()
    with wave.open(target, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(samples.tobytes())  # WAV is little-endian, as are the machines that this runs on
    return target.getvalue()
