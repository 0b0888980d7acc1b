/** Who is in the call, drawn: caller — call — I, and whoever else; a broken line does not hear or is not heard. */

import type { Contact, Leg } from "../api/types";
import { useTexts } from "../i18n/language";
import type { Texts } from "../i18n/texts";
import { useTargetName } from "./TransferProgress";

type Party = { leg: Leg; name: string; notes: string[]; hears: boolean; x: number; y: number };

const WIDTH = 460;
const HEIGHT = 168;
const CENTRE = { x: WIDTH / 2, y: 56 };

function notesOf(leg: Leg, t: Texts): string[] {
  if (leg.state !== "answered") return [t.talk.legState[leg.state] ?? leg.state];
  return [...(leg.on_hold ? [t.talk.legHold] : []), ...(leg.muted ? [t.talk.legMuted] : [])];
}

function nameOf(leg: Leg, contact: Contact, me: string, third: string | null, t: Texts): string {
  if (leg.role === "caller") return contact.caller ? t.talk.callerCode(contact.caller) : t.talk.caller;
  if (leg.role === "volunteer") return leg.work_name === null || leg.work_name === me ? t.talk.you : leg.work_name;
  return leg.work_name ?? third ?? t.talk.third;
}

/** The legs that are up or on their way, at most one third, with their places in the picture. */
function partiesOf(contact: Contact, myName: string, third: string | null, t: Texts): Party[] {
  const up = contact.legs.filter((leg) => leg.state !== "ended");
  const placed = [
    { leg: up.find((leg) => leg.role === "caller"), x: 70, y: 56 },
    { leg: up.find((leg) => leg.role === "volunteer"), x: WIDTH - 70, y: 56 },
    {
      leg: up.filter((leg) => leg.role === "volunteer")[1] ?? up.find((leg) => leg.role === "third"),
      x: WIDTH / 2,
      y: 128,
    },
  ];
  return placed.flatMap(({ leg, x, y }) =>
    leg
      ? [
          {
            leg,
            x,
            y,
            name: nameOf(leg, contact, myName, third, t),
            notes: notesOf(leg, t),
            hears: leg.state === "answered" && leg.in_bridge && !leg.on_hold,
          },
        ]
      : [],
  );
}

export function LegsPicture({ contact, myName }: { contact: Contact; myName: string }) {
  const t = useTexts();
  const targetName = useTargetName();
  const parties = partiesOf(contact, myName, contact.transfer ? targetName(contact.transfer) : null, t);
  const words = parties.map(({ name, notes }) => [name, ...notes].join(" ")).join("; ");
  const low = parties.some((party) => party.y > 100);
  return (
    <svg
      className="legs"
      viewBox={`0 0 ${WIDTH} ${low ? HEIGHT : 100}`}
      role="img"
      aria-label={`${t.talk.picture}: ${words}`}
    >
      {parties.map(({ leg, x, y, hears }) => (
        <line
          key={leg.id}
          x1={x}
          y1={y - 10}
          x2={CENTRE.x}
          y2={CENTRE.y - 10}
          className={hears ? (leg.muted ? "legs-line one-way" : "legs-line") : "legs-line broken"}
        />
      ))}
      <circle cx={CENTRE.x} cy={CENTRE.y - 10} r="17" className="legs-bridge" />
      <path d={`M${CENTRE.x - 8} ${CENTRE.y - 10}h16M${CENTRE.x} ${CENTRE.y - 18}v16`} className="legs-bridge-mark" />
      {parties.map(({ leg, name, notes, x, y }) => (
        <g key={leg.id}>
          <circle cx={x} cy={y - 10} r="22" className={`legs-person ${leg.role}`} />
          <circle cx={x} cy={y - 16} r="6.5" className="legs-face" />
          <path d={`M${x - 11} ${y + 4}a11 9 0 0 1 22 0z`} className="legs-face" />
          <text x={x} y={y + 28} textAnchor="middle" className="legs-name">
            {[name, ...notes].join(" · ")}
          </text>
        </g>
      ))}
    </svg>
  );
}
