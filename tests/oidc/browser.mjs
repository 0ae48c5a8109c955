// As much of a browser as a sign-in needs: cookies by site and path, redirects, a page that goes on by itself, forms.
export class Browser {
  #cookies = new Map();

  #take(url, response) {
    for (const line of response.headers.getSetCookie()) {
      const [pair, ...attributes] = line.split(/;\s*/);
      const [name, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
      const of = (key) => attributes.find((one) => one.toLowerCase().startsWith(`${key}=`))?.slice(key.length + 1);
      const gone = of("max-age") === "0" || Date.parse(of("expires")) < Date.now();
      const key = `${url.host} ${of("path") ?? "/"} ${name}`;
      if (gone) this.#cookies.delete(key);
      else this.#cookies.set(key, { host: url.host, path: of("path") ?? "/", strict: of("samesite") === "Strict", name, value });
    }
  }

  /** One request. `from` is the site whose page or redirect led here. */
  async ask(to, { from = to, method = "GET", body, headers = {} } = {}) {
    const url = new URL(to);
    const foreign = new URL(from).host !== url.host;
    const fits = (one) => one.host === url.host && url.pathname.startsWith(one.path) && !(foreign && one.strict);
    const cookie = [...this.#cookies.values()].filter(fits).map((one) => `${one.name}=${one.value}`).join("; ");
    const response = await fetch(url, { method, body, headers: { ...headers, cookie }, redirect: "manual" });
    this.#take(url, response);
    return response;
  }

  /** Follows redirects, and pages that go on by themselves; tells the last page and where it is. */
  async open(to, options = {}) {
    let [at, from] = [to, options.from ?? to];
    let response = await this.ask(at, { ...options, from });
    for (let steps = 0; steps < 20; steps++) {
      const text = await response.text();
      const refresh = /http-equiv="refresh" content="0;url=([^"]+)"/.exec(text)?.[1];
      const next = response.headers.get("location") ?? refresh;
      if (!next) return { at, text, status: response.status };
      // What a redirect of another site began stays foreign; a page of one's own that goes on is not.
      if (refresh) from = at;
      at = new URL(next.replaceAll("&amp;", "&"), at).href;
      response = await this.ask(at, { from });
    }
    throw new Error(`too many redirects, the last to ${at}`);
  }

  /** Sends the form of a page. */
  submit(page, fields) {
    const action = /<form[^>]*action="([^"]+)"/.exec(page.text)?.[1];
    if (!action) throw new Error(`no form at ${page.at}: ${page.text}`);
    const body = new URLSearchParams(fields).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return this.open(new URL(action, page.at).href, { from: page.at, method: "POST", body, headers });
  }
}
