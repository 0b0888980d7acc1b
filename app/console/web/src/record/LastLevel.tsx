/** The level that was set last. "Cannot tell" does not take the place of what somebody could tell before: both are shown. */

import { useLanguage } from "../i18n/language";
import { dayAndTime } from "../time/format";
import type { RiskLevel } from "./instruments";
import { toneOf } from "./Risk";

type Told = { level: RiskLevel; set_at: string };
type Props = { last: Told | null | undefined; known: Told | null | undefined };

export function LastLevel({ last, known }: Props) {
  const { t, language } = useLanguage();
  const said = (one: Told) => [t.record.risk.levels[one.level], dayAndTime(one.set_at, language)] as const;
  if (!last) return null;
  return (
    <>
      <span className={toneOf(last.level)}>{t.record.subject.lastLevel(...said(last))}</span>
      {last.level === "unknown" && known ? (
        <span className={toneOf(known.level)}>{t.files.known(...said(known))}</span>
      ) : null}
    </>
  );
}
