import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { SoftphoneState, TwilioToken } from "./softphone";
import { TwilioSoftphone, type CallLike, type DeviceLike } from "./twilio";

const MINUTE = 60_000;

class FakeCall implements CallLike {
  accepted = 0;
  readonly customParameters: ReadonlyMap<string, string>;
  #listeners = new Map<string, () => void>();

  constructor(contactId?: string) {
    this.customParameters = new Map(contactId === undefined ? [] : [["contact_id", contactId]]);
  }

  on(event: string, listener: () => void): void {
    this.#listeners.set(event, listener);
  }

  accept(): void {
    this.accepted += 1;
  }

  happens(event: "cancel" | "disconnect"): void {
    this.#listeners.get(event)?.();
  }
}

/** A device that registers at once unless its token has expired; then, like the real one, it never settles. */
class FakeDevice implements DeviceLike {
  destroyed = false;
  tokens: string[];
  #listeners = new Map<string, (call: CallLike) => void>();

  constructor(token: string) {
    this.tokens = [token];
  }

  on(event: string, listener: (call: CallLike) => void): void {
    this.#listeners.set(event, listener);
  }

  register(): Promise<void> {
    if (this.tokens[0] === "expired") return new Promise(() => undefined);
    this.happens("registered");
    return Promise.resolve();
  }

  updateToken(token: string): void {
    this.tokens.push(token);
  }

  destroy(): void {
    this.destroyed = true;
  }

  happens(event: string, call: CallLike = new FakeCall()): void {
    this.#listeners.get(event)?.(call);
  }
}

function tokenFor(minutes: number, token = "t"): TwilioToken {
  return { mode: "twilio", token, identity: "p", expires_at: new Date(Date.now() + minutes * MINUTE).toISOString() };
}

function rig(first: TwilioToken) {
  const devices: FakeDevice[] = [];
  const states: SoftphoneState[] = [];
  let asked = 0;
  const phone = new TwilioSoftphone(first, {
    makeDevice: (token) => {
      const device = new FakeDevice(token);
      devices.push(device);
      return device;
    },
    askForToken: () => {
      asked += 1;
      return Promise.resolve(tokenFor(60, `fresh-${asked}`));
    },
  });
  const start = () => phone.start((state) => states.push(state));
  return { phone, devices, states, start, last: () => devices.at(-1) as FakeDevice };
}

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2026-11-23T03:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("failure 30: an expired voice token, with which connecting never settles", () => {
  test("a token about to expire is renewed before the first registration", async () => {
    const { devices, start } = rig(tokenFor(2, "nearly over"));
    await start();
    expect(devices[0]?.tokens).toEqual(["fresh-1"]);
  });

  test("a registration that never settles counts as failed and is tried again with a fresh token", async () => {
    const { devices, states, start } = rig(tokenFor(60, "expired"));
    void start();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(states).toEqual(["connecting", "failed"]);
    expect(devices[0]?.destroyed).toBe(true);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(states.slice(2)).toEqual(["connecting", "ready"]);
    expect(devices[1]?.tokens).toEqual(["fresh-1"]);
  });

  test("the token is renewed before it ends, over and over, on the same device", async () => {
    const { devices, start } = rig(tokenFor(60));
    await start();
    await vi.advanceTimersByTimeAsync(3 * 60 * MINUTE);
    expect(devices).toHaveLength(1);
    expect(devices[0]?.tokens.slice(0, 4)).toEqual(["t", "fresh-1", "fresh-2", "fresh-3"]);
  });
});

describe("only the call of an accepted offer is answered", () => {
  test("a call that comes in before the answer to accept waits for it", async () => {
    const { phone, start, last } = rig(tokenFor(60));
    await start();
    const call = new FakeCall();
    last().happens("incoming", call);
    expect(call.accepted).toBe(0);
    phone.expect("c-1");
    phone.expect("c-1");
    expect(call.accepted).toBe(1);
  });

  test("a call that comes in after it is answered at once", async () => {
    const { phone, start, last } = rig(tokenFor(60));
    await start();
    phone.expect("c-1");
    const call = new FakeCall("c-1");
    last().happens("incoming", call);
    expect(call.accepted).toBe(1);
  });

  test("a call of another contact, or one whose caller has gone, is not", async () => {
    const { phone, start, last } = rig(tokenFor(60));
    await start();
    const gone = new FakeCall();
    last().happens("incoming", gone);
    gone.happens("cancel");
    phone.expect("c-1");
    const other = new FakeCall("c-2");
    last().happens("incoming", other);
    expect([gone.accepted, other.accepted]).toEqual([0, 0]);
  });
});

test("stopping leaves a live call up until it ends by itself", async () => {
  const { phone, start, last } = rig(tokenFor(60));
  await start();
  phone.expect("c-1");
  const call = new FakeCall("c-1");
  last().happens("incoming", call);
  phone.stop();
  expect(last().destroyed).toBe(false);
  call.happens("disconnect");
  expect(last().destroyed).toBe(true);
});
