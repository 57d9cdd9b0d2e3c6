/** Two soft notes, made here: nothing to load. Browsers let them sound once somebody has clicked. */

const NOTES = [
  [659.3, 0],
  [880, 0.11],
];
const LASTS_S = 0.5;
const LOUDNESS = 0.06;

/** @type {AudioContext | undefined} */
let context;

export function chime() {
  context ??= new AudioContext();
  const begin = context.currentTime;
  for (const [frequency = 0, after = 0] of NOTES) {
    const note = context.createOscillator();
    const loudness = context.createGain();
    note.type = "sine";
    note.frequency.value = frequency;
    loudness.gain.setValueAtTime(0, begin + after);
    loudness.gain.linearRampToValueAtTime(LOUDNESS, begin + after + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.0001, begin + after + LASTS_S);
    note.connect(loudness).connect(context.destination);
    note.start(begin + after);
    note.stop(begin + after + LASTS_S);
  }
}
