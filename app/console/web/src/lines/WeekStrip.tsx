/** A week's opening hours, drawn: one row a day, what is open filled; the same in words for each row. */

import { useTexts } from "../i18n/language";
import { spansOfWeek, textOfDay, type Hours } from "./hours";

const LEFT = 84;
const WIDE = 480;
const ROW = 26;
const TOP = 22;
const MARKS = [0, 6, 12, 18, 24];

export function WeekStrip({ hours }: { hours: Hours }) {
  const t = useTexts();
  const texts = t.lines;
  const week = spansOfWeek(hours);
  const x = (minute: number) => LEFT + (minute / 1440) * WIDE;
  const inWords = (day: number): string => {
    const text = textOfDay(hours, day);
    return text === "24h" ? texts.open24 : text === "closed" ? texts.closedDay : text;
  };
  return (
    <svg
      className="week-strip"
      viewBox={`0 0 ${LEFT + WIDE + 150} ${TOP + 7 * ROW + 6}`}
      role="img"
      aria-label={`${texts.hoursPicture}: ${texts.days.map((day, index) => `${day} ${inWords(index)}`).join("; ")}`}
    >
      {MARKS.map((hour) => (
        <g key={hour}>
          <text x={x(hour * 60)} y="14" textAnchor="middle" className="strip-mark">
            {hour}:00
          </text>
          <line x1={x(hour * 60)} x2={x(hour * 60)} y1={TOP} y2={TOP + 7 * ROW} className="strip-line" />
        </g>
      ))}
      {week.map((spans, day) => (
        <g key={texts.days[day]}>
          <text x="0" y={TOP + day * ROW + 17} className="strip-day">
            {texts.days[day]}
          </text>
          <rect x={LEFT} y={TOP + day * ROW + 4} width={WIDE} height={ROW - 8} rx="5" className="strip-shut" />
          {spans.map((span) => (
            <rect
              key={span.from}
              x={x(span.from)}
              y={TOP + day * ROW + 4}
              width={x(span.until) - x(span.from)}
              height={ROW - 8}
              rx="5"
              className="strip-open"
            />
          ))}
          <text x={LEFT + WIDE + 10} y={TOP + day * ROW + 17} className="strip-mark">
            {inWords(day)}
          </text>
        </g>
      ))}
    </svg>
  );
}
