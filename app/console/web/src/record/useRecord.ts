/**
 * One contact's record while it is being written. What is typed is kept twice: sealed on this machine within a second, and
 * on the server (sealed too) within a few. Whichever is newer is there again after a crash. Nothing typed is ever dropped
 * because a request failed: it waits, and is sent again.
 */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";

import { get, Problem, put, remove } from "../api/request";
import type { Shapes } from "../api/types";
import { forgetSealed, importKey, keepSealed, openSealed, type DraftKey } from "../drafts/sealed";
import { bodyOf, completed, EMPTY, type Body } from "./body";

const SEAL_AFTER_MS = 800;
const SEND_AFTER_MS = 3000;

export type Saving = "saved" | "saving" | "here" | "failed" | "clean";
type Held = { at: number; body: Body };

export type OpenRecord = {
  answer: Shapes["Record"];
  body: Body;
  change: (part: Partial<Body>) => void;
  saving: Saving;
  savedAt: number | null;
  restored: boolean;
  /** Anything typed that has not been submitted. */
  dirty: boolean;
  /** The note was stored, or the draft thrown away: start from what the server now has. */
  startOver: () => Promise<void>;
  discard: () => Promise<void>;
};

const keyOf = (contactId: string) => ["record", contactId];

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
  const sealing = useRef<DraftKey | null>(null);
  const latest = useRef<Body | null>(null);
  const version = useRef(0);
  const timers = useRef<{ seal?: number; send?: number }>({});

  const send = useCallback(async (): Promise<void> => {
    const sent = latest.current;
    if (!sent) return;
    setSaving("saving");
    try {
      const kept = await put<Shapes["DraftSaved"]>(`/api/contacts/${contactId}/draft`, {
        version: version.current,
        body: sent,
      } satisfies Shapes["SaveDraft"]);
      version.current = kept.version;
      setSavedAt(Date.now());
      setSaving(latest.current === sent ? "saved" : "here");
    } catch (failure) {
      if (failure instanceof Problem && failure.code === "stale_version") {
        // Another window of ours has written meanwhile; what is typed last is what its writer sees.
        const anew = await get<Shapes["Record"]>(`/api/contacts/${contactId}/record`).catch(() => null);
        if (anew) version.current = anew.draft?.version ?? 0;
      }
      setSaving(sealing.current ? "here" : "failed");
      window.clearTimeout(timers.current.send);
      timers.current.send = window.setTimeout(() => void send(), SEND_AFTER_MS);
    }
  }, [contactId]);

  useEffect(() => {
    if (!answer) return;
    let gone = false;
    const begin = async () => {
      sealing.current = answer.draft_key ? await importKey(`record.${contactId}`, answer.draft_key) : null;
      const here = sealing.current ? await openSealed<Body>(sealing.current) : null;
      if (gone) return;
      version.current = answer.draft?.version ?? 0;
      const there: Held | null =
        answer.draft && !answer.draft.amendment // an amendment that is held waits below the note
          ? { at: Date.parse(answer.draft.saved_at), body: completed(answer.draft.body) }
          : null;
      const newest = here && (!there || here.at > there.at) ? { at: here.at, body: here.value } : there;
      setRestored(newest !== null);
      latest.current = newest?.body ?? null;
      setBody(newest?.body ?? (answer.note ? bodyOf(answer.note) : EMPTY));
      if (newest && newest !== there) void send();
    };
    void begin();
    return () => {
      gone = true;
    };
  }, [answer, contactId, send]);

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
      setSaving("here");
      window.clearTimeout(timers.current.seal);
      window.clearTimeout(timers.current.send);
      timers.current.seal = window.setTimeout(() => {
        if (sealing.current && latest.current) void keepSealed(sealing.current, latest.current);
      }, SEAL_AFTER_MS);
      timers.current.send = window.setTimeout(() => void send(), SEND_AFTER_MS);
    },
    [send],
  );

  const startOver = useCallback(async () => {
    window.clearTimeout(timers.current.seal);
    window.clearTimeout(timers.current.send);
    latest.current = null;
    forgetSealed(`record.${contactId}`);
    setSaving("clean");
    setRestored(false);
    await client.refetchQueries({ queryKey: keyOf(contactId) });
  }, [client, contactId]);

  const discard = useCallback(async () => {
    await remove(`/api/contacts/${contactId}/draft`);
    await startOver();
  }, [contactId, startOver]);

  if (!answer || !body) return { record: null, error };
  const dirty = latest.current !== null;
  return { record: { answer, body, change, saving, savedAt, restored, dirty, startOver, discard }, error };
}
