/** The plan for one person (一人一策): the version in force, the earlier ones, and writing the next. */

import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";

import { get } from "../api/request";
import type { Shapes } from "../api/types";
import { useLanguage } from "../i18n/language";
import { dayAndTime } from "../time/format";
import { FromFile, NumbersApart } from "./FromFile";
import { PlanForm } from "./PlanForm";
import { useRefreshFile, type File } from "./useFile";

type Plan = Shapes["Plan"];

export function PlanCard({ file }: { file: File }) {
  const { t } = useLanguage();
  const texts = t.files.plan;
  const refresh = useRefreshFile();
  const [writing, setWriting] = useState(false);
  const [history, setHistory] = useState(false);
  return (
    <section className="card" aria-labelledby="file-plan">
      <div className="row apart">
        <h2 id="file-plan">{texts.title}</h2>
        {writing ? null : <Button onClick={() => setWriting(true)}>{file.plan ? texts.edit : texts.write}</Button>}
      </div>
      {writing ? (
        <PlanForm
          subjectId={file.id}
          plan={file.plan}
          onDone={() => {
            setWriting(false);
            refresh();
          }}
          onCancel={() => setWriting(false)}
        />
      ) : file.plan ? (
        <PlanText plan={file.plan} />
      ) : (
        <p className="soft">{texts.none}</p>
      )}
      {file.plan && !writing ? (
        <Button type="link" className="plain-link" aria-expanded={history} onClick={() => setHistory(!history)}>
          {history ? texts.hideHistory : texts.history}
        </Button>
      ) : null}
      {history && file.plan && !writing ? <Earlier subjectId={file.id} current={file.plan.version} /> : null}
    </section>
  );
}

export function PlanText({ plan }: { plan: Plan }) {
  const { t, language } = useLanguage();
  const texts = t.files.plan;
  return (
    <div className="plan-text">
      <p className="soft small figures">
        {texts.version(plan.version, plan.written_by, dayAndTime(plan.written_at, language))}{" "}
        <FromFile of={plan.numbered_in} />
      </p>
      <NumbersApart where={[plan]} />
      {plan.key_lines.length > 0 ? (
        <ul className="key-lines" aria-label={texts.keyLines}>
          {plan.key_lines.map((line, at) => (
            <li key={at}>{line}</li>
          ))}
        </ul>
      ) : null}
      <p className="plan-body">{plan.body}</p>
      {plan.adults.length > 0 ? (
        <>
          <h3>{texts.adults}</h3>
          <ul>
            {plan.adults.map((adult, at) => (
              <li key={at}>
                <span className="tag">{adult[language]}</span> {adult.does}
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </div>
  );
}

function Earlier({ subjectId, current }: { subjectId: string; current: number }) {
  const { t } = useLanguage();
  const { data } = useQuery({
    queryKey: ["file", subjectId, "plans", current],
    queryFn: () => get<Plan[]>(`/api/subjects/${subjectId}/plans`),
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
  const earlier = data?.filter((plan) => plan.version !== current);
  if (!earlier) return <p>{t.common.loading}</p>;
  if (earlier.length === 0) return <p className="soft">{t.files.plan.onlyThis}</p>;
  return (
    <ol className="earlier-plans">
      {earlier.map((plan) => (
        <li key={plan.version}>
          <PlanText plan={plan} />
        </li>
      ))}
    </ol>
  );
}
