/**
 * For the field that a dialog begins with: it has the keyboard from the moment it is there, so that words typed right
 * after the key that opened it are not lost. By itself the dialog gives it the focus a moment later.
 */
export const begins = {
  "data-autofocus": true,
  ref: (field: HTMLElement | null) => field?.focus({ preventScroll: true }),
};
