// What is shown, heard: a frame's notes by the browser's own sound; nothing is loaded.

const LOWEST = 21; // the MIDI number of a piano's first key
export const BEAT = 600; // ms of a frame, a quarter note

// A network that reads the 88 keys of a piano.
export const musical = (net) => net.arrays.some(([name, shape]) => name === "x" && shape[1] === 88);

// Returns play(keys): they sound for a beat.
export function piano() {
  let context = null;
  return (keys) => {
    context ??= new AudioContext();
    const now = context.currentTime;
    for (const key of keys) {
      const [tone, loud] = [context.createOscillator(), context.createGain()];
      tone.type = "triangle";
      tone.frequency.value = 440 * 2 ** ((LOWEST + key - 69) / 12);
      loud.gain.setValueAtTime(0, now);
      loud.gain.linearRampToValueAtTime(0.5 / (3 + keys.length), now + 0.02);
      loud.gain.exponentialRampToValueAtTime(0.001, now + (1.4 * BEAT) / 1000);
      tone.connect(loud).connect(context.destination);
      tone.start(now);
      tone.stop(now + (1.5 * BEAT) / 1000);
    }
  };
}
