// Groups and filters the operations of an outline into rows of one height, ready to be shown a window at a time.
import type { Outline, OutlineOperation } from './contract.ts';

export type Row =
  | { kind: 'group'; key: string; name: string; count: number; open: boolean }
  | { kind: 'operation'; key: string; operation: OutlineOperation };

const UNTAGGED = 'Operations';

export interface Group {
  name: string;
  description?: string | null;
  operations: OutlineOperation[];
}

/** Operations by their first tag, in the order of the contract's tags. */
export function groupsOf(outline: Outline): Group[] {
  const groups = new Map<string, Group>();
  for (const tag of outline.tags ?? []) groups.set(tag.name, { name: tag.name, description: tag.description, operations: [] });
  for (const operation of outline.operations) {
    const name = operation.tags?.[0] ?? UNTAGGED;
    const group = groups.get(name) ?? { name, operations: [] };
    group.operations.push(operation);
    groups.set(name, group);
  }
  return [...groups.values()].filter((group) => group.operations.length);
}

function matcher(filter: string): (operation: OutlineOperation) => boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return (operation) => {
    const text = `${operation.method} ${operation.path} ${operation.summary ?? ''} ${operation.id} ${operation.tags?.join(' ') ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
}

/** The rows to show: groups with their operations where open, or all that match a filter. */
export function rowsOf(groups: Group[], filter: string, open: ReadonlySet<string>): Row[] {
  const rows: Row[] = [];
  const filtering = filter.trim() !== '';
  const matches = matcher(filter);
  for (const group of groups) {
    const shown = filtering ? group.operations.filter(matches) : group.operations;
    if (!shown.length) continue;
    const isOpen = filtering || open.has(group.name);
    rows.push({ kind: 'group', key: `# ${group.name}`, name: group.name, count: shown.length, open: isOpen });
    if (isOpen) for (const operation of shown) rows.push({ kind: 'operation', key: operation.id, operation });
  }
  return rows;
}
