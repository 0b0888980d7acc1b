/** The three numbers anybody in China may be given, always in the same place, large enough to read out at night. */

import { useTexts } from "../i18n/language";

const NUMBERS = ["12356", "110", "120"] as const;

export function CrisisNumbers() {
  const t = useTexts();
  return (
    <section className="card crisis" aria-labelledby="crisis">
      <h2 id="crisis">{t.talk.crisis.title}</h2>
      <dl>
        {NUMBERS.map((number) => (
          <div key={number}>
            <dt className="figures">{number}</dt>
            <dd>{t.talk.crisis[number]}</dd>
          </div>
        ))}
      </dl>
      <p className="soft">{t.talk.crisis.hint}</p>
    </section>
  );
}
