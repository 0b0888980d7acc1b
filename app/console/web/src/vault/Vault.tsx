/** The vault: what waits for me, what I may look at now, and who opened what in the last month. */

import { Spin } from "antd";

import type { Me } from "../api/types";
import { Said } from "../desk/Said";
import { useLanguage } from "../i18n/language";
import { problemInWords } from "../i18n/problem";
import { may } from "../shell/pages";
import { useNow } from "../time/clock";
import { Look } from "./Look";
import { useOpenings, type Opening } from "./openings";
import { OpeningsTable } from "./OpeningsTable";
import "./vault.css";
import { WaitsForMe } from "./WaitsForMe";

const LOOKABLE: readonly Opening["state"][] = ["open", "open_alone"];

export default function Vault({ me }: { me: Me }) {
  const { t, language } = useLanguage();
  const texts = t.vault;
  const { data, error } = useOpenings();
  const now = useNow();
  const own = (opening: Opening) => opening.requested_by.person_id === me.person_id;
  const openings = data ?? [];
  const waiting = openings.filter(
    (one) =>
      !own(one) &&
      ((one.state === "requested" && may(me, "vault.approve")) ||
        (one.state === "to_review" && may(me, "vault.review"))),
  );
  const mine = openings.filter((one) => own(one) && (LOOKABLE.includes(one.state) || one.state === "requested"));
  return (
    <div className="stack">
      <h1 className="unseen">{texts.title}</h1>
      <p className="soft">{texts.hint}</p>
      {error && !data ? <Said text={problemInWords(error, t, language)} /> : null}
      {!data && !error ? <Spin aria-label={t.common.loading} /> : null}
      {mine.length > 0 ? (
        <section className="card" aria-labelledby="vault-mine">
          <h2 id="vault-mine">{texts.mine}</h2>
          <ul className="openings">
            {mine.map((one) => (
              <li key={one.id}>
                {one.state === "requested" ? (
                  <>
                    <p>
                      <strong>{texts.kind[one.kind]}</strong> <span className="tag now">{texts.state.requested}</span>{" "}
                      {texts.reasonCode[one.reason_code]}
                    </p>
                    <p className="soft">
                      {texts.waitsForOther} {texts.wait}
                    </p>
                  </>
                ) : (
                  <Look opening={one} over={one.open_until !== null && Date.parse(one.open_until) <= now} />
                )}
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {data ? <WaitsForMe me={me} openings={waiting} /> : null}
      {data ? <OpeningsTable me={me} openings={openings} /> : null}
    </div>
  );
}
