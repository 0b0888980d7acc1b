/** What was said of one's own notes: those that came back, to be amended and handed in again; and those accepted. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";

import { get, post } from "../api/request";
import type { Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage } from "../i18n/language";
import { addressOf } from "../shell/pages";
import { dayAndTime } from "../time/format";
import "./reviews.css";
import { Rounds } from "./Rounds";

type Own = Shapes["OwnReview"];

const KEY = ["own-reviews"];

export function OwnReviews() {
  const { t, language } = useLanguage();
  const texts = t.reviews.mine;
  const { data } = useQuery({ queryKey: KEY, queryFn: () => get<Own[]>("/api/reviews/own"), staleTime: 0 });
  const [handedBack, setHandedBack] = useState(false);
  const open = data?.filter((one) => one.state === "returned") ?? [];
  const done = data?.filter((one) => one.state === "done") ?? [];
  if (open.length + done.length === 0 && !handedBack) return null;
  return (
    <section className="card" aria-labelledby="own-reviews">
      <h2 id="own-reviews">{open.length > 0 ? texts.title(open.length) : t.reviews.title}</h2>
      <ul className="own-reviews">
        {open.map((one) => (
          <li key={one.id}>
            <Returned one={one} onDone={() => setHandedBack(true)} />
          </li>
        ))}
      </ul>
      <div role="status">{handedBack ? <p className="said calm">{texts.waits}</p> : null}</div>
      {done.length > 0 ? (
        <details>
          <summary className="soft">{texts.accepted(done.length)}</summary>
          <ul className="own-reviews">
            {done.map((one) => (
              <li key={one.id}>
                <p>
                  <a href={addressOf("records", one.contact_id)} className="figures">
                    {texts.ofCall(dayAndTime(one.submitted_at, language))}
                  </a>
                </p>
                <Rounds rounds={one.rounds} />
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </section>
  );
}

function Returned({ one, onDone }: { one: Own; onDone: () => void }) {
  const { t, language } = useLanguage();
  const texts = t.reviews.mine;
  const client = useQueryClient();
  const renew = () => void client.invalidateQueries({ queryKey: KEY });
  const answer = useAct(
    () => post<Own>(`/api/reviews/${one.id}/answered`, { version: one.version } satisfies Shapes["OfVersion"]),
    () => {
      onDone();
      renew();
    },
    renew,
  );
  const when = dayAndTime(one.submitted_at, language);
  return (
    <>
      <h3 className="figures">{texts.ofCall(when)}</h3>
      <Rounds rounds={one.rounds} />
      <div className="row">
        <a href={addressOf("records", one.contact_id)} aria-label={texts.openOf(when)}>
          {texts.open}
        </a>
        <Button
          type={one.changed ? "primary" : "default"}
          disabled={answer.blocked || !one.changed}
          loading={answer.running}
          onClick={() => answer.run(undefined)}
        >
          {texts.done}
        </Button>
        {one.changed ? null : <span className="soft small">{texts.hint}</span>}
      </div>
      <Said text={answer.said} />
    </>
  );
}
