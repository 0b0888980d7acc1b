/**
 * The softphone on Twilio's voice SDK. Known there: with an expired token connecting never settles (failure 30), so the
 * token is renewed well before its end, and every promise of the SDK has a time limit after which it counts as failed.
 */

import { Device } from "@twilio/voice-sdk";

import { serverNow } from "../time/clock";
import { askForToken, type Softphone, type SoftphoneState, type TwilioToken } from "./softphone";

/** What is used of the SDK's Call and Device. */
export type CallLike = {
  readonly customParameters: ReadonlyMap<string, string>;
  on(event: "cancel" | "disconnect", listener: () => void): unknown;
  accept(): void;
};
export type DeviceLike = {
  on(event: string, listener: (call: CallLike) => void): unknown;
  register(): Promise<void>;
  updateToken(token: string): void;
  destroy(): void;
};
export type Surroundings = { makeDevice: (token: string) => DeviceLike; askForToken: typeof askForToken };

const STEP_LIMIT_MS = 10_000;
const RENEW_BEFORE_MS = 5 * 60_000;
const RETRY_MS = 15_000;

const theSdk: Surroundings = {
  makeDevice: (token) =>
    new Device(token, { closeProtection: true, tokenRefreshMs: RENEW_BEFORE_MS }) as unknown as DeviceLike,
  askForToken,
};

function within<T>(promise: Promise<T>, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what} did not settle`)), STEP_LIMIT_MS);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

export class TwilioSoftphone implements Softphone {
  #token: TwilioToken;
  #device: DeviceLike | null = null;
  #call: CallLike | null = null;
  #expected: string | null = null;
  #early: CallLike | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;
  #report: (state: SoftphoneState) => void = () => undefined;
  readonly #around: Surroundings;

  constructor(token: TwilioToken, around: Surroundings = theSdk) {
    this.#token = token;
    this.#around = around;
  }

  async start(report: (state: SoftphoneState) => void): Promise<void> {
    this.#stopped = false;
    this.#report = report;
    report("connecting");
    try {
      if (this.#remaining() < RENEW_BEFORE_MS) await this.#renewToken();
      if (this.#stopped) return;
      const device = this.#around.makeDevice(this.#token.token);
      this.#device = device;
      device.on("registered", () => this.#say("ready"));
      device.on("unregistered", () => this.#say("connecting"));
      device.on("error", () => this.#say("failed"));
      device.on("tokenWillExpire", () => void this.#renew());
      device.on("incoming", (call) => this.#incoming(call));
      await within(device.register(), "register");
      if (!this.#stopped) this.#planRenewal();
    } catch {
      this.#again();
    }
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    if (!this.#call) this.#device?.destroy(); // with a call up, the last "disconnect" does it
  }

  expect(contactId: string | null): void {
    this.#expected = contactId;
    const call = this.#early;
    if (call && this.#isExpected(call)) {
      this.#early = null;
      this.#answer(call);
    }
  }

  #say(state: SoftphoneState): void {
    if (!this.#stopped) this.#report(state);
  }

  /** The server may name the contact in the call's parameters; where it does, only that one is answered. */
  #isExpected(call: CallLike): boolean {
    const contactId = call.customParameters.get("contact_id");
    return this.#expected !== null && (contactId === undefined || contactId === this.#expected);
  }

  /** The call may come in a moment before or after the answer to "accept": both ways it is taken once. */
  #incoming(call: CallLike): void {
    if (this.#isExpected(call)) {
      this.#answer(call);
      return;
    }
    this.#early = call;
    call.on("cancel", () => {
      if (this.#early === call) this.#early = null;
    });
  }

  #answer(call: CallLike): void {
    this.#call = call;
    call.on("disconnect", () => {
      if (this.#call !== call) return;
      this.#call = null;
      if (this.#stopped) this.#device?.destroy();
    });
    call.accept();
  }

  #remaining(): number {
    return Date.parse(this.#token.expires_at) - serverNow();
  }

  #planRenewal(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#renew(), Math.max(1000, this.#remaining() - RENEW_BEFORE_MS));
  }

  async #renewToken(): Promise<void> {
    const token = await within(this.#around.askForToken(), "token");
    if (token.mode === "twilio") this.#token = token;
  }

  async #renew(): Promise<void> {
    if (this.#stopped) return;
    try {
      await this.#renewToken();
      this.#device?.updateToken(this.#token.token);
      this.#planRenewal();
    } catch {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#renew(), RETRY_MS);
    }
  }

  /** Registering failed: say so, and try again with a fresh device and a fresh token. A live call stays up. */
  #again(): void {
    if (this.#stopped) return;
    this.#report("failed");
    if (!this.#call) this.#device?.destroy();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      void this.#renewToken()
        .catch(() => undefined)
        .then(() => (this.#stopped ? undefined : this.start(this.#report)));
    }, RETRY_MS);
  }
}
