import type { Texts } from "../texts";
import { common } from "./common";
import { desk } from "./desk";
import { signIn } from "./signIn";
import { talk } from "./talk";

export const en: Texts = { common, signIn, desk, talk };
