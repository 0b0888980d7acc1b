/** Nothing rings and nothing is owed: what that means in the present state, and what to do next. */

import type { Presence } from "../api/types";
import { useTexts } from "../i18n/language";

/** Why the service, not the volunteer, changed the state; the codes are those of app/roster. */
function because(presence: Presence, t: ReturnType<typeof useTexts>): string | null {
  if (presence.activity !== "away" && presence.activity !== "offline") return null;
  const known: Record<string, string> = t.desk.because;
  const set: Record<string, string> = t.desk.whySet;
  const { reason } = presence;
  return reason ? (known[reason] ?? t.desk.bySupervisor(set[reason] ?? reason)) : null;
}

export function Idle({ presence }: { presence: Presence }) {
  const t = useTexts();
  const { activity } = presence;
  const texts = t.desk.idle;
  const [title, text] =
    activity === "away"
      ? [texts.awayTitle, texts.awayText]
      : activity === "offline"
        ? [texts.offlineTitle, presence.on_shift ? texts.offlineText : texts.offlineNotOnShift]
        : [texts.readyTitle, presence.reach === "phone" ? t.desk.reachHint.phone : texts.readyText];
  const reason = because(presence, t);
  return (
    <section className="card idle" aria-live="polite">
      <h2>{title}</h2>
      <p className="soft">{text}</p>
      {reason ? <p className="said">{reason}</p> : null}
      {activity === "ready" && presence.missed_in_row > 0 ? (
        <p className="said">{t.desk.missed(presence.missed_in_row)}</p>
      ) : null}
      <p className="soft">{t.desk.answeredToday(presence.answered_today)}</p>
    </section>
  );
}
