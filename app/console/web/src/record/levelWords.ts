/** What a level rests on, in words: what was not found out, and what was answered. Pure. */

import type { Language } from "../api/types";
import type { Assessment, Instrument, Instruments } from "./instruments";

type Spoken = { question: string; answer: string };

/** The instrument as it was filled in; null: another version is in use, and its questions need not be the same. */
export const filledIn = (known: Instruments | null, { instrument_id: id, version }: Assessment): Instrument | null =>
  known?.instruments.find((one) => one.id === id && one.version === version) ?? null;

/** What a code of a level's `unknowns` says; a code that nobody knows any more stands for itself. */
export function unknownInWords(code: string, known: Instruments | null, language: Language): string {
  const [instrument, item] = code.split(".");
  if (item === undefined) return known?.unknowns.find((one) => one.code === code)?.text[language] ?? code;
  const of = known?.instruments.find((one) => one.id === instrument);
  return of?.items.find((one) => one.id === item)?.text[language] ?? code;
}

/** In the order of the questions; what the instrument does not know (any more) stands as the codes that were kept. */
export function answersInWords(
  { answers }: Pick<Assessment, "answers">,
  instrument: Pick<Instrument, "items"> | null,
  language: Language,
): Spoken[] {
  const items = instrument?.items ?? [];
  const asked = items.filter((item) => answers[item.id] !== undefined);
  const others = Object.keys(answers).filter((id) => !items.some((item) => item.id === id));
  return [
    ...asked.map((item) => {
      const given = answers[item.id] ?? "";
      const answer = item.answers.find((one) => one.code === given)?.text[language] ?? given;
      return { question: item.text[language], answer };
    }),
    ...others.map((id) => ({ question: id, answer: answers[id] ?? "" })),
  ];
}
