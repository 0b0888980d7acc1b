/** What is to be done for this person, by whom, until when. What is late is marked; what has ended stays to be seen. */

import { Button, Input } from "antd";
import { useId, useState } from "react";

import { patch } from "../api/request";
import type { Shapes } from "../api/types";
import { Said } from "../desk/Said";
import { useAct } from "../desk/useAct";
import { useLanguage } from "../i18n/language";
import { useNow } from "../time/clock";
import { dayAndTime } from "../time/format";
import { TaskForm } from "./TaskForm";
import { useRefreshFile, type File } from "./useFile";

type Task = Shapes["Task"];
type Ending = "done" | "cancelled";

/** A role has no names on the server: it is one of ours. */
export function useOwnerName(): (owner: Shapes["Owner"]) => string {
  const { t, language } = useLanguage();
  return (owner) => (owner.kind === "role" ? (t.files.tasks.roles[owner.id] ?? owner.id) : owner[language]);
}

export function Tasks({ file }: { file: File }) {
  const { t } = useLanguage();
  const texts = t.files.tasks;
  const [adding, setAdding] = useState(false);
  const [ending, setEnding] = useState<Readonly<Record<string, Ending | null>>>({});
  // One that somebody else has ended stays where it is while its outcome is being written.
  const isOpen = (task: Task) => task.state === "open" || ending[task.id] != null;
  const open = file.tasks.filter(isOpen);
  const ended = file.tasks.filter((task) => !isOpen(task));
  return (
    <section className="card" aria-labelledby="file-tasks">
      <div className="row apart">
        <h2 id="file-tasks">{texts.title}</h2>
        {adding ? null : <Button onClick={() => setAdding(true)}>{texts.add}</Button>}
      </div>
      {adding ? <TaskForm file={file} onDone={() => setAdding(false)} /> : null}
      {open.length === 0 && !adding ? <p className="soft">{texts.none}</p> : null}
      <ul className="tasks">
        {open.map((task) => (
          <li key={task.id}>
            <OpenTask
              file={file}
              task={task}
              ending={ending[task.id] ?? null}
              setEnding={(how) => setEnding((known) => ({ ...known, [task.id]: how }))}
            />
          </li>
        ))}
      </ul>
      {ended.length > 0 ? (
        <details>
          <summary className="soft">{texts.ended(ended.length)}</summary>
          <ul className="tasks">
            {ended.map((task) => (
              <li key={task.id}>
                <EndedTask file={file} task={task} />
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </section>
  );
}

function useChange(file: File, task: Task, then: () => void) {
  const refresh = useRefreshFile();
  return useAct(
    (change: { state: Ending | "open"; outcome: string }) =>
      patch<Task>(`/api/subjects/${file.id}/tasks/${task.id}`, {
        version: task.version,
        state: change.state,
        ...(change.outcome.trim() === "" ? {} : { outcome: change.outcome }),
      } satisfies Shapes["ChangeTask"]),
    () => {
      then();
      refresh();
    },
    refresh,
  );
}

type OpenTaskProps = { file: File; task: Task; ending: Ending | null; setEnding: (how: Ending | null) => void };

function OpenTask({ file, task, ending, setEnding }: OpenTaskProps) {
  const { t, language } = useLanguage();
  const texts = t.files.tasks;
  const id = useId();
  const now = useNow();
  const ownerName = useOwnerName();
  const [outcome, setOutcome] = useState("");
  const change = useChange(file, task, () => setEnding(null));
  const over = task.state !== "open";
  const late = !over && Date.parse(task.due_at) <= now;
  return (
    <>
      <p>{task.text}</p>
      <p className="row small">
        {late ? <span className="tag danger">{texts.overdue}</span> : null}
        <span className="figures">{texts.until(dayAndTime(task.due_at, language))}</span>
        <span className="soft">{ownerName(task.owner)}</span>
      </p>
      {ending ? (
        <div className="form" role="group" aria-label={ending === "done" ? texts.doneTitle : texts.cancelTitle}>
          <strong>{ending === "done" ? texts.doneTitle : texts.cancelTitle}</strong>
          <label htmlFor={id}>{texts.outcome}</label>
          <Input
            id={id}
            autoFocus
            value={outcome}
            maxLength={500}
            onChange={(event) => setOutcome(event.target.value)}
          />
          <p className="soft small">{t.files.hidden}</p>
          {over ? <p className="said">{texts.meanwhile(task.ended_by ?? "", texts.state[task.state])}</p> : null}
          <div className="row">
            <Button
              type="primary"
              disabled={change.blocked || over}
              loading={change.running}
              onClick={() => change.run({ state: ending, outcome })}
            >
              {ending === "done" ? texts.done : texts.cancel}
            </Button>
            <Button onClick={() => setEnding(null)}>{texts.back}</Button>
          </div>
        </div>
      ) : (
        <div className="row">
          <Button size="small" aria-label={`${texts.done} ${task.text}`} onClick={() => setEnding("done")}>
            {texts.done}
          </Button>
          <Button size="small" aria-label={`${texts.cancel} ${task.text}`} onClick={() => setEnding("cancelled")}>
            {texts.cancel}
          </Button>
        </div>
      )}
      <Said text={change.said} />
    </>
  );
}

function EndedTask({ file, task }: { file: File; task: Task }) {
  const { t, language } = useLanguage();
  const texts = t.files.tasks;
  const change = useChange(file, task, () => undefined);
  return (
    <>
      <p>
        <span className="tag">{texts.state[task.state]}</span> {task.text} {task.outcome ? `· ${task.outcome}` : ""}
      </p>
      <p className="row small">
        <span className="soft figures">
          {task.ended_by ?? ""} {task.ended_at ? dayAndTime(task.ended_at, language) : ""}
        </span>
        <Button
          size="small"
          aria-label={`${texts.reopen} ${task.text}`}
          disabled={change.blocked}
          loading={change.running}
          onClick={() => change.run({ state: "open", outcome: "" })}
        >
          {texts.reopen}
        </Button>
      </p>
      <Said text={change.said} />
    </>
  );
}
