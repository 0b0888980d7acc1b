/** One review: the note as it is stored, beside it what to look for and what was said before. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Spin } from "antd";

import { get, post } from "../api/request";
import type { Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage } from "../i18n/language";
import { problemInWords } from "../i18n/problem";
import { LevelHistory } from "../record/LevelHistory";
import { NoteView } from "../record/NoteView";
import "../record/record.css";
import { toneOf } from "../record/Risk";
import { fileOfContact } from "../shell/pages";
import { ReviewForm } from "./ReviewForm";
import { Rounds } from "./Rounds";

export type Review = Shapes["ReviewDetail"];

export function ReviewPage({ reviewId }: { reviewId: string }) {
  const { t, language } = useLanguage();
  const client = useQueryClient();
  const key = ["review", reviewId];
  const { data: review, error } = useQuery({
    queryKey: key,
    queryFn: () => get<Review>(`/api/reviews/${reviewId}`),
    staleTime: Infinity, // each reading is an entry in the audit
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const take = (fresh: Review) => {
    client.setQueryData(key, fresh);
    void client.invalidateQueries({ queryKey: ["reviews"] });
  };
  if (error && !review) return <Said text={problemInWords(error, t, language)} />;
  if (!review) return <Spin className="loading" aria-label={t.common.loading} />;
  return (
    <div className="review">
      <section className="card record" aria-labelledby="review-note">
        <div className="row apart">
          <h2 id="review-note">{t.reviews.note}</h2>
          <span className="row">
            {review.level ? <span className={toneOf(review.level)}>{t.record.risk.levels[review.level]}</span> : null}
            <a href={fileOfContact(review.contact_id)}>{t.files.open}</a>
          </span>
        </div>
        <StoredNote contactId={review.contact_id} />
        <LevelHistory contactId={review.contact_id} />
      </section>
      <section className="card" aria-labelledby="review-criteria">
        <div className="row apart">
          <h2 id="review-criteria">{t.reviews.criteria}</h2>
          <span className="tag">{t.reviews.state[review.state]}</span>
        </div>
        {review.rounds.length > 0 ? <Rounds rounds={review.rounds} /> : null}
        <Standing review={review} take={take} />
        {review.mine && !review.own && (review.state === "taken" || review.state === "returned") ? (
          <ReviewForm review={review} take={take} />
        ) : null}
      </section>
    </div>
  );
}

function StoredNote({ contactId }: { contactId: string }) {
  const { t, language } = useLanguage();
  const { data, error } = useQuery({
    queryKey: ["review-note", contactId],
    queryFn: () => get<Shapes["Record"]>(`/api/contacts/${contactId}/record`),
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  if (error) return <Said text={problemInWords(error, t, language)} />;
  if (!data) return <Spin aria-label={t.common.loading} />;
  if (!data.note) return <p className="soft">{t.reviews.noNote}</p>;
  return <NoteView note={data.note} onEdit={null} amending={null} />;
}

/** Whose it is, and taking it or giving it back. */
function Standing({ review, take }: { review: Review; take: (fresh: Review) => void }) {
  const { t } = useLanguage();
  const texts = t.reviews;
  const client = useQueryClient();
  const renew = () => void client.invalidateQueries({ queryKey: ["review", review.id] });
  const grab = useAct(() => post<Review>(`/api/reviews/${review.id}/take`), take, renew);
  const release = useAct(
    () =>
      post<Review>(`/api/reviews/${review.id}/give-back`, {
        version: review.version,
      } satisfies Shapes["OfVersion"]),
    take,
    renew,
  );
  if (review.own) return <p className="said calm">{texts.ownHint}</p>;
  return (
    <div className="standing">
      {review.state === "waiting" ? (
        <div className="row">
          <Button type="primary" disabled={grab.blocked} loading={grab.running} onClick={() => grab.run(undefined)}>
            {texts.take}
          </Button>
          <span className="soft small">{texts.takeHint}</span>
        </div>
      ) : null}
      {review.state === "taken" && !review.mine && review.reviewer ? (
        <p className="said calm">{texts.otherHas(review.reviewer)}</p>
      ) : null}
      {review.state === "returned" ? <p className="soft">{texts.waitsForWriter}</p> : null}
      {review.state === "taken" ? (
        <div className="row">
          <Button disabled={release.blocked} loading={release.running} onClick={() => release.run(undefined)}>
            {texts.giveBack}
          </Button>
          <span className="soft small">{texts.giveBackHint}</span>
        </div>
      ) : null}
      <Said text={grab.said ?? release.said} />
    </div>
  );
}
