/** A soft ring made of two sine tones, rising and fading: to be noticed, not to startle. Needs no sound file. */

const REPEAT_MS = 2600;
const LOUDNESS = 0.12;
const TONES = [
  { hertz: 523.25, at: 0 },
  { hertz: 659.25, at: 0.28 },
];

export class Ring {
  #context: AudioContext | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Asks the browser for leave to sound; works only inside a person's own act. True: it may sound. */
  async allow(): Promise<boolean> {
    this.#context ??= new AudioContext();
    if (this.#context.state !== "running") await this.#context.resume().catch(() => undefined);
    return this.sounding();
  }

  sounding(): boolean {
    return this.#context?.state === "running";
  }

  start(): void {
    if (this.#timer !== undefined) return;
    this.#once();
    this.#timer = setInterval(() => this.#once(), REPEAT_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #once(): void {
    const context = this.#context;
    if (context?.state !== "running") return;
    for (const { hertz, at } of TONES) {
      const start = context.currentTime + at;
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.type = "sine";
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0, start);
      volume.gain.linearRampToValueAtTime(LOUDNESS, start + 0.06);
      volume.gain.exponentialRampToValueAtTime(0.0005, start + 0.9);
      tone.connect(volume).connect(context.destination);
      tone.start(start);
      tone.stop(start + 0.95);
    }
  }
}
