/** The server has a draft that it cannot open: said with the key's name, and thrown away by nobody but its writer (P8). */

import { AskOnce } from "../desk/AskOnce";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage } from "../i18n/language";
import { dayAndTime } from "../time/format";
import type { Unreadable } from "./serverDraft";

type Props = { unreadable: Unreadable; onDiscard: () => Promise<void> };

export function UnreadableDraft({ unreadable, onDiscard }: Props) {
  const { t, language } = useLanguage();
  const texts = t.record.unreadable;
  const discard = useAct(onDiscard, () => undefined);
  const when = (iso: string) => dayAndTime(iso, language);
  return (
    <div className="said stack" role="alert">
      <p>{texts.what(when(unreadable.saved_at), unreadable.key)}</p>
      <p>{texts.means(when(unreadable.kept_until))}</p>
      <div>
        <AskOnce
          label={texts.discard}
          question={texts.ask}
          yes={t.record.discardYes}
          no={t.record.discardNo}
          disabled={discard.blocked}
          loading={discard.running}
          small
          onYes={() => discard.run(undefined)}
        />
      </div>
      <Said text={discard.said} />
    </div>
  );
}
