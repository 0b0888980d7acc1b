/** What a supervisor watches: lines, calls, people, and what needs a person. It moves as things happen. */

import type { LineCard as Card, Me } from "../api/types";
import { CallBacks } from "../duties/CallBacks";
import { Voicemails } from "../duties/Voicemails";
import { useTexts } from "../i18n/language";
import { useLive } from "../live/live";
import { may } from "../shell/pages";
import { LineCard } from "./LineCard";
import { LiveContacts } from "./LiveContacts";
import { Notices } from "./Notices";
import { People } from "./People";
import "./wallboard.css";

/** Lines that move come first and stay where they are among themselves; what is closed and quiet comes last. */
function byNeed(a: Card, b: Card): number {
  const rank = (card: Card) => (card.today.offered > 0 || card.waiting > 0 ? 0 : card.open ? 1 : 2);
  return rank(a) - rank(b) || a.line.id.localeCompare(b.line.id);
}

export default function Wallboard({ me }: { me: Me }) {
  const t = useTexts();
  const live = useLive();
  const cards = Object.values(live.lines).sort(byNeed);
  return (
    <div className="stack">
      <h1 className="unseen">{t.wallboard.title}</h1>
      {may(me, "notices.see") ? <Notices me={me} /> : null}
      {may(me, "contact.see") ? <LiveContacts me={me} /> : null}
      <section aria-labelledby="wall-lines">
        <h2 id="wall-lines" className="unseen">
          {t.wallboard.lines}
        </h2>
        <div className="line-cards">
          {cards.map((card) => (
            <LineCard key={card.line.id} card={card} />
          ))}
        </div>
      </section>
      <People me={me} />
      <div className="duties">
        {may(me, "callbacks.see") ? <CallBacks me={me} /> : null}
        {may(me, "voicemail.hear") ? <Voicemails /> : null}
      </div>
    </div>
  );
}
