/** Asks the server what identifies somebody in a note that is not stored yet; it says how far it is while it looks. */

import { useEffect, useState } from "react";

import { postForLines, Problem } from "../api/request";
import type { ProblemDocument, Shapes } from "../api/types";

type Line = Shapes["PreviewLine"];
export type Looking = {
  looked: Shapes["PreviewedField"][] | null;
  progress: { done: number; of: number } | null;
  error: Error | null;
};

const NOTHING_YET: Looking = { looked: null, progress: null, error: null };

/** Looks again whenever `body` is another one; null: nothing is asked. */
export function useLooking(contactId: string, body: Shapes["NoteBody"] | null): Looking {
  const [looking, setLooking] = useState<Looking>(NOTHING_YET);
  useEffect(() => {
    setLooking(NOTHING_YET);
    if (body === null) return undefined;
    let over = false;
    const look = async () => {
      for await (const line of postForLines<Line>(`/api/contacts/${contactId}/note/preview`, { body })) {
        if (over) return;
        if (line.problem) {
          const document = line.problem as ProblemDocument;
          throw new Problem(document.status, document);
        }
        setLooking({
          looked: line.fields ?? null,
          progress: { done: line.done, of: Math.max(1, line.of) },
          error: null,
        });
      }
    };
    look().catch((error: unknown) => {
      if (!over) setLooking({ ...NOTHING_YET, error: error as Error });
    });
    return () => {
      over = true;
    };
  }, [contactId, body]);
  return looking;
}
