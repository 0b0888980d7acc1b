/** Where the volunteer's own voice goes. `none`: a telephone, or nothing in a rehearsal. */

import { get } from "../api/request";
import type { SoftphoneToken } from "../api/types";

export type SoftphoneState = "off" | "connecting" | "ready" | "failed";
export type TwilioToken = Extract<SoftphoneToken, { mode: "twilio" }>;

export interface Softphone {
  /** Begins to be reachable; reports each change of state. Never hangs: every step has a time limit. */
  start(report: (state: SoftphoneState) => void): Promise<void>;
  /** Stops being reachable. A live call stays up; it ends with the call itself. */
  stop(): void;
  /** Whether an accepted offer waits for its call to come in: only then is one answered. */
  expect(contactId: string | null): void;
}

const nothing: Softphone = {
  start: (report) => {
    report("off");
    return Promise.resolve();
  },
  stop: () => undefined,
  expect: () => undefined,
};

export const askForToken = () => get<SoftphoneToken>("/api/softphone/token");

/** The softphone that this server has; the SDK is loaded only where it is used. */
export async function makeSoftphone(): Promise<Softphone> {
  const token = await askForToken();
  if (token.mode === "none") return nothing;
  const { TwilioSoftphone } = await import("./twilio");
  return new TwilioSoftphone(token);
}
