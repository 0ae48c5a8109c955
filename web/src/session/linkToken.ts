/**
 * The secret of an invitation or recovery link stands after the # of /enter, so that no server's log has it. It is taken
 * out of the address before anything else is done, and kept in memory.
 */

let token = "";

export function takeToken(): string {
  if (location.pathname === "/enter" && location.hash.length > 1) {
    token = location.hash.slice(1);
    history.replaceState(history.state, "", location.pathname);
  }
  return token;
}

export function forgetToken() {
  token = "";
}

takeToken();
