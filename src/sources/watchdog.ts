/** Patience with an answer: for its beginning, for each further piece, and for the whole. @module */

/** Below this a connection is as good as broken: bytes that drip would keep it open for ever. */
const SLOWEST_BYTES_PER_SECOND = 2048;

/** Ends a request that has gone silent, or that takes longer than the slowest acceptable line would. */
export interface Watchdog {
  readonly signal: AbortSignal;
  readonly heard: () => void;
  readonly expect: (bytes: number) => void;
  readonly stop: () => void;
  /** Why it bit; absent while it did not. */
  readonly reason: string | undefined;
}

/** @param seconds of silence that are too many */
export function watchdog(seconds: number): Watchdog {
  const controller = new AbortController();
  let reason: string | undefined;
  const bite = (why: string, after: number): NodeJS.Timeout =>
    setTimeout(() => {
      reason = why;
      controller.abort();
    }, after * 1000);
  let silence = bite(`no answer for ${seconds} s`, seconds);
  let whole: NodeJS.Timeout | undefined;
  return {
    signal: controller.signal,
    heard: () => {
      clearTimeout(silence);
      silence = bite(`silence for ${seconds} s`, seconds);
    },
    expect: (bytes) => {
      const most = seconds + bytes / SLOWEST_BYTES_PER_SECOND;
      whole = bite(`less than the whole after ${Math.round(most)} s`, most);
    },
    stop: () => {
      clearTimeout(silence);
      clearTimeout(whole);
      // Whatever is still coming is not wanted: without this an unread body would hold its connection.
      controller.abort();
    },
    get reason() {
      return reason;
    },
  };
}
