import type { Texts } from "../texts";
import { audit } from "./audit";
import { common } from "./common";
import { counts } from "./counts";
import { desk } from "./desk";
import { files } from "./files";
import { blocks, lines, rota } from "./planning";
import { record } from "./record";
import { records } from "./records";
import { retention } from "./retention";
import { reviews } from "./reviews";
import { signIn } from "./signIn";
import { talk } from "./talk";
import { vault } from "./vault";
import { wallboard } from "./wallboard";

export const en: Texts = {
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
