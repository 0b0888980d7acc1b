import type { Me } from "../api/types";

export default function Wallboard({ me }: { me: Me }) {
  return <p>{me.work_name}</p>;
}
