// The text of a contract, with what rules have to say about it beside each line. Loaded with the page that needs it alone.
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, foldGutter, foldKeymap, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { type ChangeSet, EditorState, type Extension, type Text } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useImperativeHandle, useRef } from 'react';
import type { Ref } from 'react';
import type { Checked } from './live-check.ts';
import { inPlace } from './marks.ts';
import { type DesignFix, together } from './mend.ts';
import type { TextEdit } from './source-edit.ts';

export interface SourceHandle {
  text: () => string;
  /** Changes a piece; can be undone. */
  edit: (edit: TextEdit) => void;
  /** Another text in place of this one; can be undone. */
  replace: (text: string) => void;
  /** Shows a line, from 1, and puts the cursor there. */
  show: (line: number, column?: number) => void;
  /** Shows what was found in a text, which may have been changed since. */
  findings: (checked: Checked) => void;
  /** Makes what mends findings of the text as it was checked last; can be undone. Whether anything was left to do. */
  mend: (fixes: readonly DesignFix[]) => boolean;
}

interface SourceEditorProps {
  ref: Ref<SourceHandle>;
  initial: string;
  readOnly?: boolean;
  onReady: (doc: Text) => void;
  onChange: (changes: ChangeSet, doc: Text) => void;
  onSave: () => void;
  label: string;
}

const SEVERITY = { error: 'error', warning: 'warning', information: 'info', hint: 'hint' } as const;

/** The colors of the product, light and dark by its own variables. */
export const looks: Extension = [
  EditorView.theme({
    '&': { height: '100%', fontSize: '13px', color: 'var(--text)', backgroundColor: 'var(--surface)' },
    '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
    '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55' },
    '.cm-content': { caretColor: 'var(--text)' },
    '.cm-cursor': { borderLeftColor: 'var(--text)' },
    '.cm-gutters': { backgroundColor: 'var(--surface-2)', color: 'var(--text-3)', borderRight: '1px solid var(--line)' },
    '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--surface-3) 40%, transparent)' },
    '.cm-activeLineGutter': { backgroundColor: 'var(--surface-3)', color: 'var(--text)' },
    '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'color-mix(in srgb, var(--accent) 28%, transparent)' },
    '.cm-selectionMatch': { backgroundColor: 'var(--accent-soft)' },
    '.cm-searchMatch': { backgroundColor: 'var(--warn-soft)', outline: '1px solid var(--warn)' },
    '.cm-foldPlaceholder': { backgroundColor: 'var(--surface-3)', color: 'var(--text-2)', border: '0' },
    '.cm-panels, .cm-tooltip': { backgroundColor: 'var(--surface)', color: 'var(--text)', border: '1px solid var(--line)' },
    '.cm-panels input, .cm-panels button': { backgroundColor: 'var(--surface-2)', backgroundImage: 'none', color: 'var(--text)', border: '1px solid var(--line-strong)', borderRadius: '4px' },
    '.cm-diagnostic-error': { borderLeftColor: 'var(--bad)' },
    '.cm-diagnostic-warning': { borderLeftColor: 'var(--warn)' },
    '.cm-diagnostic-info, .cm-diagnostic-hint': { borderLeftColor: 'var(--calm)' },
    '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--bad)' },
    '.cm-lintRange-warning': { backgroundImage: 'none', textDecoration: 'underline wavy var(--warn)' },
    '.cm-lintRange-info, .cm-lintRange-hint': { backgroundImage: 'none', textDecoration: 'underline dotted var(--calm)' },
    '.cm-changedLine, .cm-insertedLine': { backgroundColor: 'var(--good-soft) !important' },
    '.cm-deletedChunk': { backgroundColor: 'var(--bad-soft)' },
    '.cm-changedText': { background: 'color-mix(in srgb, var(--good) 25%, transparent) !important' },
    '.cm-deletedChunk .cm-deletedText': { background: 'color-mix(in srgb, var(--bad) 25%, transparent) !important' },
    '.cm-collapsedLines': { background: 'var(--surface-2) !important', color: 'var(--text-2)' },
    '.cm-collapsedLines:before, .cm-collapsedLines:after': { content: '"…" !important' },
    '.cm-diagnosticAction': { backgroundColor: 'var(--accent)', color: 'var(--on-accent)', borderRadius: '4px', padding: '2px 8px', cursor: 'pointer' },
    '.cm-chunkButtons button[name=accept]': { background: 'var(--good)', color: 'var(--surface)' },
    '.cm-chunkButtons button[name=reject]': { background: 'var(--bad)', color: 'var(--surface)' },
  }),
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--calm)' },
      { tag: [tags.string, tags.content], color: 'var(--good)' },
      { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: 'var(--plum)' },
      { tag: tags.comment, color: 'var(--text-3)', fontStyle: 'italic' },
      { tag: [tags.separator, tags.punctuation, tags.bracket], color: 'var(--text-2)' },
      { tag: tags.invalid, color: 'var(--bad)' },
    ]),
  ),
];

export const languageOf = (text: string): Extension => (text.trimStart().startsWith('{') ? json() : yaml());

export function SourceEditor({ ref, initial, readOnly, onReady, onChange, onSave, label }: SourceEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  // What was found last.
  const checked = useRef<Checked>(null);
  // What of that the editor shows, in the same order.
  const marks = useRef<readonly Diagnostic[]>([]);
  // The editor outlives renders; it calls what is current.
  const calls = useRef({ onReady, onChange, onSave });
  calls.current = { onReady, onChange, onSave };

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    // The editor brings its own styles: below a root of its own they need no exception from the page's policy for content.
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const editor = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: initial,
        extensions: [
          lineNumbers(),
          foldGutter(),
          lintGutter(),
          history(),
          drawSelection(),
          indentOnInput(),
          bracketMatching(),
          highlightActiveLine(),
          highlightActiveLineGutter(),
          highlightSelectionMatches(),
          search({ top: true }),
          languageOf(initial),
          looks,
          EditorState.tabSize.of(2),
          EditorState.readOnly.of(readOnly === true),
          EditorView.contentAttributes.of({ 'aria-label': label }),
          keymap.of([
            { key: 'Mod-s', preventDefault: true, run: () => (calls.current.onSave(), true) },
            ...defaultKeymap,
            ...searchKeymap,
            ...historyKeymap,
            ...foldKeymap,
            ...lintKeymap,
            indentWithTab,
          ]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) calls.current.onChange(update.changes, update.state.doc);
          }),
        ],
      }),
    });
    view.current = editor;
    calls.current.onReady(editor.state.doc);
    return () => {
      editor.destroy();
      view.current = null;
    };
    // One editor for one text: another text is another editor, by its key.
  }, []);

  const mend = (fixes: readonly DesignFix[]) => {
    const editor = view.current;
    // Places of another text are no places of this one; it is checked anew in a moment.
    if (!editor || readOnly || editor.state.doc !== checked.current?.doc || checked.current.check.kept) return false;
    const changes = together(fixes, editor.state.doc);
    if (changes.length > 0) editor.dispatch({ changes, userEvent: 'input', scrollIntoView: fixes.length === 1 });
    return changes.length > 0;
  };

  useImperativeHandle(
    ref,
    () => ({
      text: () => view.current?.state.doc.toString() ?? initial,
      edit: ({ from, to, insert }) => view.current?.dispatch({ changes: { from, to, insert }, userEvent: 'input' }),
      replace: (text) => view.current?.dispatch({ changes: { from: 0, to: view.current.state.doc.length, insert: text }, userEvent: 'input' }),
      show: (line, column = 0) => {
        const editor = view.current;
        if (!editor) return;
        const at = editor.state.doc.line(Math.min(Math.max(line, 1), editor.state.doc.lines));
        const place = Math.min(at.from + column, at.to);
        editor.dispatch({ selection: { anchor: place }, effects: EditorView.scrollIntoView(place, { y: 'center' }) });
        editor.focus();
      },
      findings: (found) => {
        const editor = view.current;
        if (!editor) return;
        const { doc, since } = found;
        checked.current = found;
        // The editor moves what it shows with what is typed by itself.
        const isCurrent = editor.state.doc === doc;
        if (!found.changed && !isCurrent) return;
        const at = (line: number, character: number) => {
          const { from, to } = doc.line(Math.min(line + 1, doc.lines));
          return Math.min(from + character, to);
        };
        const now = (place: number) => since?.mapPos(place) ?? place;
        const shown = found.check.findings.map((finding): Diagnostic => {
          const from = at(finding.line, finding.character);
          // What goes over many lines would underline them all.
          const to = finding.end_line === finding.line ? at(finding.end_line, finding.end_character) : doc.lineAt(from).to;
          const { code, message, severity, fix } = finding;
          // It may have moved since it was shown first.
          const apply = (_: EditorView, place: number) => {
            const now = checked.current;
            if (!now || editor.state.doc !== now.doc || now.check.kept) return;
            const is = now.check.findings.find((one) => one.code === code && one.message === message && now.doc.line(one.line + 1).from + one.character === place);
            if (is?.fix) mend([is.fix]);
          };
          return { from: now(from), to: now(Math.max(from, to)), severity: SEVERITY[severity as keyof typeof SEVERITY] ?? 'info', message, source: code, ...(fix && !readOnly && { actions: [{ name: fix.title, apply }] }) };
        });
        // What was taken away and came back by undo is not where it was: the editor cannot know.
        if (!found.changed && inPlace(editor.state, marks.current, shown)) return;
        marks.current = shown;
        editor.dispatch(setDiagnostics(editor.state, shown));
      },
      mend,
    }),
    [initial, readOnly],
  );

  return <div ref={host} style={{ height: '100%', minHeight: 0 }} />;
}
