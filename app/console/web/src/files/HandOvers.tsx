/** A file on its way to another organisation: asked for by the side that has it, answered by the other. */

import { useQuery } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useId, useState } from "react";

import { get, post } from "../api/request";
import type { Shapes } from "../api/types";
import { AskOnce } from "../desk/AskOnce";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage, useName } from "../i18n/language";
import { addressOf } from "../shell/pages";
import { dayAndTime } from "../time/format";
import { useOrganisationName, useOrganisations, useRefreshFile, type File } from "./useFile";

type HandOver = Shapes["HandOver"];
type Answer = "accept" | "refuse" | "withdraw";

/** Those that wait for an answer, of the organisations one answers for. */
export function WaitingHandOvers() {
  const { t } = useLanguage();
  const { data } = useQuery({
    queryKey: ["hand-overs"],
    queryFn: () => get<HandOver[]>("/api/hand-overs"),
    refetchInterval: 30_000,
  });
  if (!data?.length) return null;
  return (
    <section className="card" aria-labelledby="waiting-hand-overs">
      <h2 id="waiting-hand-overs">{t.files.handOver.waiting}</h2>
      <ul className="duty-list">
        {data.map((one) => (
          <li key={one.id}>
            <One one={one} linked />
          </li>
        ))}
      </ul>
    </section>
  );
}

export function HandOvers({ file }: { file: File }) {
  const { t } = useLanguage();
  const texts = t.files.handOver;
  const [asking, setAsking] = useState(false);
  const waits = file.hand_overs.some((one) => one.state === "requested");
  return (
    <section className="card" aria-labelledby="file-hand-over">
      <div className="row apart">
        <h2 id="file-hand-over">{texts.title}</h2>
        {file.organisation_id && !waits && !asking ? (
          <Button onClick={() => setAsking(true)}>{texts.ask}</Button>
        ) : null}
      </div>
      {asking ? <Ask file={file} onDone={() => setAsking(false)} /> : null}
      {file.hand_overs.length === 0 && !asking ? <p className="soft">{texts.none}</p> : null}
      <ul className="duty-list">
        {file.hand_overs.map((one) => (
          <li key={one.id}>
            <One one={one} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function One({ one, linked = false }: { one: HandOver; linked?: boolean }) {
  const { t, language } = useLanguage();
  const texts = t.files.handOver;
  const id = useId();
  const organisationName = useOrganisationName();
  const refresh = useRefreshFile();
  const [refusing, setRefusing] = useState(false);
  const [why, setWhy] = useState("");
  const answer = useAct(
    (how: Answer) =>
      post<HandOver>(`/api/hand-overs/${one.id}/${how}`, {
        version: one.version,
        reason: how === "refuse" ? why : "",
      } satisfies Shapes["AnswerHandOver"]),
    () => {
      setRefusing(false);
      refresh();
    },
    refresh,
  );
  const waits = one.state === "requested";
  const ask = { disabled: answer.blocked, loading: answer.running, small: true, no: texts.keep };
  return (
    <>
      <div>
        <p className="row">
          <strong>{texts.way(organisationName(one.from_organisation), organisationName(one.to_organisation))}</strong>
          <span className={waits ? "tag now" : "tag"}>{texts.state[one.state]}</span>
          {linked ? <a href={addressOf("files", one.subject_id)}>{t.files.ofCode(one.code)}</a> : null}
        </p>
        <p>{one.reason}</p>
        {one.answer ? <p>{texts.answer(one.answer)}</p> : null}
        <p className="soft small figures">{texts.asked(one.requested_by, dayAndTime(one.requested_at, language))}</p>
      </div>
      {waits && !refusing ? (
        <div className="row">
          {one.mine.includes("receiving") ? (
            <>
              <AskOnce
                {...ask}
                label={texts.accept}
                question={texts.acceptAsk}
                yes={texts.acceptYes}
                onYes={() => answer.run("accept")}
              />
              <Button disabled={answer.blocked} onClick={() => setRefusing(true)}>
                {texts.refuse}
              </Button>
            </>
          ) : null}
          {one.mine.includes("giving") ? (
            <AskOnce
              {...ask}
              label={texts.withdraw}
              question={texts.withdrawAsk}
              yes={texts.withdraw}
              onYes={() => answer.run("withdraw")}
            />
          ) : null}
        </div>
      ) : null}
      {waits && refusing ? (
        <div className="form">
          <label htmlFor={id}>{texts.refuseWhy}</label>
          <Input id={id} autoFocus value={why} maxLength={500} onChange={(event) => setWhy(event.target.value)} />
          <div className="row">
            <Button
              type="primary"
              disabled={answer.blocked || why.trim() === ""}
              loading={answer.running}
              onClick={() => answer.run("refuse")}
            >
              {texts.refuse}
            </Button>
            <Button onClick={() => setRefusing(false)}>{t.common.cancel}</Button>
          </div>
        </div>
      ) : null}
      <Said text={answer.said} />
    </>
  );
}

function Ask({ file, onDone }: { file: File; onDone: () => void }) {
  const { t } = useLanguage();
  const texts = t.files.handOver;
  const nameOf = useName();
  const ids = { to: useId(), reason: useId() };
  const others = useOrganisations().filter((one) => one.id !== file.organisation_id);
  const refresh = useRefreshFile();
  const [to, setTo] = useState("");
  const [reason, setReason] = useState("");
  const send = useAct(
    () =>
      post<HandOver>(`/api/subjects/${file.id}/hand-overs`, {
        to_organisation: to,
        reason,
      } satisfies Shapes["RequestHandOver"]),
    () => {
      refresh();
      onDone();
    },
    refresh,
  );
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        send.run(undefined);
      }}
    >
      <p className="soft">{texts.askHint}</p>
      <label htmlFor={ids.to}>{texts.to}</label>
      <select id={ids.to} value={to} onChange={(event) => setTo(event.target.value)}>
        <option value="" />
        {others.map((one) => (
          <option key={one.id} value={one.id}>
            {nameOf(one)}
          </option>
        ))}
      </select>
      <label htmlFor={ids.reason}>{texts.reason}</label>
      <Input.TextArea
        id={ids.reason}
        value={reason}
        autoSize={{ minRows: 2, maxRows: 6 }}
        maxLength={2000}
        onChange={(event) => setReason(event.target.value)}
      />
      <p className="soft small">{t.files.hidden}</p>
      <Said text={send.said} />
      <div className="row">
        <Button
          type="primary"
          htmlType="submit"
          disabled={send.blocked || to === "" || reason.trim() === ""}
          loading={send.running}
        >
          {texts.send}
        </Button>
        <Button onClick={onDone}>{t.common.cancel}</Button>
      </div>
    </form>
  );
}
