/**
 * Messages that nobody has taken on yet, and one's own while they can be heard again. The sound is fetched when somebody
 * presses play and not before: each opening is noted with a name.
 */

import { useQuery, useQueryClient } from "@tanstack/react-query";

import { get, post } from "../api/request";
import type { Shapes, Voicemail } from "../api/types";
import { AskOnce } from "../desk/AskOnce";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage, useName } from "../i18n/language";
import { clockOf, dayAndTime } from "../time/format";

const LOOK_EVERY_MS = 15_000;

export function Voicemails() {
  const { t, language } = useLanguage();
  const texts = t.wallboard.voicemails;
  const nameOf = useName();
  const client = useQueryClient();
  const { data } = useQuery({
    queryKey: ["voicemails"],
    queryFn: () => get<Voicemail[]>("/api/voicemails"),
    refetchInterval: LOOK_EVERY_MS,
  });
  const renew = () => void client.invalidateQueries({ queryKey: ["voicemails"] });
  const hear = useAct(
    (one: Voicemail) =>
      post<Voicemail>(`/api/voicemails/${one.contact_id}/heard`, {
        version: one.version,
      } satisfies Shapes["Versioned"]),
    renew,
    renew,
  );
  const shown = data ?? [];
  return (
    <section className="card" aria-labelledby="voicemails">
      <h2 id="voicemails">{texts.title}</h2>
      {shown.length ? (
        <ul className="duty-list">
          {shown.map((one) => (
            <li key={one.contact_id}>
              <div>
                <strong>{nameOf(one.line)}</strong>
                <p className="soft figures">
                  {texts.left(dayAndTime(one.left_at, language))} · {texts.length(clockOf(one.seconds))}
                </p>
              </div>
              <audio
                controls
                preload="none"
                className="voicemail-sound"
                src={`/api/voicemails/${one.contact_id}/audio`}
                aria-label={texts.sound(nameOf(one.line), dayAndTime(one.left_at, language))}
              />
              {one.heard_at === null ? (
                <AskOnce
                  label={texts.heard}
                  question={texts.heardAsk}
                  yes={texts.heard}
                  no={t.common.cancel}
                  disabled={hear.blocked}
                  loading={hear.running}
                  small
                  onYes={() => hear.run(one)}
                />
              ) : (
                <p className="soft">{one.kept_until ? texts.mine(dayAndTime(one.kept_until, language)) : null}</p>
              )}
            </li>
          ))}
        </ul>
      ) : (
        <p className="soft">{texts.none}</p>
      )}
      <Said text={hear.said} />
    </section>
  );
}
