/** Callers' files: one found by a caller's short code, or opened from a contact; and the hand-overs that wait. */

import { useQuery } from "@tanstack/react-query";
import { Spin } from "antd";

import { get } from "../api/request";
import type { Me, Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useLanguage, useTexts } from "../i18n/language";
import { problemInWords } from "../i18n/problem";
import { addressOf, contactOfFile, may } from "../shell/pages";
import { FilePage } from "./FilePage";
import "./files.css";
import { FindFile } from "./FindFile";
import { WaitingHandOvers } from "./HandOvers";

export default function Files({ me, detail }: { me: Me; detail: string | undefined }) {
  const t = useTexts();
  if (detail === undefined) {
    return (
      <div className="stack">
        <h1 className="unseen">{t.files.title}</h1>
        {may(me, "file.hand_over") ? <WaitingHandOvers /> : null}
        <section className="card" aria-labelledby="find-file">
          <h2 id="find-file">{t.files.find}</h2>
          <p className="soft">{t.files.findHint}</p>
          <FindFile
            show={(found) => (
              <a href={addressOf("files", found.id)} aria-label={`${t.files.open} ${found.code}`}>
                {t.files.open}
              </a>
            )}
          />
        </section>
      </div>
    );
  }
  const contactId = contactOfFile(detail);
  return (
    <div className="stack">
      <p>
        <a href={addressOf("files")}>← {t.files.back}</a>
      </p>
      {contactId !== null ? (
        <OfContact key={detail} me={me} contactId={contactId} />
      ) : (
        <FilePage key={detail} me={me} subjectId={detail} />
      )}
    </div>
  );
}

function OfContact({ me, contactId }: { me: Me; contactId: string }) {
  const { t, language } = useLanguage();
  const { data, error } = useQuery({
    queryKey: ["subject-of", contactId],
    queryFn: () => get<Shapes["SubjectSummary"]>(`/api/contacts/${contactId}/subject`),
    staleTime: 30_000,
  });
  if (error) return <Said text={problemInWords(error, t, language)} />;
  if (!data) return <Spin aria-label={t.common.loading} />;
  if (data.subject_id === null) return <p className="card">{t.files.noFile}</p>;
  return <FilePage me={me} subjectId={data.subject_id} />;
}
