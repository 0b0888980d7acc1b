/**
 * The levels of risk from contact to contact, as a line that climbs and falls: one looks rather than reads. "Cannot tell"
 * has its own row below, and no line leads to it: it is no level, and hides none. A talk without a level is a small tick.
 */

import type { Shapes } from "../api/types";
import { useLanguage } from "../i18n/language";
import type { RiskLevel } from "../record/instruments";
import { dayAndTime } from "../time/format";

type Contact = Shapes["FileContact"];

const ROWS: readonly RiskLevel[] = ["imminent", "high", "moderate", "low", "unknown"];
const MOST = 24;
const LEFT = 92;
const WIDTH = 620;
const ROW = 30;
const TOP = 16;

const rowOf = (level: RiskLevel): number => TOP + ROWS.indexOf(level) * ROW;

export function LevelPicture({ contacts }: { contacts: readonly Contact[] }) {
  const { t, language } = useLanguage();
  const texts = t.files.picture;
  const levels = t.record.risk.levels;
  const shown = contacts.slice(0, MOST).reverse(); // the server gives the newest first
  if (!shown.some((contact) => contact.level)) return <p className="soft">{texts.none}</p>;
  const step = shown.length > 1 ? (WIDTH - LEFT - 24) / (shown.length - 1) : 0;
  const at = (index: number): number => LEFT + 8 + index * step;
  const told = shown.flatMap((contact, index) => (contact.level ? [{ index, ...contact.level }] : []));
  const known = told.filter((one) => one.level !== "unknown");
  const path = known.map((one, n) =>
    n === 0 ? `M${at(one.index)} ${rowOf(one.level)}` : `H${at(one.index)} V${rowOf(one.level)}`,
  );
  const bottom = TOP + ROWS.length * ROW;
  const first = shown[0];
  const last = shown.at(-1);
  const said = texts.said(
    told
      .map((one) => texts.step(dayAndTime(one.set_at, language), levels[one.level]))
      .join(language === "zh" ? "，" : ", "),
  );
  return (
    <figure className="level-picture">
      <svg viewBox={`0 0 ${WIDTH} ${bottom + 24}`} role="img" aria-label={said}>
        {ROWS.map((level) => (
          <g key={level}>
            <text x={LEFT - 14} y={rowOf(level) + 5} textAnchor="end" className="level-name">
              {levels[level]}
            </text>
            <line x1={LEFT} x2={WIDTH - 8} y1={rowOf(level)} y2={rowOf(level)} className={`level-row ${level}`} />
          </g>
        ))}
        <path d={path.join(" ")} className="level-line" />
        {told.map((one) => (
          <circle key={one.index} cx={at(one.index)} cy={rowOf(one.level)} r={6} className={`level-dot ${one.level}`}>
            <title>{texts.step(dayAndTime(one.set_at, language), levels[one.level])}</title>
          </circle>
        ))}
        {shown.map((contact, index) =>
          contact.level ? null : (
            <line
              key={contact.id}
              x1={at(index)}
              x2={at(index)}
              y1={bottom - 12}
              y2={bottom - 4}
              className="level-none"
            >
              <title>{texts.step(dayAndTime(contact.offered_at, language), texts.noLevel)}</title>
            </line>
          ),
        )}
        {first ? (
          <text x={LEFT} y={bottom + 16} className="level-when">
            {dayAndTime(first.offered_at, language)}
          </text>
        ) : null}
        {last && last !== first ? (
          <text x={WIDTH - 8} y={bottom + 16} textAnchor="end" className="level-when">
            {dayAndTime(last.offered_at, language)}
          </text>
        ) : null}
      </svg>
      {contacts.length > MOST ? <figcaption className="soft small">{texts.latest(MOST)}</figcaption> : null}
    </figure>
  );
}
