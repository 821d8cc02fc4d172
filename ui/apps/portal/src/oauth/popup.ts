// A person is asked in a window of its own, so that what this page holds in memory stays. The window tells over a channel of this site.
import { basepath } from '../workspace.ts';
import { type Returned, refused, returned } from './flow.ts';

const CHANNEL = 'pailou-oauth';

/** Where people come back to; has to be among the client's addresses. */
export const backAddress = () => `${location.origin}${basepath}/oauth-return`;

/** Whether a client may name an address of this site: only over TLS, or on the person's own machine (RFC 8252 §7.3). */
export const canComeBack = () => location.protocol === 'https:' || /^(127\.0\.0\.1|\[::1\]|localhost)$/.test(location.hostname);

/** Opens the window; at once, as browsers only let a click do so. */
export function openWindow(): Window {
  const opened = window.open('', '_blank', 'popup,width=560,height=760');
  if (!opened) throw refused('blocked');
  return opened;
}

/** Asks in the window, and waits for the answer with this state. */
export function answerFrom(opened: Window, question: string, state: string): Promise<Returned> {
  return new Promise((resolve, reject) => {
    const channel = new BroadcastChannel(CHANNEL);
    const end = () => {
      clearInterval(watch);
      channel.close();
      opened.close();
    };
    // Whoever answers closes the window, too: the answer may still be on its way when the window is gone.
    let gone = false;
    const watch = setInterval(() => {
      if (!opened.closed) return;
      if (!gone) {
        gone = true;
        return;
      }
      end();
      reject(refused('closed'));
    }, 500);
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      const answer = typeof data === 'string' ? returned(data) : undefined;
      if (answer?.state !== state) return;
      end();
      resolve(answer);
    };
    opened.location.replace(question);
  });
}

/** Tells the page that asked, from the window. */
export function tellBack(search: string): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(search);
  channel.close();
}
