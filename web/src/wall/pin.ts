/** What a PIN may be, as the server says. */
export const pinLength = { least: 6, most: 12 };
