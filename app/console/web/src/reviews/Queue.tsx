/** The queue of one's lines: high risk first, then by age; what is late is marked, one's own is left to others. */

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Button, Segmented, Spin } from "antd";
import { useState } from "react";

import { get } from "../api/request";
import type { Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useLanguage, useName } from "../i18n/language";
import { problemInWords } from "../i18n/problem";
import { useCodeName, useCodes } from "../record/codes";
import { toneOf } from "../record/Risk";
import { addressOf } from "../shell/pages";
import { dayAndTime } from "../time/format";
import { useCriteria } from "./criteria";

type Review = Shapes["Review"];
type Shown = "open" | Shapes["ReviewState"];

const SHOWN: readonly Shown[] = ["open", "waiting", "taken", "returned", "done"];

export function Queue() {
  const { t, language } = useLanguage();
  const texts = t.reviews;
  const [shown, setShown] = useState<Shown>("open");
  const criteria = useCriteria();
  const coverage = useQuery({
    queryKey: ["reviews", "coverage"],
    queryFn: () => get<Shapes["Coverage"]>("/api/reviews/coverage"),
  }).data;
  const queue = useInfiniteQuery({
    queryKey: ["reviews", shown],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => {
      const asked = new URLSearchParams();
      if (shown !== "open") asked.set("state", shown);
      if (pageParam !== null) asked.set("after", pageParam);
      return get<Shapes["Reviews"]>(`/api/reviews?${asked.toString()}`);
    },
    getNextPageParam: (page) => page.after,
  });
  const reviews = queue.data?.pages.flatMap((page) => page.reviews) ?? [];
  return (
    <section className="card" aria-labelledby="reviews">
      <h1 id="reviews">{texts.title}</h1>
      {criteria ? <p className="soft">{texts.hint(criteria.percent)}</p> : null}
      {coverage ? (
        <p className="figures">
          {texts.coverage(coverage.waiting, coverage.overdue, coverage.reviewed, coverage.notes)}
        </p>
      ) : null}
      <Segmented
        className="review-filter"
        aria-label={texts.filter}
        value={shown}
        onChange={setShown}
        options={SHOWN.map((one) => ({ value: one, label: one === "open" ? texts.open : texts.state[one] }))}
      />
      {queue.isPending ? <Spin aria-label={t.common.loading} /> : null}
      <Said text={queue.error ? problemInWords(queue.error, t, language) : null} />
      <div role="status">{queue.data && reviews.length === 0 ? <p>{texts.none}</p> : null}</div>
      {reviews.length > 0 ? <QueueTable reviews={reviews} /> : null}
      {queue.hasNextPage ? (
        <Button loading={queue.isFetchingNextPage} onClick={() => void queue.fetchNextPage()}>
          {texts.more}
        </Button>
      ) : null}
    </section>
  );
}

function QueueTable({ reviews }: { reviews: readonly Review[] }) {
  const { t, language } = useLanguage();
  const texts = t.reviews;
  const nameOf = useName();
  const topicName = useCodeName(useCodes());
  return (
    <div className="scroll">
      <table className="plain">
        <thead>
          <tr>
            {Object.entries(texts.columns).map(([name, said]) => (
              <th key={name} scope="col">
                {said}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {reviews.map((one) => (
            <tr key={one.id}>
              <td className="figures">{dayAndTime(one.submitted_at, language)}</td>
              <td>{nameOf(one.line)}</td>
              <td>
                {one.written_by} {one.own ? <span className="tag">{texts.own}</span> : null}
              </td>
              <td>
                <span className={one.because === "high_risk" ? "tag danger" : "tag"}>{texts.because[one.because]}</span>
              </td>
              <td>{one.level ? <span className={toneOf(one.level)}>{t.record.risk.levels[one.level]}</span> : null}</td>
              <td>{one.topics.map((code) => topicName("topics", code)).join(language === "zh" ? "、" : ", ")}</td>
              <td>
                <span className={one.mine ? "tag now" : "tag"}>{texts.state[one.state]}</span>{" "}
                {one.reviewer && one.state === "taken" ? (
                  <span className="soft small">{texts.with(one.reviewer)}</span>
                ) : null}
                {one.changed ? <span className="tag calm">{texts.changed}</span> : null}
              </td>
              <td className="figures">
                {one.state === "done" ? "" : dayAndTime(one.due_at, language)}{" "}
                {one.overdue ? <span className="tag danger">{texts.overdue}</span> : null}
              </td>
              <td>
                <a
                  href={addressOf("reviews", one.id)}
                  aria-label={texts.lookAt(one.written_by, dayAndTime(one.submitted_at, language))}
                >
                  {texts.look}
                </a>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
