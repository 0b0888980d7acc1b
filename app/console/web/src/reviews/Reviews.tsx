/** Reviews of notes: the queue, or one note beside the criteria. */

import { useTexts } from "../i18n/language";
import { addressOf } from "../shell/pages";
import { Queue } from "./Queue";
import { ReviewPage } from "./ReviewPage";
import "./reviews.css";

export default function Reviews({ detail }: { detail: string | undefined }) {
  const t = useTexts();
  if (detail === undefined) return <Queue />;
  return (
    <div className="stack">
      <h1 className="unseen">{t.reviews.title}</h1>
      <p>
        <a href={addressOf("reviews")}>← {t.reviews.back}</a>
      </p>
      <ReviewPage key={detail} reviewId={detail} />
    </div>
  );
}
