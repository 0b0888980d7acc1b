/** A failure beside the act that it belongs to; spoken at once by a screen reader. */

export function Said({ text, tone = "danger" }: { text: string | null; tone?: "danger" | "now" | "calm" }) {
  return <div role="alert">{text ? <p className={`said ${tone}`}>{text}</p> : null}</div>;
}
