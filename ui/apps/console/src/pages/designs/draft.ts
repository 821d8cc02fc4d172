// What the server knows of a text that is being written: it is sent what changed since, not all of it.
import type { Written } from '@pailou/api/admin';
import { ProblemError } from '@pailou/api';
import type { ChangeSet, Text } from '@codemirror/state';

let made = 0;

/** Whether a document of the editor is a text, whatever that ends its lines with; long ones are compared only where they are as long. */
export function isText(doc: Pick<Text, 'length' | 'toString'>, text: string): boolean {
  const same = text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text;
  return doc.length === same.length && doc.toString() === same;
}

export class DraftText {
  /** Tells it from others. */
  readonly key = (made += 1);
  /** Counts changes. */
  version = 0;
  private base: string | undefined;
  private known = 0;
  /** Changes since the text that the server knows. */
  private since: ChangeSet[] = [];

  constructor(public doc: Text) {}

  /** Takes a change over. */
  changed(changes: ChangeSet, doc: Text) {
    this.doc = doc;
    this.version += 1;
    if (this.base !== undefined) this.since.push(changes);
  }

  /** Asks the server about the text as it is now; one that has forgotten it is sent all of it. */
  async send<T>(call: (source: Written) => Promise<T>): Promise<T> {
    const { version } = this;
    const answer = await this.tried(call);
    const base = (answer as { base?: string } | undefined)?.base;
    if (typeof base === 'string' && version >= this.known) {
      this.since = this.base === undefined ? [] : this.since.slice(version - this.known);
      // What was changed while the first answer was on its way is not kept: all of it is sent again then.
      this.base = this.base === undefined && version !== this.version ? undefined : base;
      this.known = version;
      if (this.base === undefined) this.since = [];
    }
    return answer;
  }

  private async tried<T>(call: (source: Written) => Promise<T>): Promise<T> {
    const whole = (): Written => ({ text: this.doc.toString() });
    if (this.base === undefined) return call(whole());
    try {
      return await call({ base: this.base, edits: this.edits() });
    } catch (error) {
      if (!(error instanceof ProblemError && error.status === 409)) throw error;
      this.base = undefined;
      this.since = [];
      return call(whole());
    }
  }

  private edits() {
    const [first, ...rest] = this.since;
    if (!first) return [];
    const all = rest.reduce((one, next) => one.compose(next), first);
    const edits: { from: number; to: number; insert: string }[] = [];
    all.iterChanges((from, to, _fromB, _toB, inserted) => edits.push({ from, to, insert: inserted.toString() }));
    return edits;
  }
}
