/** A page that cannot be shown says so and leaves the rest standing: most often its files went with a newer version. */

import { Button } from "antd";
import { Component, type ReactNode } from "react";

type Props = { said: string; again: string; children: ReactNode };

export class PageGuard extends Component<Props, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children;
    return (
      <section className="card" role="alert">
        <p>{this.props.said}</p>
        <Button type="primary" onClick={() => location.reload()}>
          {this.props.again}
        </Button>
      </section>
    );
  }
}
