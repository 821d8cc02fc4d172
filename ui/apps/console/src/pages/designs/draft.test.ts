import { ProblemError } from '@pailou/api';
import type { Written } from '@pailou/api/admin';
import { ChangeSet, Text } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { DraftText, isText } from './draft.ts';

/** A server that keeps texts. */
class Server {
  texts = new Map<string, string>();
  sent: Written[] = [];

  take = async (source: Written): Promise<{ base: string; text: string }> => {
    this.sent.push(source);
    let text: string;
    if ('text' in source) text = source.text;
    else {
      const base = this.texts.get(source.base);
      if (base === undefined) throw new ProblemError(409, 'conflict', 'gone', 'gone');
      let at = 0;
      text = '';
      for (const edit of source.edits) {
        text += base.slice(at, edit.from) + edit.insert;
        at = edit.to;
      }
      text += base.slice(at);
    }
    const base = `#${text}`;
    this.texts.set(base, text);
    await Promise.resolve();
    return { base, text };
  };
}

const type = (draft: DraftText, from: number, to: number, insert: string) => {
  const changes = ChangeSet.of({ from, to, insert }, draft.doc.length);
  draft.changed(changes, changes.apply(draft.doc));
};

describe('DraftText', () => {
  it('sends all of a text once, and then what changed', async () => {
    const [server, draft] = [new Server(), new DraftText(Text.of(['abc', 'def']))];
    expect((await draft.send(server.take)).text).toBe('abc\ndef');
    type(draft, 0, 1, 'X');
    type(draft, 7, 7, '\nY');
    expect((await draft.send(server.take)).text).toBe('Xbc\ndef\nY');
    expect(server.sent[1]).toEqual({ base: '#abc\ndef', edits: [{ from: 0, to: 1, insert: 'X' }, { from: 7, to: 7, insert: '\nY' }] });
    expect((await draft.send(server.take)).text).toBe('Xbc\ndef\nY');
    expect(server.sent[2]).toEqual({ base: '#Xbc\ndef\nY', edits: [] });
  });
  it('says what is meant when something is typed while an answer is on its way', async () => {
    const [server, draft] = [new Server(), new DraftText(Text.of(['']))];
    for (let round = 0; round < 20; round += 1) {
      const asked = [draft.send(server.take), draft.send(server.take)];
      type(draft, 0, 0, String(round % 10));
      await Promise.all(asked);
      expect((await draft.send(server.take)).text).toBe(draft.doc.toString());
    }
    expect(server.sent.filter((source) => 'text' in source).length).toBe(2);
  });
  it('knows what was typed since an answer was asked for', async () => {
    const [server, draft] = [new Server(), new DraftText(Text.of(['abc']))];
    const asked = draft.send(server.take);
    type(draft, 0, 0, 'X');
    type(draft, 4, 4, 'Y');
    await asked;
    expect(draft.changesSince(0)?.mapPos(1)).toBe(2);
    expect(draft.changesSince(1)?.apply(Text.of(['Xabc'])).toString()).toBe('XabcY');
    expect(draft.changesSince(2)).toBeUndefined();
  });
  it('takes no answer for known that was overtaken by one that the server forgot', async () => {
    const [server, draft] = [new Server(), new DraftText(Text.of(['abc']))];
    await draft.send(server.take);
    type(draft, 0, 0, 'X');
    let slow: () => void = () => expect.unreachable();
    const view = draft.send(async (source) => {
      const answer = await server.take(source);
      await new Promise<void>((resolve) => (slow = resolve));
      return answer;
    });
    type(draft, 0, 0, 'Y');
    await draft.send(server.take);
    type(draft, 0, 0, 'Z');
    server.texts.delete('#YXabc');
    let between: string | undefined;
    await draft.send(async (source) => {
      if ('text' in source) {
        slow();
        await view;
        between = (await draft.send(server.take)).text;
      }
      return server.take(source);
    });
    expect(between).toBe('ZYXabc');
  });
  it('sends all of it again to a server that has forgotten it', async () => {
    const [server, draft] = [new Server(), new DraftText(Text.of(['a']))];
    await draft.send(server.take);
    server.texts.clear();
    type(draft, 1, 1, 'b');
    expect((await draft.send(server.take)).text).toBe('ab');
    expect(server.sent.at(-1)).toEqual({ text: 'ab' });
  });
});

describe('what is stored', () => {
  it('is what the editor has, whatever ends its lines', () => {
    const doc = Text.of(['a: 1', 'b: 2', '']);
    expect(isText(doc, 'a: 1\nb: 2\n')).toBe(true);
    expect(isText(doc, 'a: 1\r\nb: 2\r\n')).toBe(true);
    expect(isText(doc, 'a: 1\nb: 3\n')).toBe(false);
    expect(isText(doc, 'a: 1\nb: 2')).toBe(false);
  });
});
