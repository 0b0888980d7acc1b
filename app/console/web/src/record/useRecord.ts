/**
 * One contact's record while it is being written. What is typed is kept twice: sealed on this machine within a second, and
 * on the server (sealed too) within a few. Whichever is newer is there again after a crash. Nothing typed is ever dropped
 * because a request failed: it waits, and is sent again. Where the server's draft is another window's, or cannot be read,
 * nothing is sent until the writer has decided; where she may not write it any more, nothing is sent at all.
 */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";

import { get, Problem, put, remove } from "../api/request";
import type { Shapes } from "../api/types";
import { forgetSealed, importKey, keepSealed, openSealed, type DraftKey } from "../drafts/sealed";
import { bodyOf, EMPTY, type Body } from "./body";
import { keptHere, openingOf, saveEnds, standingOf, type KeptHere, type Other, type Unreadable } from "./serverDraft";

const SEAL_AFTER_MS = 800;
const SEND_AFTER_MS = 3000;

/** "stopped": the writer has to decide first what becomes of the server's draft, or may not write any more. */
export type Saving = "saved" | "saving" | "here" | "failed" | "stopped" | "clean";

export type OpenRecord = {
  answer: Shapes["Record"];
  body: Body;
  change: (part: Partial<Body>) => void;
  saving: Saving;
  savedAt: number | null;
  restored: boolean;
  /** Anything typed that has not been submitted. */
  dirty: boolean;
  /** Another window's draft, which is newer than what this one knew of. */
  other: Other | null;
  /** The writer has chosen between both: this takes the place of the other window's draft. */
  settle: (chosen: Body) => void;
  /** The server's draft, whose key is missing. */
  unreadable: Unreadable | null;
  /** It is thrown away, and what is written here is saved in its place. */
  discardUnreadable: () => Promise<void>;
  /** The server takes no more of it from this writer; whether this machine keeps what she wrote, sealed. */
  refused: { keptHere: boolean } | null;
  /** The version of the server's draft, once what is being sent has arrived: with it the note is submitted. */
  draftVersion: () => Promise<number>;
  /** The note was stored, or the draft thrown away: start from what the server now has. */
  startOver: () => Promise<void>;
  discard: () => Promise<void>;
};

type Stop = Pick<OpenRecord, "other" | "unreadable" | "refused">;
const GO_ON: Stop = { other: null, unreadable: null, refused: null };

const keyOf = (contactId: string) => ["record", contactId];
const isStale = (failure: unknown) => failure instanceof Problem && failure.code === "stale_version";

export function useRecord(contactId: string): { record: OpenRecord | null; error: Error | null } {
  const client = useQueryClient();
  const { data: answer, error } = useQuery({
    queryKey: keyOf(contactId),
    queryFn: () => get<Shapes["Record"]>(`/api/contacts/${contactId}/record`),
    staleTime: Infinity, // what is being written must not be replaced behind the writer's back
    gcTime: 0,
  });
  const [body, setBody] = useState<Body | null>(null);
  const [saving, setSaving] = useState<Saving>("clean");
  const [savedAt, setSavedAt] = useState<number | null>(null);
  const [restored, setRestored] = useState(false);
  const [stop, setStop] = useState<Stop>(GO_ON);
  const stopped = useRef(false);
  const sealing = useRef<DraftKey | null>(null);
  const latest = useRef<Body | null>(null);
  const version = useRef(0);
  const timers = useRef<{ seal?: number; send?: number }>({});
  const sending = useRef<Promise<void> | null>(null);
  /** What was sent and may have arrived, though its answer did not: found on the server, it is no other window's. */
  const sent = useRef<Body[]>([]);

  const halt = useCallback((why: Partial<Stop>) => {
    const next = { ...GO_ON, ...why };
    stopped.current = Object.values(next).some((one) => one !== null);
    setStop(next);
    if (stopped.current) setSaving("stopped");
  }, []);

  const seal = useCallback(() => {
    if (!sealing.current || !latest.current) return;
    void keepSealed<KeptHere>(sealing.current, { version: version.current, body: latest.current });
  }, []);

  /** Looks what the server's draft is now that it is not the one this window knew of. */
  const meet = useCallback(async (): Promise<void> => {
    const anew = await get<Shapes["Record"]>(`/api/contacts/${contactId}/record`).catch(() => null);
    if (!anew) return;
    const standing = standingOf(anew, latest.current ? [latest.current, ...sent.current] : sent.current);
    if (standing.kind === "ours") version.current = standing.version;
    else halt(standing);
  }, [contactId, halt]);

  const startOver = useCallback(async () => {
    window.clearTimeout(timers.current.seal);
    window.clearTimeout(timers.current.send);
    latest.current = null;
    forgetSealed(`record.${contactId}`);
    setSaving("clean");
    setSavedAt(null);
    setRestored(false);
    await client.refetchQueries({ queryKey: keyOf(contactId) });
  }, [client, contactId]);

  const send = useCallback(async (): Promise<void> => {
    const body = latest.current;
    if (!body || stopped.current) return;
    window.clearTimeout(timers.current.send);
    const again = () => {
      timers.current.send = window.setTimeout(() => void send(), SEND_AFTER_MS);
    };
    if (sending.current) return again(); // two at once would take each other for another window
    const save = async () => {
      setSaving("saving");
      if (sent.current.at(-1) !== body) sent.current.push(body);
      try {
        const kept = await put<Shapes["DraftSaved"]>(`/api/contacts/${contactId}/draft`, {
          version: version.current,
          body,
        } satisfies Shapes["SaveDraft"]);
        version.current = kept.version;
        sent.current = [body];
        seal();
        setSavedAt(Date.now());
        setSaving(latest.current === body ? "saved" : "here");
      } catch (failure) {
        const end = saveEnds(failure);
        if (end === "erased") return startOver(); // nor is a copy kept here
        if (end === "refused") {
          seal();
          halt({ refused: { keptHere: sealing.current !== null } });
        }
        if (isStale(failure)) await meet();
        if (stopped.current) return;
        setSaving(sealing.current ? "here" : "failed");
        again();
      }
    };
    sending.current = save().finally(() => {
      sending.current = null;
    });
    return sending.current;
  }, [contactId, halt, meet, seal, startOver]);

  useEffect(() => {
    if (!answer) return;
    let gone = false;
    const begin = async () => {
      if (answer.erased) forgetSealed(`record.${contactId}`);
      sealing.current = answer.draft_key ? await importKey(`record.${contactId}`, answer.draft_key) : null;
      const here = sealing.current ? await openSealed<KeptHere | Body>(sealing.current) : null;
      if (gone) return;
      const opening = openingOf(answer, here ? keptHere(here.value) : null);
      version.current = opening.version;
      sent.current = [];
      setRestored(opening.body !== null);
      latest.current = opening.body;
      setBody(opening.body ?? (answer.note ? bodyOf(answer.note) : EMPTY));
      halt({ other: opening.other, unreadable: opening.unreadable });
      if (opening.unsent) void send();
    };
    void begin();
    return () => {
      gone = true;
    };
  }, [answer, contactId, halt, send]);

  useEffect(() => {
    const waiting = timers.current;
    return () => {
      window.clearTimeout(waiting.seal);
      window.clearTimeout(waiting.send);
    };
  }, []);

  const change = useCallback(
    (part: Partial<Body>) => {
      setBody((known) => {
        if (!known) return known;
        const next = { ...known, ...part };
        latest.current = next;
        return next;
      });
      setSaving(stopped.current ? "stopped" : "here");
      window.clearTimeout(timers.current.seal);
      window.clearTimeout(timers.current.send);
      timers.current.seal = window.setTimeout(seal, SEAL_AFTER_MS);
      timers.current.send = window.setTimeout(() => void send(), SEND_AFTER_MS);
    },
    [seal, send],
  );

  const goOn = useCallback(
    (from: number, chosen: Body | null) => {
      version.current = from;
      latest.current = chosen;
      if (chosen) setBody(chosen);
      halt(GO_ON);
      setSaving(chosen ? "here" : "clean");
      seal();
      void send();
    },
    [halt, seal, send],
  );

  /** Throws the server's draft away, if it is the one that was seen; one that another window has written is shown. */
  const throwAway = useCallback(
    async (seen: number): Promise<boolean> => {
      const throwing = (known: number) => remove(`/api/contacts/${contactId}/draft?version=${known}`);
      try {
        await throwing(seen);
      } catch (failure) {
        if (!isStale(failure)) throw failure;
        await meet();
        if (stopped.current) return false;
        await throwing(version.current); // a save of this window's was under way
      }
      return true;
    },
    [contactId, meet],
  );
  const discard = useCallback(async () => {
    if (await throwAway(version.current)) await startOver();
  }, [startOver, throwAway]);
  const draftVersion = useCallback(async () => {
    await sending.current;
    return version.current;
  }, []);
  const { other, unreadable, refused } = stop;
  const discardUnreadable = useCallback(async () => {
    if (await throwAway(unreadable?.version ?? 0)) goOn(0, latest.current);
  }, [goOn, throwAway, unreadable]);
  const settle = useCallback((chosen: Body) => goOn(other?.version ?? 0, chosen), [goOn, other]);

  if (!answer || !body) return { record: null, error };
  const dirty = latest.current !== null;
  const state = { answer, body, saving, savedAt, restored, dirty, other, unreadable, refused };
  return { record: { ...state, change, settle, discardUnreadable, draftVersion, startOver, discard }, error };
}
