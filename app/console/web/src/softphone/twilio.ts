/**
 * The softphone on Twilio's voice SDK. Known there: with an expired token connecting never settles (failure 30), so the
 * token is renewed well before its end, and every promise of the SDK has a time limit after which it counts as failed.
 */

import { Call, Device } from "@twilio/voice-sdk";

import type { SoftphoneToken } from "../api/types";
import { serverNow } from "../time/clock";
import { askForToken, type Softphone } from "./softphone";

export type SoftphoneState = "off" | "connecting" | "ready" | "failed";
type Token = Extract<SoftphoneToken, { mode: "twilio" }>;

const STEP_LIMIT_MS = 10_000;
const RENEW_BEFORE_MS = 5 * 60_000;
const RETRY_MS = 15_000;

function within<T>(promise: Promise<T>, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what} did not settle`)), STEP_LIMIT_MS);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

export class TwilioSoftphone implements Softphone {
  #token: Token;
  #device: Device | null = null;
  #call: Call | null = null;
  #expected: string | null = null;
  #early: Call | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;
  #report: (state: SoftphoneState) => void = () => undefined;

  constructor(token: Token) {
    this.#token = token;
  }

  async start(report: (state: SoftphoneState) => void): Promise<void> {
    this.#stopped = false;
    this.#report = report;
    report("connecting");
    try {
      if (this.#remaining() < RENEW_BEFORE_MS) await this.#renewToken();
      const device = new Device(this.#token.token, { closeProtection: true, tokenRefreshMs: RENEW_BEFORE_MS });
      this.#device = device;
      device.on("registered", () => this.#report("ready"));
      device.on("unregistered", () => this.#report("connecting"));
      device.on("error", () => this.#report("failed"));
      device.on("tokenWillExpire", () => void this.#renew());
      device.on("incoming", (call: Call) => this.#incoming(call));
      await within(device.register(), "register");
      this.#planRenewal();
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
    if (contactId !== null && this.#early) {
      const call = this.#early;
      this.#early = null;
      this.#answer(call);
    }
  }

  /** The call may come in a moment before or after the answer to "accept": both ways it is taken once. */
  #incoming(call: Call): void {
    const contactId = call.customParameters.get("contact_id");
    const expected = this.#expected !== null && (contactId === undefined || contactId === this.#expected);
    if (expected) {
      this.#answer(call);
      return;
    }
    this.#early = call;
    call.on("cancel", () => {
      if (this.#early === call) this.#early = null;
    });
  }

  #answer(call: Call): void {
    this.#call = call;
    call.on("disconnect", () => {
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
    const token = await within(askForToken(), "token");
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

  /** Registering failed: say so, and try again with a fresh device and a fresh token. */
  #again(): void {
    if (this.#stopped) return;
    this.#report("failed");
    if (!this.#call) this.#device?.destroy();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      void this.#renewToken()
        .catch(() => undefined)
        .then(() => this.start(this.#report));
    }, RETRY_MS);
  }
}
