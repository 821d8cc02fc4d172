// The text of a contract with what changes in it, and what was said of its lines between them. Loaded with the page that needs it alone.
import { defaultKeymap } from '@codemirror/commands';
import { uncollapseUnchanged, unifiedMergeView } from '@codemirror/merge';
import { search, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, type Extension, RangeSet, type Text } from '@codemirror/state';
import { Decoration, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers, WidgetType } from '@codemirror/view';
import { format } from '@pailou/kit';
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { languageOf, looks } from '../designs/SourceEditor.tsx';
import type { Remark } from './lines.ts';

export interface LinesHandle {
  /** Shows a line, from 1, and puts the cursor there. */
  show: (line: number) => void;
}

interface LinesViewProps {
  ref: Ref<LinesHandle>;
  /** What is in force, where something is. */
  before?: string;
  after: string;
  remarks: ReadonlyMap<number, readonly Remark[]>;
  /** Told of the line that the cursor is in, once somebody put it there. */
  onLine: (line: number, text: string) => void;
  label: string;
}

const spoken: Extension = EditorView.theme({
  '.cm-remarks': { padding: '6px 12px 6px 16px', borderLeft: '3px solid var(--accent)', backgroundColor: 'var(--surface-2)', fontFamily: 'var(--font)', fontSize: 'var(--text-s)', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
  '.cm-remarks p': { margin: '0' },
  '.cm-remarks p + p': { marginTop: '6px' },
  '.cm-remarks small': { color: 'var(--text-2)', fontSize: 'inherit' },
  '&': { height: 'auto', maxHeight: '34rem' },
});

class Said extends WidgetType {
  constructor(readonly remarks: readonly Remark[]) {
    super();
  }

  override eq(other: Said) {
    return other.remarks === this.remarks;
  }

  override toDOM() {
    const box = document.createElement('div');
    box.className = 'cm-remarks';
    for (const { by, at, text } of this.remarks) {
      const line = document.createElement('p');
      const who = document.createElement('b');
      who.textContent = by;
      const when = document.createElement('small');
      when.textContent = ` ${format.ago(at)}: `;
      line.append(who, when, text);
      box.append(line);
    }
    return box;
  }

  override ignoreEvent() {
    return true;
  }
}

/** What was said, between the lines of a text. */
function between(doc: Text, remarks: ReadonlyMap<number, readonly Remark[]>): Extension {
  const places = linesOf(doc, remarks);
  const widgets = places.map((line) => Decoration.widget({ widget: new Said(remarks.get(line) ?? []), side: 1, block: true }).range(doc.line(line).to));
  return EditorView.decorations.of(RangeSet.of(widgets));
}

const linesOf = (doc: Text, remarks: ReadonlyMap<number, unknown>) => [...remarks.keys()].filter((line) => line <= doc.lines).sort((a, b) => a - b);

export function LinesView({ ref, before, after, remarks, onLine, label }: LinesViewProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const [spot] = useState(() => new Compartment());
  const calls = useRef(onLine);
  calls.current = onLine;
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    // As for the editor of designs: its styles stand below a root of its own.
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const differs = before !== undefined && before !== after;
    const editor = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: after,
        extensions: [
          lineNumbers(),
          languageOf(after),
          looks,
          spoken,
          search({ top: true }),
          highlightActiveLine(),
          highlightActiveLineGutter(),
          // The cursor goes through the lines; nothing is changed.
          EditorState.readOnly.of(true),
          EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': 'true' }),
          spot.of([]),
          keymap.of([...searchKeymap, ...defaultKeymap]),
          ...(differs ? [unifiedMergeView({ original: before, mergeControls: false, highlightChanges: true, gutter: true, collapseUnchanged: { margin: 3, minSize: 6 }, diffConfig: { scanLimit: 1000, timeout: 1000 } })] : []),
          EditorView.updateListener.of((update) => {
            if (!update.selectionSet) return;
            const line = update.state.doc.lineAt(update.state.selection.main.head);
            calls.current(line.number, line.text);
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      editor.destroy();
      view.current = null;
    };
  }, [before, after, label, spot]);
  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const { doc } = editor.state;
    // What was said of is in sight, also where nothing changes.
    const unfolded = linesOf(doc, remarks).map((line) => uncollapseUnchanged.of(doc.line(line).from));
    editor.dispatch({ effects: [spot.reconfigure(between(doc, remarks)), ...unfolded] });
  }, [before, after, remarks, label, spot]);
  useImperativeHandle(ref, () => ({
    show: (line) => {
      const editor = view.current;
      if (!editor) return;
      const at = editor.state.doc.line(Math.min(Math.max(line, 1), editor.state.doc.lines)).from;
      editor.dispatch({ selection: { anchor: at }, effects: [uncollapseUnchanged.of(at), EditorView.scrollIntoView(at, { y: 'center' })] });
      editor.focus();
    },
  }));
  return <div ref={host} style={{ border: '1px solid var(--line)', borderRadius: 'var(--radius-m)', overflow: 'hidden' }} />;
}
