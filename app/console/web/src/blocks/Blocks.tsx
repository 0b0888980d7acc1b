/** Who is blocked, why, by whom and until when; a supervisor may lift a block before its end. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Spin } from "antd";

import { get, remove } from "../api/request";
import type { Block, Me } from "../api/types";
import { AskOnce } from "../desk/AskOnce";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage, useName } from "../i18n/language";
import { problemInWords } from "../i18n/problem";
import { may } from "../shell/pages";
import { dayAndTime } from "../time/format";

export default function Blocks({ me }: { me: Me }) {
  const { t, language } = useLanguage();
  const texts = t.blocks;
  const nameOf = useName();
  const client = useQueryClient();
  const { data, error, isPending } = useQuery({ queryKey: ["blocks"], queryFn: () => get<Block[]>("/api/blocks") });
  const lift = useAct(
    (block: Block) => remove(`/api/blocks/${block.id}`),
    () => void client.invalidateQueries({ queryKey: ["blocks"] }),
  );
  const lineName = (id: string | null) =>
    id === null ? texts.allLines : nameOf(me.lines.find((line) => line.id === id) ?? { name_zh: id, name_en: id });
  const manages = may(me, "blocks.manage");
  return (
    <section className="card" aria-labelledby="blocks">
      <h1 id="blocks">{texts.title}</h1>
      <p className="soft">{texts.hint}</p>
      {isPending ? <Spin aria-label={t.common.loading} /> : null}
      <Said text={error ? problemInWords(error, t, language) : lift.said} />
      {data?.length === 0 ? <p>{texts.none}</p> : null}
      {data?.length ? (
        <div className="scroll">
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{texts.caller}</th>
                <th scope="col">{texts.line}</th>
                <th scope="col">{texts.reason}</th>
                <th scope="col">{texts.by}</th>
                <th scope="col">{texts.at}</th>
                <th scope="col">{texts.until}</th>
                {manages ? <th scope="col">{t.wallboard.columns.acts}</th> : null}
              </tr>
            </thead>
            <tbody>
              {data.map((block) => (
                <tr key={block.id}>
                  <td>{block.caller}</td>
                  <td>{lineName(block.line_id)}</td>
                  <td>{texts.reasons[block.reason] ?? block.reason}</td>
                  <td>{block.created_by_name}</td>
                  <td className="figures">{dayAndTime(block.created_at, language)}</td>
                  <td className="figures">{dayAndTime(block.expires_at, language)}</td>
                  {manages ? (
                    <td>
                      <AskOnce
                        label={texts.lift}
                        question={texts.liftAsk}
                        yes={texts.liftYes}
                        no={texts.keep}
                        disabled={lift.blocked}
                        loading={lift.running}
                        small
                        onYes={() => lift.run(block)}
                      />
                    </td>
                  ) : null}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </section>
  );
}
