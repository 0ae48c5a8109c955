/**
 * Whether a person is at this screen. What a key, a pointer or a finger did counts, and nothing else: reads that an event
 * or a timer caused keep nobody signed in.
 */

/** What a person does causes its requests within this time. */
const causes = 5_000;

/** Opening a page is something that a person does. */
let lastInput = Date.now();
let lastSpokenFor = 0;

const input = ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"] as const;

/** Until the returned function is called. */
export function watchInput(): () => void {
  const heard = (event: Event) => {
    if (event.isTrusted) lastInput = Date.now();
  };
  const options = { capture: true, passive: true };
  for (const type of input) addEventListener(type, heard, options);
  return () => {
    for (const type of input) removeEventListener(type, heard, options);
  };
}

export const lastInputAt = () => lastInput;

/** Whether a request of this moment speaks for a person: one did something just now, or what no request has told yet. */
export function tell(now = Date.now()): boolean {
  const active = lastInput > lastSpokenFor || now - lastInput < causes;
  if (active) lastSpokenFor = now;
  return active;
}

/** As if a key was pressed: a button that says so. */
export function act(now = Date.now()) {
  lastInput = now;
}
