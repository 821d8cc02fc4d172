// What rules say of a text as it is written: one check after the other, each told by what changed since the one before.
import * as admin from '@pailou/api/admin';
import type { DesignCheck, DesignFinding } from '@pailou/api/admin';
import type { ChangeSet, Text } from '@codemirror/state';
import type { DraftText } from './draft.ts';

/** How long nothing is typed before the text is checked: half of what the last check took, within these bounds, milliseconds. */
const CHECKED_AFTER = [15, 250] as const;

type Changes = NonNullable<DesignCheck['changes']>;

/** The findings of a check, with the text that they are of. */
export interface Checked {
  /** With all findings. */
  check: DesignCheck;
  doc: Text;
  /** What was typed since, where that is known. */
  since: ChangeSet | undefined;
  /** Findings came or went; they may only have moved otherwise. */
  changed: boolean;
}

/** A list of findings after what changed in it. */
export function applied(before: readonly DesignFinding[], { moved, removed, added }: Changes): DesignFinding[] {
  const place = (line: number, character: number): [number, number] => {
    if (line < moved.old_line || (line === moved.old_line && character < moved.old_character)) return [line, character];
    const at = line - moved.old_line + moved.new_line;
    return line === moved.old_line ? [at, character - moved.old_character + moved.new_character] : [at, character];
  };
  const move = <T extends { line: number; character: number; end_line: number; end_character: number }>(one: T): T => {
    const [line, character] = place(one.line, one.character);
    const [end_line, end_character] = place(one.end_line, one.end_character);
    return { ...one, line, character, end_line, end_character };
  };
  const stays = moved.old_line === moved.new_line && moved.old_character === moved.new_character;
  const gone = new Set(removed);
  const kept = before.filter((_, at) => !gone.has(at)).map((one) => (stays ? one : { ...move(one), fix: one.fix && { ...one.fix, edits: one.fix.edits.map(move) } }));
  const list: DesignFinding[] = [];
  let next = 0;
  for (const { at, finding } of added) {
    while (list.length < at && next < kept.length) list.push(kept[next++] as DesignFinding);
    list.push(finding);
  }
  return list.concat(kept.slice(next));
}

export class LiveCheck {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly ended = new AbortController();
  private busy = false;
  private took = 0;
  private first = true;
  private owed = false;
  private writing: { id?: string; known?: number } = {};
  private findings: readonly DesignFinding[] = [];

  constructor(
    private readonly draft: DraftText,
    private readonly api: string | undefined,
    private readonly on: { checked: (checked: Checked) => void; failed: (error: unknown) => void },
    private readonly check: typeof admin.checkContract = admin.checkContract,
  ) {}

  /** The text has changed, or is to be checked once more. */
  ask() {
    if (this.busy || this.ended.signal.aborted) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.run(), this.first ? 0 : Math.min(Math.max(this.took / 2, CHECKED_AFTER[0]), CHECKED_AFTER[1]));
    this.first = false;
  }

  end() {
    clearTimeout(this.timer);
    this.ended.abort();
  }

  private async run() {
    const { draft } = this;
    let [version, doc] = [draft.version, draft.doc];
    const began = performance.now();
    this.busy = true;
    try {
      const check = await draft.send((source) => {
        // All of it may be sent a moment later than what changed was.
        [version, doc] = [draft.version, draft.doc];
        return this.check(source, this.api, this.writing, this.ended.signal);
      });
      if (this.ended.signal.aborted) return;
      this.took = performance.now() - began;
      const { changes } = check;
      this.findings = changes ? applied(this.findings, changes) : check.findings;
      if (check.writing) this.writing = { id: check.writing.id, known: check.writing.number };
      const current = draft.version === version;
      const since = current ? undefined : draft.changesSince(version);
      const changed = this.owed || !changes || changes.removed.length + changes.added.length > 0;
      // What cannot be placed now is shown with the next check.
      this.owed = changed && !current && !since;
      this.on.checked({ check: { ...check, findings: [...this.findings] }, doc, since, changed: changed && !this.owed });
    } catch (error) {
      if (!this.ended.signal.aborted) this.on.failed(error);
    } finally {
      this.busy = false;
    }
    if (draft.version !== version) this.ask();
  }
}
