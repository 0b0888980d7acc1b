/** What a supervisor watches: lines, calls, people, and what needs a person. It moves as things happen. */

import type { Me } from "../api/types";
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

export default function Wallboard({ me }: { me: Me }) {
  const t = useTexts();
  const live = useLive();
  const cards = Object.values(live.lines).sort((a, b) => a.line.id.localeCompare(b.line.id));
  return (
    <div className="stack">
      <h1 className="unseen">{t.wallboard.title}</h1>
      {may(me, "notices.see") ? <Notices /> : null}
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
      {may(me, "contact.see") ? <LiveContacts me={me} /> : null}
      <People me={me} />
      <div className="duties">
        {may(me, "callbacks.see") ? <CallBacks me={me} /> : null}
        {may(me, "voicemail.hear") ? <Voicemails /> : null}
      </div>
    </div>
  );
}
