// Two texts, the one as a change of the other; pieces can be taken back where it can be edited.
import { unifiedMergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { languageOf, looks } from './SourceEditor.tsx';

export function TextCompare({ before, after, label, onChange }: { before: string; after: string; label: string; onChange?: (text: string) => void }) {
  const host = useRef<HTMLDivElement>(null);
  const change = useRef(onChange);
  change.current = onChange;
  const isEditable = onChange !== undefined;
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const editor = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: after,
        extensions: [
          lineNumbers(),
          languageOf(after),
          looks,
          EditorState.readOnly.of(!isEditable),
          EditorView.editable.of(isEditable),
          EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
          unifiedMergeView({ original: before, mergeControls: isEditable, highlightChanges: true, gutter: true, collapseUnchanged: { margin: 3, minSize: 6 } }),
          EditorView.updateListener.of((update) => update.docChanged && change.current?.(update.state.doc.toString())),
        ],
      }),
    });
    return () => editor.destroy();
  }, [before, after, isEditable, label]);
  return <div ref={host} style={{ height: '26rem', border: '1px solid var(--line)', borderRadius: 'var(--radius-m)', overflow: 'hidden' }} />;
}
