/** A whole file: what matters at once on top, the course of the danger as a picture, then plan, tasks and history. */

import { Spin } from "antd";
import { useState } from "react";

import type { Me } from "../api/types";
import { Said } from "../desk/Said";
import { useLanguage } from "../i18n/language";
import { problemInWords } from "../i18n/problem";
import { LastLevel } from "../record/LastLevel";
import { may } from "../shell/pages";
import { fullDate } from "../time/format";
import { AskVault } from "../vault/AskVault";
import { FileContacts } from "./FileContacts";
import { Flags } from "./Flags";
import { HandOvers } from "./HandOvers";
import { LevelPicture } from "./LevelPicture";
import { PlanCard } from "./PlanCard";
import { Regroupings } from "./Regroupings";
import { Tasks } from "./Tasks";
import { useFile, useOrganisationName, type File } from "./useFile";

export function FilePage({ me, subjectId }: { me: Me; subjectId: string }) {
  const { t, language } = useLanguage();
  const { data, error } = useFile(subjectId);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  if (error && !data) return <Said text={problemInWords(error, t, language)} />;
  if (!data) return <Spin className="loading" aria-label={t.common.loading} />;
  const file = data;
  const merges = file.whole && may(me, "file.merge");
  const still = chosen.filter((id) => file.contacts.some((contact) => contact.id === id));
  return (
    <>
      <Head me={me} file={file} />
      {file.whole ? <Flags file={file} /> : null}
      <div className="file-columns">
        <div className="stack">
          <section className="card" aria-labelledby="file-levels">
            <h2 id="file-levels">{t.files.picture.title}</h2>
            <LevelPicture contacts={file.contacts} />
          </section>
          <FileContacts file={file} chosen={still} onChosen={merges ? setChosen : null} />
        </div>
        {file.whole ? (
          <div className="stack">
            <Tasks file={file} />
            <PlanCard file={file} />
          </div>
        ) : null}
      </div>
      {file.whole && merges ? <Regroupings file={file} chosen={still} onSplit={() => setChosen([])} /> : null}
      {file.whole && may(me, "file.hand_over") ? <HandOvers file={file} /> : null}
    </>
  );
}

function Head({ me, file }: { me: Me; file: File }) {
  const { t, language } = useLanguage();
  const texts = t.files;
  const organisationName = useOrganisationName();
  const told = file.contacts.flatMap((contact) => contact.level ?? []); // newest first
  return (
    <div className="row file-head">
      <h1>{texts.ofCode(file.code)}</h1>
      <LastLevel last={told[0]} known={told.find((one) => one.level !== "unknown")} />
      <span className="tag">{texts.times(file.times_seen)}</span>
      <span className="soft figures">{texts.since(fullDate(file.created_at, language))}</span>
      {file.whole ? (
        <span className="soft">
          {file.organisation_id ? texts.custody(organisationName(file.organisation_id)) : texts.noCustody}
        </span>
      ) : (
        <span className="soft">{texts.partOnly}</span>
      )}
      {file.whole ? (
        <a href={`/api/subjects/${file.id}/packet?language=${language}`} target="_blank" rel="noopener">
          {texts.packet}
        </a>
      ) : null}
      {file.whole && may(me, "vault.request") ? <AskVault of={{ subject_id: file.id }} /> : null}
    </div>
  );
}
