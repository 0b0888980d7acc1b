/** One person who has two files, two people who have one: merged, split, and taken back. It says first what will move. */

import { Button, Modal } from "antd";
import { useState } from "react";

import { post } from "../api/request";
import type { Shapes } from "../api/types";
import { AskOnce } from "../desk/AskOnce";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage } from "../i18n/language";
import { addressOf } from "../shell/pages";
import { dayAndTime } from "../time/format";
import { FindFile } from "./FindFile";
import { useRefreshFile, type File, type FoundFile } from "./useFile";

type Regrouping = Shapes["Regrouping"];
type Props = { file: File; chosen: readonly string[]; onSplit: () => void };

export function Regroupings({ file, chosen, onSplit }: Props) {
  const { t, language } = useLanguage();
  const texts = t.files.regroup;
  const refresh = useRefreshFile();
  const [merging, setMerging] = useState(false);
  const [splitting, setSplitting] = useState(false);
  const undo = useAct((one: Regrouping) => post<Regrouping>(`/api/merges/${one.id}/undo`), refresh, refresh);
  const everything = chosen.length > 0 && chosen.length >= file.contacts.length;
  return (
    <section className="card" aria-labelledby="file-regroup">
      <div className="row apart">
        <h2 id="file-regroup">{texts.title}</h2>
        <span className="row">
          {chosen.length > 0 ? (
            <Button disabled={everything} onClick={() => setSplitting(true)}>
              {texts.split(chosen.length)}
            </Button>
          ) : null}
          <Button onClick={() => setMerging(true)}>{texts.merge}</Button>
        </span>
      </div>
      {everything ? <p className="said">{texts.all}</p> : null}
      <p className="soft small">{texts.splitHint}</p>
      <Said text={undo.said} />
      {file.regroupings.length === 0 ? <p className="soft">{texts.none}</p> : null}
      <ul className="duty-list">
        {file.regroupings.map((one) => (
          <li key={one.id}>
            <div>
              <p>
                <span className="tag">{texts.kind[one.kind]}</span> <What file={file} one={one} />
              </p>
              <p className="soft small figures">
                {texts.done(one.done_by, dayAndTime(one.done_at, language))}
                {one.undone_at ? ` · ${texts.undone(one.undone_by ?? "", dayAndTime(one.undone_at, language))}` : ""}
              </p>
            </div>
            {one.undone_at ? null : (
              <AskOnce
                label={texts.undo}
                question={one.kind === "merge" ? texts.undoMerge : texts.undoSplit}
                yes={texts.undoYes}
                no={texts.keep}
                disabled={undo.blocked}
                loading={undo.running}
                small
                onYes={() => undo.run(one)}
              />
            )}
          </li>
        ))}
      </ul>
      {merging ? <Merge file={file} onDone={() => setMerging(false)} /> : null}
      {splitting ? (
        <Split
          file={file}
          chosen={chosen}
          onDone={(done) => {
            setSplitting(false);
            if (done) onSplit();
          }}
        />
      ) : null}
    </section>
  );
}

function What({ file, one }: { file: File; one: Regrouping }) {
  const { t } = useLanguage();
  const texts = t.files.regroup;
  if (one.kind === "merge") return <>{texts.mergedIn}</>;
  const here = file.members.includes(one.from_subject);
  if (one.undone_at) return <>{texts.splitOff(one.contacts)}</>;
  return here ? (
    <>
      {texts.splitOff(one.contacts)} <a href={addressOf("files", one.to_subject)}>{texts.openNew}</a>
    </>
  ) : (
    <>
      {texts.cameFrom(one.contacts)} <a href={addressOf("files", one.from_subject)}>{texts.openOld}</a>
    </>
  );
}

function Merge({ file, onDone }: { file: File; onDone: () => void }) {
  const { t } = useLanguage();
  const texts = t.files.regroup;
  const refresh = useRefreshFile();
  const [other, setOther] = useState<FoundFile | null>(null);
  const merge = useAct(
    (found: FoundFile) =>
      post<Regrouping>(`/api/subjects/${file.id}/merge`, { other: found.id } satisfies Shapes["MergeSubjects"]),
    () => {
      refresh();
      onDone();
    },
    refresh,
  );
  return (
    <Modal
      open
      title={texts.merge}
      okText={texts.mergeYes}
      cancelText={t.common.cancel}
      okButtonProps={{ disabled: merge.blocked || other === null, loading: merge.running }}
      onOk={() => (other ? merge.run(other) : undefined)}
      onCancel={onDone}
    >
      <p className="soft">{texts.mergeHint}</p>
      <FindFile
        label={texts.other}
        show={(found) =>
          found.id === file.id ? (
            <span className="soft">{texts.same}</span>
          ) : (
            <Button
              className={other?.id === found.id ? "chosen" : ""}
              aria-pressed={other?.id === found.id}
              onClick={() => setOther(found)}
            >
              {t.files.contacts.choose}
            </Button>
          )
        }
      />
      <div role="status">
        {other ? <p className="said">{texts.mergeTell(other.code, other.times_seen, file.code)}</p> : null}
      </div>
      <Said text={merge.said} />
    </Modal>
  );
}

type SplitProps = { file: File; chosen: readonly string[]; onDone: (done: boolean) => void };

function Split({ file, chosen, onDone }: SplitProps) {
  const { t } = useLanguage();
  const texts = t.files.regroup;
  const refresh = useRefreshFile();
  const split = useAct(
    () =>
      post<Regrouping>(`/api/subjects/${file.id}/split`, {
        contact_ids: [...chosen],
      } satisfies Shapes["SplitSubject"]),
    () => {
      refresh();
      onDone(true);
    },
    refresh,
  );
  return (
    <Modal
      open
      title={texts.split(chosen.length)}
      okText={texts.splitYes}
      cancelText={t.common.cancel}
      okButtonProps={{ disabled: split.blocked, loading: split.running }}
      onOk={() => split.run(undefined)}
      onCancel={() => onDone(false)}
    >
      <p>{texts.splitTell(chosen.length)}</p>
      <Said text={split.said} />
    </Modal>
  );
}
