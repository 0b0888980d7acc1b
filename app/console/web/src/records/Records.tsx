/** Notes found by words and filters; what one still owes; one note read or written on. Addresses carry ids, never words. */

import { lazy, Suspense } from "react";
import { Spin } from "antd";

import type { Me } from "../api/types";
import { useTexts } from "../i18n/language";
import { RecordPanel } from "../record/RecordPanel";
import { addressOf, fileOfContact, may } from "../shell/pages";
import { OwnReviews } from "../reviews/OwnReviews";
import { OwedNotes } from "./OwedNotes";
import "./records.css";

const Search = lazy(() => import("./Search"));

export default function Records({ me, contactId }: { me: Me; contactId: string | undefined }) {
  const t = useTexts();
  if (contactId) {
    return (
      <div className="stack">
        <h1 className="unseen">{t.records.title}</h1>
        <p className="row">
          <a href={addressOf("records")}>← {t.records.back}</a>
          {may(me, "file.edit") ? <a href={fileOfContact(contactId)}>{t.files.open}</a> : null}
        </p>
        <RecordPanel key={contactId} contactId={contactId} giving />
      </div>
    );
  }
  return (
    <div className="stack">
      <h1 className="unseen">{t.records.title}</h1>
      <OwedNotes />
      <OwnReviews />
      <Suspense fallback={<Spin aria-label={t.common.loading} />}>
        <Search me={me} />
      </Suspense>
    </div>
  );
}
