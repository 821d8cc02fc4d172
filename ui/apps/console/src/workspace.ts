// Which workspace the console shows. Each tab has its own; a new one begins where the last was.
import * as admin from '@pailou/api/admin';

export const DEFAULT = 'default';
const KEY = 'pailou.workspace';

const kept = (storage: () => Storage): string | null => {
  try {
    return storage().getItem(KEY);
  } catch {
    return null;
  }
};

let current = kept(() => sessionStorage) ?? kept(() => localStorage) ?? DEFAULT;
admin.client.setWorkspace(current);

export const workspace = () => current;

/** Whether what operators decide for all workspaces is here. */
export const isOperators = () => current === DEFAULT;

/** Shows another workspace from now on. */
export function setWorkspace(name: string) {
  current = name;
  admin.client.setWorkspace(name);
  for (const storage of [() => sessionStorage, () => localStorage]) {
    try {
      storage().setItem(KEY, name);
    } catch {
      // Where nothing may be kept, it is remembered as long as the page is open.
    }
  }
}
