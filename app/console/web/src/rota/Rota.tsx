import type { Me } from "../api/types";

export default function Rota({ me }: { me: Me }) {
  return <p>{me.work_name}</p>;
}
