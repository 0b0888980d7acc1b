/** Callers who asked to be called back: dialled once, by one person; the number is never shown. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";

import { get, post } from "../api/request";
import type { CallBack, Contact, Me, Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage, useName } from "../i18n/language";
import { ownPresence } from "../live/apply";
import { useConnection, useLive } from "../live/live";
import { addressOf, may } from "../shell/pages";
import { useNow } from "../time/clock";
import { clockOf, dayAndTime, secondsSince, secondsUntil } from "../time/format";

const LOOK_EVERY_MS = 15_000;

export function CallBacks({ me }: { me: Me }) {
  const { t, language } = useLanguage();
  const texts = t.wallboard.callBacks;
  const nameOf = useName();
  const now = useNow();
  const connection = useConnection();
  const client = useQueryClient();
  const presence = ownPresence(useLive());
  const { data } = useQuery({
    queryKey: ["call-backs"],
    queryFn: () => get<CallBack[]>("/api/call-backs"),
    refetchInterval: LOOK_EVERY_MS,
  });
  const renew = () => void client.invalidateQueries({ queryKey: ["call-backs"] });
  const dial = useAct(
    (one: CallBack) =>
      post<Contact>(`/api/call-backs/${one.contact_id}/dial`, { version: one.version } satisfies Shapes["Versioned"]),
    (contact) => {
      connection.takeContact(contact);
      renew();
      location.hash = addressOf("desk");
    },
    renew,
  );
  const takes = may(me, "callbacks.take") && may(me, "desk.use");
  const free = presence?.activity === "ready";
  return (
    <section className="card" aria-labelledby="call-backs">
      <h2 id="call-backs">{texts.title}</h2>
      {data?.length ? (
        <ul className="duty-list">
          {data.map((one) => {
            const left = secondsUntil(one.due_at, now);
            return (
              <li key={one.contact_id}>
                <div>
                  <strong>{nameOf(one.line)}</strong>{" "}
                  {one.language === "en" ? <span className="tag">{t.common.language.en}</span> : null}
                  <p className="soft figures">
                    {texts.requested(dayAndTime(one.requested_at, language))} ·{" "}
                    {left > 0 ? (
                      texts.dueIn(clockOf(left))
                    ) : (
                      <span className="tag now">{texts.overdue(clockOf(secondsSince(one.due_at, now)))}</span>
                    )}
                  </p>
                  {one.may_have_rung ? <p className="small">{texts.mayHaveRung}</p> : null}
                </div>
                {one.state === "dialling" ? (
                  <span className="tag calm">{texts.dialling}</span>
                ) : takes ? (
                  <Button disabled={dial.blocked || !free} loading={dial.running} onClick={() => dial.run(one)}>
                    {texts.dial}
                  </Button>
                ) : null}
              </li>
            );
          })}
        </ul>
      ) : (
        <p className="soft">{texts.none}</p>
      )}
      {data?.length && takes ? <p className="soft small">{free ? texts.hint : texts.needReady}</p> : null}
      <Said text={dial.said} />
    </section>
  );
}
