/**
 * Work of a page's beginning, in short tasks one after the other: between them the browser paints, and takes what
 * somebody types.
 */

/** A frame has 16 ms, and a phone is several times slower. */
const TURN_MS = 4;

/** @type {(() => void)[]} */
const waiting = [];
/** @type {Promise<void> | null} */
let working = null;

/** A new task: timers would do, but sleep in tabs that nobody sees. @returns {Promise<void>} */
export function nextTask() {
  const { scheduler } = /** @type {any} */ (globalThis);
  if (scheduler?.yield) return scheduler.yield();
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/**
 * When it is its turn: who comes first is first.
 *
 * @param {() => unknown} act
 * @returns {Promise<void>} when it is done
 */
export function inTurn(act) {
  return new Promise((resolve) => {
    waiting.push(() => {
      resolve();
      act();
    });
    working ??= work();
  });
}

/** @returns {Promise<void>} when nothing waits for its turn */
export async function turnsTaken() {
  await working;
}

async function work() {
  while (waiting.length) {
    await nextTask();
    const until = performance.now() + TURN_MS;
    do {
      try {
        waiting.shift()?.();
      } catch (error) {
        reportError(error); // the others have their turn all the same
      }
      await null; // what it made is drawn
    } while (waiting.length && performance.now() < until);
  }
  working = null;
}
