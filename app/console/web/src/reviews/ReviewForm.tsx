/** The criteria, each with a score or "cannot say", and words to the writer; then accepted, or returned to be amended. */

import { Button, Input } from "antd";
import { useId, useState } from "react";

import { post, Problem } from "../api/request";
import type { Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage } from "../i18n/language";
import { useCriteria } from "./criteria";
import type { Review } from "./ReviewPage";

type Scores = Record<string, number | null>;
type Outcome = Shapes["FinishReview"]["outcome"];

export function ReviewForm({ review, take }: { review: Review; take: (fresh: Review) => void }) {
  const { t, language } = useLanguage();
  const texts = t.reviews;
  const id = useId();
  const criteria = useCriteria();
  const [scores, setScores] = useState<Scores>({});
  const [feedback, setFeedback] = useState("");
  const [stale, setStale] = useState(false);
  const finish = useAct(
    (outcome: Outcome) =>
      post<Review>(`/api/reviews/${review.id}/finish`, {
        version: review.version,
        scores,
        feedback,
        outcome,
      } satisfies Shapes["FinishReview"]).catch((failure: unknown) => {
        const current = failure instanceof Problem ? failure.document.current : undefined;
        if (!current) throw failure;
        setStale(true);
        return current as Review;
      }),
    take,
  );
  if (!criteria) return null;
  const missing = criteria.criteria.filter((one) => scores[one.code] === undefined).length;
  const choices: (number | null)[] = [...criteria.scores, null];
  return (
    <div className="form review-form">
      <p className="soft small">{texts.scale}</p>
      {criteria.criteria.map((one) => (
        <fieldset key={one.code}>
          <legend>
            <strong>{one[language]}</strong>{" "}
            <span className="soft small">{language === "zh" ? one.asks_zh : one.asks_en}</span>
          </legend>
          <div className="row">
            {choices.map((value) => (
              <label key={String(value)} className={scores[one.code] === value ? "chip chosen" : "chip"}>
                <input
                  type="radio"
                  name={`${id}-${one.code}`}
                  checked={scores[one.code] === value}
                  onChange={() => setScores({ ...scores, [one.code]: value })}
                />{" "}
                {value === null ? texts.cannotSay : texts.score(value)}
              </label>
            ))}
          </div>
        </fieldset>
      ))}
      <label htmlFor={`${id}-feedback`}>{texts.feedback}</label>
      <p className="soft small">{texts.feedbackHint}</p>
      <Input.TextArea
        id={`${id}-feedback`}
        value={feedback}
        autoSize={{ minRows: 3, maxRows: 12 }}
        maxLength={10_000}
        onChange={(event) => setFeedback(event.target.value)}
      />
      <Said text={stale ? texts.stale : finish.said} tone={stale ? "now" : "danger"} />
      <div className="row">
        <Button
          type="primary"
          disabled={finish.blocked || missing > 0}
          loading={finish.running}
          onClick={() => finish.run("accepted")}
        >
          {texts.accept}
        </Button>
        {review.state === "taken" ? (
          <Button
            disabled={finish.blocked || missing > 0 || feedback.trim() === ""}
            loading={finish.running}
            onClick={() => finish.run("returned")}
          >
            {texts.giveTo}
          </Button>
        ) : null}
        {missing > 0 ? <span className="soft">{texts.missing(missing)}</span> : null}
      </div>
    </div>
  );
}
