export default function Lines({ lineId }: { lineId: string | undefined }) {
  return <p>{lineId}</p>;
}
