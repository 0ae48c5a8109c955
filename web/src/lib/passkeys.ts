/** Passkeys as the browser keeps them. What the server sends and gets is JSON text, in the forms of WebAuthn Level 3. */

/** A browser without them, or a page that is not served safely, has no passkeys to offer. */
export const passkeysHere = () =>
  typeof PublicKeyCredential !== "undefined" && "parseRequestOptionsFromJSON" in PublicKeyCredential;

type Options = { publicKey?: object };
const inner = (options: string) => {
  const parsed = JSON.parse(options) as Options;
  return (parsed.publicKey ?? parsed) as never;
};

/** Null: the person would rather not, or has none here. */
export async function askPasskey(options: string): Promise<string | null> {
  return textOf(() =>
    navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(inner(options)) }),
  );
}

export async function makePasskey(options: string): Promise<string | null> {
  return textOf(() =>
    navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(inner(options)),
    }),
  );
}

async function textOf(asked: () => Promise<Credential | null>): Promise<string | null> {
  try {
    const credential = (await asked()) as PublicKeyCredential | null;
    return credential && JSON.stringify(credential.toJSON());
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}
