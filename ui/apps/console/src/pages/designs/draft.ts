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
  /** The version that the server knows as `base`. */
  private known = 0;
  /** Changes that led to versions: those since the text that the server knows, or since it was asked first. */
  private since: { version: number; changes: ChangeSet }[] = [];
  private asked = 0;

  constructor(public doc: Text) {}

  /** Takes a change over. */
  changed(changes: ChangeSet, doc: Text) {
    this.doc = doc;
    this.version += 1;
    if (this.base !== undefined || this.asked > 0) this.since.push({ version: this.version, changes });
  }

  /** Asks the server about the text as it is now; one that has forgotten it is sent all of it. */
  async send<T>(call: (source: Written) => Promise<T>): Promise<T> {
    this.asked += 1;
    try {
      const { answer, version } = await this.tried(call);
      const base = (answer as { base?: string } | undefined)?.base;
      const since = this.since.filter((one) => one.version > version);
      // One that was asked for before the server forgot a later one may come after that: what was typed in between is not known any more.
      if (typeof base === 'string' && (this.base === undefined || version >= this.known) && since.length === this.version - version) {
        this.base = base;
        this.known = version;
        this.since = since;
      }
      return answer;
    } finally {
      this.asked -= 1;
      if (this.base === undefined && this.asked === 0) this.since = [];
    }
  }

  /** What was changed since a version, where that is known. */
  changesSince(version: number): ChangeSet | undefined {
    const since = this.since.filter((one) => one.version > version).map((one) => one.changes);
    return since.length === this.version - version ? composed(since) : undefined;
  }

  private async tried<T>(call: (source: Written) => Promise<T>): Promise<{ answer: T; version: number }> {
    let { version } = this;
    if (this.base !== undefined) {
      const asked = this.base;
      try {
        return { answer: await call({ base: asked, edits: this.edits() }), version };
      } catch (error) {
        if (!(error instanceof ProblemError && error.status === 409)) throw error;
        // Another answer may have come meanwhile.
        if (this.base === asked) this.base = undefined;
      }
    }
    ({ version } = this);
    return { answer: await call({ text: this.doc.toString() }), version };
  }

  private edits() {
    const edits: { from: number; to: number; insert: string }[] = [];
    composed(this.since.map((one) => one.changes))?.iterChanges((from, to, _fromB, _toB, inserted) => edits.push({ from, to, insert: inserted.toString() }));
    return edits;
  }
}

function composed(changes: readonly ChangeSet[]): ChangeSet | undefined {
  const [first, ...rest] = changes;
  return first && rest.reduce((one, next) => one.compose(next), first);
}
