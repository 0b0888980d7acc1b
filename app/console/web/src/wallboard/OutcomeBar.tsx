/** What became of today's calls, as one bar; the figures beside it say the same in words. */

import type { Today } from "../api/types";
import { useTexts } from "../i18n/language";

const WIDTH = 300;
const HEIGHT = 10;

export function OutcomeBar({ today }: { today: Today }) {
  const t = useTexts();
  const texts = t.wallboard;
  const elsewhere = today.voicemail + today.callback;
  const lost = today.abandoned + today.short_abandoned;
  const other = today.closed_hours + today.blocked + today.failed;
  const total = today.answered + elsewhere + lost + other;
  if (total === 0) return null;
  const parts = [
    { name: texts.answered, count: today.answered, kind: "answered" },
    { name: `${texts.voicemail} + ${texts.callback}`, count: elsewhere, kind: "elsewhere" },
    { name: texts.abandoned, count: lost, kind: "lost" },
    { name: `${texts.closedHours} + ${texts.blocked} + ${texts.failed}`, count: other, kind: "other" },
  ];
  let x = 0;
  return (
    <svg
      className="outcome-bar"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={texts.bar(parts.map((part) => `${part.name} ${part.count}`).join(", "))}
    >
      {parts.map((part) => {
        const width = (part.count / total) * WIDTH;
        const from = x;
        x += width;
        return <rect key={part.kind} x={from} y="0" width={width} height={HEIGHT} className={`bar-${part.kind}`} />;
      })}
    </svg>
  );
}
