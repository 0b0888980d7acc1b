/** Instruments and levels as the server has them. A result prompts; a person sets the level (P6). */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";

import { get } from "../api/request";
import type { LiveLevel, Shapes } from "../api/types";
import { useLiveView } from "../live/live";

export type Instruments = Shapes["Instruments"];
export type Instrument = Shapes["InstrumentView"];
export type Question = Shapes["Question"];
export type Assessment = Shapes["Assessment"];
export type Level = Shapes["Level"];
export type RiskLevel = Shapes["RiskLevel"];
export type Answers = Record<string, string>;

export function useInstruments(): Instruments | null {
  const { data } = useQuery({
    queryKey: ["instruments"],
    queryFn: () => get<Instruments>("/api/instruments"),
    staleTime: 300_000,
  });
  return data ?? null;
}

type Known = Pick<Level, "version" | "rationale_owed">;

/** Whether what was told over the wire is not in what is shown. A reason that was owed comes under the same version. */
export const isBehind = (shown: Known, told: Pick<LiveLevel, "version">): boolean =>
  told.version > shown.version || (told.version === shown.version && shown.rationale_owed);

type RiskOfContact = {
  level: Level | null;
  assessments: Assessment[];
  /** The server's answer to a level that was set. */
  take: (answer: Level) => void;
  refresh: () => void;
};

export function useRisk(contactId: string): RiskOfContact {
  const client = useQueryClient();
  const level = useQuery({
    queryKey: ["level", contactId],
    queryFn: () => get<Level>(`/api/contacts/${contactId}/level`),
  });
  const assessed = useQuery({
    queryKey: ["assessments", contactId],
    queryFn: () => get<Shapes["Assessments"]>(`/api/contacts/${contactId}/assessments`),
  });
  const refresh = () => {
    void client.invalidateQueries({ queryKey: ["level", contactId] });
    void client.invalidateQueries({ queryKey: ["assessments", contactId] });
  };
  useWhenToldAnew(contactId, level.data, refresh);
  return {
    level: level.data ?? null,
    assessments: assessed.data?.assessments ?? [],
    take: (answer) => {
      client.setQueryData(["level", contactId], answer);
      refresh();
    },
    refresh,
  };
}

/** Somebody else has set the level, or may have while the connection was away: what is shown is asked for anew. */
function useWhenToldAnew(contactId: string, shown: Level | undefined, refresh: () => void): void {
  const { link, state } = useLiveView();
  const told = state?.levels[contactId];
  const online = link === "live";
  const missed = useRef(false);
  useEffect(() => {
    if (!online) {
      missed.current = true;
    } else if (missed.current || (shown && told && isBehind(shown, told))) {
      missed.current = false;
      refresh();
    }
  }, [told, online, shown === undefined]);
}

/** What was answered the last time in this contact, in the same version; newest first is how they come. */
export const lastFillingIn = (instrument: Instrument, assessments: readonly Assessment[]): Assessment | null =>
  assessments.find((one) => one.instrument_id === instrument.id && one.version === instrument.version) ?? null;

type When = { item?: string; answered?: string[]; all?: When[]; any?: When[] };

/** True, false, or null where an answer that decides it is not known. */
function holds(when: When, answers: Answers): boolean | null {
  if (when.all) {
    const each = when.all.map((one) => holds(one, answers));
    return each.includes(false) ? false : each.includes(null) ? null : true;
  }
  if (when.any) {
    const each = when.any.map((one) => holds(one, answers));
    return each.includes(true) ? true : each.includes(null) ? null : false;
  }
  const given = answers[when.item ?? ""];
  return given === undefined || given === "unknown" ? null : (when.answered ?? []).includes(given);
}

/** A question is left out only when the answers so far say so; what is not known leaves it in. */
export const isAsked = (question: Question, answers: Answers): boolean =>
  question.asked_when == null || holds(question.asked_when as When, answers) !== false;
