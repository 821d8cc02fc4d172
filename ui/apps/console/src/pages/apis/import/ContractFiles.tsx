// The contract that is imported: typed, or of files that are chosen or dropped, of which one is the document.
import { Badge, Button, Callout, Field, format, Row, Select, Stack, TextArea, useToast } from '@pailou/kit';
import { type DragEvent, useRef, useState } from 'react';
import { type Gathered, type GivenFile, guessRoot, joined, readChosen, readDropped } from './files.ts';
import css from './ImportApi.module.css';

/** Longer documents are not shown in the text box: browsers get slow. */
const SHOWN_BYTES = 300_000;
/** Of a long list. */
const SHOWN = 50;

export interface Contract {
  files: GivenFile[];
  /** Which of them is the document. */
  root: string;
}

/** What a text that was typed is called. */
export const TYPED = '';

export function ContractFiles({ contract, gathered, onChange }: { contract: Contract; gathered?: Gathered; onChange: (contract: Contract) => void }) {
  const { files, root } = contract;
  const [over, setOver] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const toast = useToast();
  const text = gathered?.root.text ?? '';
  const several = files.length > 1;

  const add = async (reading: Promise<GivenFile[]>) => {
    try {
      const more = await reading;
      if (more.length === 0) {
        toast.failed('Nothing in there can be a contract');
        return;
      }
      // More files go with those that are there where one of these is missing; others take their place.
      const adds = (gathered?.missing.length ?? 0) > 0;
      const all = adds ? joined(files, more) : more;
      onChange({ files: all, root: adds ? root : (guessRoot(all) ?? TYPED) });
    } catch (error) {
      toast.failed(error instanceof Error ? error.message : 'The files could not be read');
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void add(readDropped(event.dataTransfer));
  };
  const type = (now: string) => onChange({ files: now === '' && !several ? [] : files.some((file) => file.path === root) ? files.map((file) => (file.path === root ? { ...file, text: now } : file)) : [{ path: TYPED, text: now }], root });
  const chosen = (input: HTMLInputElement) => {
    const picked = [...(input.files ?? [])];
    // The same can be chosen again.
    input.value = '';
    if (picked.length > 0) void add(readChosen(picked));
  };
  return (
    <Stack gap={3}>
      <div className={over ? css.over : css.drop} onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop}>
        <Row>
          <Button icon="upload" onClick={() => chooser.current?.click()}>
            Choose files
          </Button>
          <Button onClick={() => folder.current?.click()}>Choose a folder</Button>
        </Row>
        <span className="muted">{files.some((file) => file.path !== TYPED) ? told(files) : 'or drop them here, or paste below. With a contract of several files, take all of them or their folder.'}</span>
        <input ref={chooser} type="file" hidden multiple accept=".json,.yaml,.yml,.graphql,.graphqls,.gql,.proto,.wsdl,.xsd,.xml,.har,application/json" aria-label="Files" onChange={(event) => chosen(event.target)} />
        <input ref={folder} type="file" hidden multiple {...{ webkitdirectory: '' }} aria-label="Folder" onChange={(event) => chosen(event.target)} />
      </div>
      {several && (
        <Field label="The document" hint="The file that leads to the others.">
          {(control) => <Select {...control} value={root} onChange={(event) => onChange({ files, root: event.target.value })} options={files.map((file) => ({ value: file.path, label: file.path || 'The text below' }))} />}
        </Field>
      )}
      {gathered && gathered.missing.length > 0 && <Missing gathered={gathered} onAdd={() => chooser.current?.click()} />}
      {gathered && several && <FileList gathered={gathered} />}
      {text.length > SHOWN_BYTES ? (
        <Row>
          <span className="muted">The document is long; it is not shown.</span>
        </Row>
      ) : (
        <Field label={several && root !== TYPED ? `Text of ${root}` : 'Document'} required={!several}>
          {(control) => <TextArea {...control} mono rows={several ? 10 : 14} value={text} placeholder={'openapi: 3.1.0\ninfo:\n  title: Orders\n  version: "1"\npaths: …'} onChange={(event) => type(event.target.value)} />}
        </Field>
      )}
      {files.some((file) => file.path !== TYPED) && (
        <Row>
          <Button size="s" onClick={() => onChange({ files: [], root: TYPED })}>
            {several ? 'Take them away' : 'Take it away'}
          </Button>
        </Row>
      )}
    </Stack>
  );
}

function told(files: readonly GivenFile[]): string {
  const bytes = format.bytes(files.reduce((all, file) => all + file.text.length, 0));
  const [first, ...others] = files;
  return first && others.length === 0 ? `${first.path}, ${bytes}` : `${format.plural(files.length, 'file')}, ${bytes}`;
}

/** References that lead to nothing that came along. */
function Missing({ gathered, onAdd }: { gathered: Gathered; onAdd: () => void }) {
  const { missing } = gathered;
  const above = missing.some(({ path }) => path.startsWith('../'));
  return (
    <Callout tone="warn" icon="warning">
      <p>
        <strong>{missing.length === 1 ? 'One file that the document leads to is missing.' : `${format.count(missing.length)} files that the document leads to are missing.`}</strong> What {missing.length === 1 ? 'it holds' : 'they hold'} will be missing from the API.
      </p>
      <ul className={css.files} aria-label="Missing files">
        {missing.slice(0, SHOWN).map(({ path, from, line }) => (
          <li key={path}>
            <code>{path}</code>
            <span className="muted">{from === TYPED ? `line ${line}` : `${from}, line ${line}`}</span>
          </li>
        ))}
        {missing.length > SHOWN && <li>and {format.count(missing.length - SHOWN)} more</li>}
      </ul>
      {above && <p>Some lie above what was chosen: choose the folder that has all of them.</p>}
      <Button size="s" icon="plus" onClick={onAdd}>
        Add files
      </Button>
    </Callout>
  );
}

function FileList({ gathered }: { gathered: Gathered }) {
  const { root, beside, unused } = gathered;
  const rows = [{ path: root.path, badge: <Badge tone="good">the document</Badge> }, ...beside.map(({ path }) => ({ path, badge: <Badge>goes with it</Badge> })), ...unused.map((path) => ({ path, badge: <Badge tone="neutral">not needed</Badge> }))];
  return (
    <details className={css.list} open={rows.length <= 8}>
      <summary>
        {format.plural(beside.length + 1, 'file')} {beside.length === 0 ? 'is' : 'are'} imported{unused.length > 0 && `, ${format.count(unused.length)} not: nothing leads there`}
      </summary>
      <ul className={css.files} aria-label="Files of the contract">
        {rows.slice(0, SHOWN).map(({ path, badge }) => (
          <li key={path}>
            <code>{path || 'The text below'}</code> {badge}
          </li>
        ))}
        {rows.length > SHOWN && <li>and {format.count(rows.length - SHOWN)} more</li>}
      </ul>
    </details>
  );
}
