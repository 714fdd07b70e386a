// What is shown, heard: a frame's notes by the browser's own sound; nothing is loaded.
import { LOWEST } from "./roll.js";

export const BEAT = 600; // ms of a frame, a quarter note

// Returns play(keys): they sound for a beat, `up` semitones lower than the network reads them.
export function piano(up) {
  let context = null;
  return (keys) => {
    context ??= new AudioContext();
    const now = context.currentTime;
    for (const key of keys) {
      const [tone, loud] = [context.createOscillator(), context.createGain()];
      tone.type = "triangle";
      tone.frequency.value = 440 * 2 ** ((LOWEST + key - up - 69) / 12);
      loud.gain.setValueAtTime(0, now);
      loud.gain.linearRampToValueAtTime(0.5 / (3 + keys.length), now + 0.02);
      loud.gain.exponentialRampToValueAtTime(0.001, now + (1.4 * BEAT) / 1000);
      tone.connect(loud).connect(context.destination);
      tone.start(now);
      tone.stop(now + (1.5 * BEAT) / 1000);
    }
  };
}
