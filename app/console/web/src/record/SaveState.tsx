/** Where the draft is: on the server, on this machine, or not yet anywhere. */

import { useTexts } from "../i18n/language";
import { useOnline } from "../live/live";
import { hourMinute } from "../time/format";
import type { OpenRecord } from "./useRecord";

export function SaveState({ record }: { record: OpenRecord }) {
  const t = useTexts();
  const { saving, savedAt, dirty, answer } = record;
  const online = useOnline();
  const said = (): string => {
    if (saving === "failed") return t.record.notSaved;
    if (saving === "stopped") return dirty ? t.record.stopped : "";
    if (saving === "here" && !online) return t.record.savedHere;
    if (saving === "saving" || saving === "here") return t.record.saving;
    const submitted = answer.note !== null && !dirty; // what was a draft is the note now
    return savedAt === null || submitted ? "" : t.record.saved(hourMinute(new Date(savedAt).toISOString()));
  };
  const failed = saving === "failed" || (saving === "stopped" && dirty);
  return (
    <span className={failed ? "small tag now" : "soft small figures"} role="status">
      {said()}
    </span>
  );
}
