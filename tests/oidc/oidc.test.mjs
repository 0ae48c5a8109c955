// A browser signs in by a certified provider.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Browser } from "./browser.mjs";
import { freePort, startHuddle, startProvider } from "./parties.mjs";

const people = {
  ana: { name: "Ana Ruiz", email: "ana@clinic.example", email_verified: true, groups: ["nurses", "cedar"] },
  eve: { name: "Eve", email: "eve@clinic.example", email_verified: true, groups: ["visitors"] },
};

async function ask(browser, huddle, query) {
  const response = await browser.ask(`${huddle.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: huddle.url },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

/** From the link of the sign-in screen to where the browser ends. */
async function signIn(huddle, login, next = "/board?team=1") {
  const browser = new Browser();
  let page = await browser.open(`${huddle.url}/auth/oidc/start?next=${encodeURIComponent(next)}`);
  page = await browser.submit(page, { prompt: "login", login, password: "any" });
  page = await browser.submit(page, { prompt: "consent" });
  return { browser, page };
}

for (const inIdToken of [true, false]) {
  describe(`claims in the ${inIdToken ? "token" : "answer about the user"}`, () => {
    let provider, huddle;
    before(async () => {
      const port = await freePort();
      provider = await startProvider({ publicUrl: `http://127.0.0.1:${port}`, people, inIdToken });
      huddle = await startHuddle({ issuer: provider.issuer, port });
    });
    after(async () => {
      await huddle?.stop();
      await provider?.stop();
    });

    test("who the provider knows is signed in, and lands where they wanted to go", async () => {
      const { browser, page } = await signIn(huddle, "ana");

      assert.equal(page.at, `${huddle.url}/board?team=1`);
      const me = await ask(browser, huddle, "query Me { viewer { staff { displayName role } careTeams { name } } }");
      assert.deepEqual(me.data?.viewer, {
        staff: { displayName: "Ana Ruiz", role: "NURSE" },
        careTeams: [{ name: "Cedar" }],
      });
    });

    test("who has no role here is told so", async () => {
      const { browser, page } = await signIn(huddle, "eve");

      assert.equal(page.at, `${huddle.url}/signin?failed=no-role`);
      const me = await ask(browser, huddle, "query Me { viewer { isDisplay } }");
      assert.equal(me.errors[0].extensions.code, "UNAUTHENTICATED");
    });

    test("who changes their mind at the provider is back at the sign-in screen", async () => {
      const browser = new Browser();
      const page = await browser.open(`${huddle.url}/auth/oidc/start`);
      const abort = /href="([^"]+\/abort)"/.exec(page.text)[1];

      const back = await browser.open(new URL(abort, page.at).href, { from: page.at });

      assert.equal(back.at, `${huddle.url}/signin?failed=cancelled`);
    });

    test("nothing secret is in the log", async () => {
      await signIn(huddle, "ana");
      for (const secret of ["a secret of the test", "?code=", "&code=", "eyJ", "ana@clinic.example", "Ruiz"]) {
        assert.ok(!huddle.log().includes(secret), `${secret} in ${huddle.log()}`);
      }
    });
  });
}

test("a provider that is away is said to be, and Huddle serves", async () => {
  const port = await freePort();
  const huddle = await startHuddle({ issuer: `http://127.0.0.1:${await freePort()}`, port });
  try {
    const browser = new Browser();
    const page = await browser.open(`${huddle.url}/auth/oidc/start`);
    assert.equal(page.at, `${huddle.url}/signin?failed=provider-away`);
    const options = await ask(browser, huddle, "query Ways { signInOptions { password oidc { name } } }");
    assert.deepEqual(options.data.signInOptions, { password: true, oidc: { name: "Single sign-on" } });
  } finally {
    await huddle.stop();
  }
});
