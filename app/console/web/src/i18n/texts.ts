/** The shape of all texts is that of the Chinese ones; English must have every key, or the type check fails. */

import { audit } from "./zh/audit";
import { common } from "./zh/common";
import { counts } from "./zh/counts";
import { desk } from "./zh/desk";
import { files } from "./zh/files";
import { blocks, lines, rota } from "./zh/planning";
import { record } from "./zh/record";
import { records } from "./zh/records";
import { retention } from "./zh/retention";
import { reviews } from "./zh/reviews";
import { signIn } from "./zh/signIn";
import { talk } from "./zh/talk";
import { vault } from "./zh/vault";
import { wallboard } from "./zh/wallboard";

type Widened<T> = T extends string
  ? string
  : T extends (...args: infer A) => string
    ? (...args: A) => string
    : { readonly [K in keyof T]: Widened<T[K]> };

export const zh = {
  common,
  signIn,
  desk,
  talk,
  wallboard,
  rota,
  lines,
  blocks,
  record,
  records,
  files,
  vault,
  reviews,
  audit,
  retention,
  counts,
};

export type Texts = Widened<typeof zh>;
