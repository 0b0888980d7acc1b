/** What somebody else asks for, to be approved or not; and what somebody opened alone, to be reviewed. Never one's own. */

import { post } from "../api/request";
import type { Me, Shapes } from "../api/types";
import { AskOnce } from "../desk/AskOnce";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage, useName } from "../i18n/language";
import { addressOf, may } from "../shell/pages";
import { useNow } from "../time/clock";
import { clockOf, dayAndTime, secondsUntil } from "../time/format";
import { useTakeOpening, type Opening } from "./openings";

export function WaitsForMe({ me, openings }: { me: Me; openings: readonly Opening[] }) {
  const { t } = useLanguage();
  return (
    <section className="card" aria-labelledby="vault-waiting">
      <h2 id="vault-waiting">
        {t.vault.waiting} <span className="soft figures">{openings.length}</span>
      </h2>
      {openings.length === 0 ? <p className="soft">{t.vault.nothingWaiting}</p> : null}
      <ul className="openings" aria-live="polite">
        {openings.map((one) => (
          <li key={one.id}>
            {one.state === "requested" ? <ToApprove me={me} one={one} /> : <ToReview me={me} one={one} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Facts({ me, one }: { me: Me; one: Opening }) {
  const { t } = useLanguage();
  const texts = t.vault;
  const nameOf = useName();
  const line = me.lines.find((each) => each.id === one.line_id);
  return (
    <>
      <p className="row">
        <span className={one.reason_code === "act_in_progress" ? "tag danger" : "tag now"}>
          {texts.reasonCode[one.reason_code]}
        </span>
        {line ? <span>{nameOf(line)}</span> : null}
        {one.subject_id ? <span className="tag">{texts.ofFile(one.contacts)}</span> : null}
        {one.subject_id && may(me, "file.edit") ? (
          <a href={addressOf("files", one.subject_id)}>{texts.openFile}</a>
        ) : null}
        {may(me, "note.see") ? <a href={addressOf("records", one.contact_id)}>{texts.readNote}</a> : null}
      </p>
      <p className="opening-reason">{one.reason || <span className="soft">{texts.noReason}</span>}</p>
    </>
  );
}

function ToApprove({ me, one }: { me: Me; one: Opening }) {
  const { t, language } = useLanguage();
  const texts = t.vault;
  const now = useNow();
  const take = useTakeOpening();
  const answer = useAct((how: "approve" | "refuse") => post<Opening>(`/api/vault/openings/${one.id}/${how}`), take);
  const what = [one.requested_by.work_name, texts.kind[one.kind], one.minutes] as const;
  const acts = { disabled: answer.blocked, loading: answer.running, small: true, no: texts.keep };
  return (
    <>
      <h3>{texts.asksFor(...what)}</h3>
      <Facts me={me} one={one} />
      <p className="soft small figures">
        {texts.asked(dayAndTime(one.requested_at, language))} ·{" "}
        {texts.lapsesIn(clockOf(secondsUntil(one.lapses_at, now)))}
      </p>
      <div className="row">
        <AskOnce
          {...acts}
          label={texts.approve}
          question={texts.approveAsk(...what)}
          yes={texts.approveYes}
          onYes={() => answer.run("approve")}
        />
        <AskOnce
          {...acts}
          label={texts.refuse}
          question={texts.refuseAsk}
          yes={texts.refuse}
          onYes={() => answer.run("refuse")}
        />
      </div>
      <Said text={answer.said} />
    </>
  );
}

const FINDINGS: readonly Shapes["Finding"][] = ["justified", "not_justified"];

function ToReview({ me, one }: { me: Me; one: Opening }) {
  const { t, language } = useLanguage();
  const texts = t.vault;
  const now = useNow();
  const take = useTakeOpening();
  const review = useAct(
    (finding: Shapes["Finding"]) =>
      post<Opening>(`/api/vault/openings/${one.id}/review`, { finding } satisfies Shapes["NewReview"]),
    take,
  );
  const late = one.review_due_at !== null && Date.parse(one.review_due_at) <= now;
  return (
    <>
      <h3>{texts.openedAlone(one.requested_by.work_name, texts.kind[one.kind], one.minutes)}</h3>
      <Facts me={me} one={one} />
      <p className="soft small figures">
        {texts.openedAt(dayAndTime(one.requested_at, language))} · {texts.look.looks(one.looks)} ·{" "}
        {late ? (
          <span className="tag danger">{texts.reviewLate}</span>
        ) : one.review_due_at ? (
          texts.reviewBy(dayAndTime(one.review_due_at, language))
        ) : null}
      </p>
      <div className="row">
        {FINDINGS.map((finding) => (
          <AskOnce
            key={finding}
            label={texts.finding[finding]}
            question={texts.reviewAsk[finding]}
            yes={texts.finding[finding]}
            no={texts.keep}
            disabled={review.blocked}
            loading={review.running}
            small
            onYes={() => review.run(finding)}
          />
        ))}
      </div>
      <Said text={review.said} />
    </>
  );
}
