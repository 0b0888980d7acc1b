/** What is left of the ringing time, as a ring that empties and as a number inside it. */

import { useTexts } from "../i18n/language";
import { useNow } from "../time/clock";
import { secondsUntil } from "../time/format";

const RADIUS = 52;
const ROUND = 2 * Math.PI * RADIUS;

export function CountdownRing({ from, until }: { from: string; until: string }) {
  const t = useTexts();
  const now = useNow();
  const whole = Math.max(1, (Date.parse(until) - Date.parse(from)) / 1000);
  const left = Math.min(whole, Math.ceil(secondsUntil(until, now)));
  return (
    <svg className="countdown" viewBox="0 0 120 120" role="timer" aria-label={t.desk.offer.secondsLeft(left)}>
      <circle cx="60" cy="60" r={RADIUS} className="countdown-track" />
      <circle
        cx="60"
        cy="60"
        r={RADIUS}
        className="countdown-left"
        strokeDasharray={ROUND}
        strokeDashoffset={ROUND * (1 - left / whole)}
        transform="rotate(-90 60 60)"
      />
      <text x="60" y="60" textAnchor="middle" dominantBaseline="central" className="countdown-number">
        {left}
      </text>
    </svg>
  );
}
