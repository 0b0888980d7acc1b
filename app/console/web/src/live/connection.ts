/**
 * The live connection: opens, beats, notices silence, comes back by itself with growing pauses. Every opening brings a
 * snapshot. What it holds while it is away is the last known state; the page says so and locks what needs the server.
 */

import { get } from "../api/request";
import type { Contact, Desk, LiveMessage, Notice, Offer, Presence, Shift } from "../api/types";
import { applyMessage, changedSince, takeSnapshot, type EntityMessage, type LiveState } from "./apply";

export type Link = "connecting" | "live" | "offline";
export type LiveView = { readonly link: Link; readonly state: LiveState | null; readonly retryAt: number | null };

const BEAT_EVERY_TICKS = 5;
const SILENCE_MS = 13_000; // two beats unanswered
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/** The contacts that are somebody else's; which are mine the desk's answer tells. */
function withoutMine(state: LiveState): LiveState["contacts"] {
  return Object.fromEntries(Object.entries(state.contacts).filter(([, one]) => one.person_id !== state.me));
}

export class LiveConnection {
  #view: LiveView = { link: "connecting", state: null, retryAt: null };
  #listeners = new Set<() => void>();
  #socket: WebSocket | null = null;
  #worker: Worker | null = null;
  #heardAt = 0;
  #ticks = 0;
  #failures = 0;
  #closed = false;
  readonly #me: string;
  readonly #onSignedOut: () => void;

  constructor(me: string, onSignedOut: () => void) {
    this.#me = me;
    this.#onSignedOut = onSignedOut;
  }

  start(): void {
    this.#closed = false;
    this.#worker = new Worker(new URL("./beat.worker.ts", import.meta.url), { type: "module" });
    this.#worker.onmessage = () => this.#tick();
    window.addEventListener("online", this.#hurry);
    document.addEventListener("visibilitychange", this.#hurry);
    this.#open();
  }

  stop(): void {
    this.#closed = true;
    this.#worker?.terminate();
    window.removeEventListener("online", this.#hurry);
    document.removeEventListener("visibilitychange", this.#hurry);
    this.#socket?.close();
    this.#socket = null;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly view = (): LiveView => this.#view;

  /** Takes an answer's entity as if it had come over the wire, so that the page need not wait for the echo. */
  takeContact(contact: Contact): void {
    this.#take({ t: "contact", id: contact.id, v: contact.version, s: contact });
  }

  takePresence(presence: Presence): void {
    this.#take({ t: "presence", id: presence.person_id, v: presence.version, s: presence });
  }

  takeShift(shift: Shift): void {
    this.#take({ t: "shift", id: shift.id, v: shift.version, s: shift });
  }

  takeNotice(notice: Notice): void {
    this.#take({ t: "notice", id: notice.id, v: notice.version, s: notice });
  }

  /** Tries at once, without waiting for the pause to end. */
  retryNow(): void {
    this.#retry();
  }

  /** Drops an offer of which the server said that it is over. */
  dropOffer(offer: Offer): void {
    this.#take({ t: "offer", id: offer.id, v: offer.version, s: null });
  }

  /** Asks for the desk's state anew: after a conflict, or to learn who is ready for a transfer. */
  async refreshDesk(): Promise<void> {
    const asked = this.#view.state;
    const desk = await get<Desk>("/api/desk");
    const { state } = this.#view;
    if (!state) return;
    const fresh = takeSnapshot(state, this.#me, desk, null);
    // A call that began to ring, or to be talked on, while the answer was on its way is not in it.
    const offers = { ...fresh.offers, ...changedSince(asked?.offers, state.offers) };
    const contacts = { ...fresh.contacts, ...changedSince(asked?.contacts, state.contacts) };
    this.#show({
      state: {
        ...state,
        people: { ...state.people, ...fresh.people },
        contacts: { ...withoutMine(state), ...contacts },
        offers,
        shifts: fresh.shifts,
        targets: fresh.targets,
        dispositions: fresh.dispositions,
        seen: { ...state.seen, ...fresh.seen },
      },
    });
  }

  #take(message: EntityMessage): void {
    const { state } = this.#view;
    if (state) this.#show({ state: applyMessage(state, message) });
  }

  #show(change: Partial<LiveView>): void {
    this.#view = { ...this.#view, ...change };
    for (const listener of this.#listeners) listener();
  }

  #open(): void {
    if (this.#closed || this.#socket) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/api/live`);
    this.#socket = socket;
    this.#heardAt = Date.now();
    socket.onmessage = (event) => {
      if (socket === this.#socket) this.#hear(JSON.parse(String(event.data)) as LiveMessage);
    };
    socket.onclose = () => {
      if (socket === this.#socket) this.#lost();
    };
  }

  #hear(message: LiveMessage): void {
    this.#heardAt = Date.now();
    switch (message.t) {
      case "snapshot":
        this.#failures = 0;
        this.#show({
          link: "live",
          retryAt: null,
          state: takeSnapshot(this.#view.state, this.#me, message.desk, message.wallboard),
        });
        return;
      case "beat":
        return;
      case "bye":
        if (message.why === "signed_out") this.#onSignedOut();
        return;
      default:
        this.#take(message);
    }
  }

  #lost(): void {
    this.#socket?.close();
    this.#socket = null;
    if (this.#closed) return;
    this.#failures += 1;
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.#failures - 1));
    // Spread out, so that hundreds of consoles do not knock at the same instant after a restart.
    const pause = longest * (0.5 + Math.random() / 2);
    this.#show({ link: "offline", retryAt: Date.now() + pause });
    setTimeout(() => this.#retry(), pause);
  }

  #retry(): void {
    if (this.#closed || this.#socket) return;
    this.#open();
    // A refused handshake does not say why; the session's own address does, and a 401 there ends in signing in.
    if (this.#failures % 3 === 0) get("/api/session").catch(() => undefined);
  }

  #tick(): void {
    const { link } = this.#view;
    this.#ticks += 1;
    const { retryAt } = this.#view;
    if (link === "offline" && retryAt !== null && Date.now() >= retryAt) this.#retry();
    if (!this.#socket) return;
    if (Date.now() - this.#heardAt > SILENCE_MS) {
      this.#lost();
    } else if (this.#ticks % BEAT_EVERY_TICKS === 0 && this.#socket.readyState === WebSocket.OPEN) {
      this.#socket.send('{"t":"beat"}');
    }
  }

  readonly #hurry = (): void => {
    if (document.visibilityState === "visible" && !this.#socket) this.#retry();
  };
}
