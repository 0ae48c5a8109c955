/** The other programs that read from Huddle or write to it, each with a token of its own. */
import { Button, Skeleton } from "@mantine/core";
import { IconPlugConnected, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useQuery } from "urql";
import { readFragment } from "../gql";
import type { TokenLineFragment } from "../gql/graphql";
import { failureOf } from "../lib/errors";
import { ago, exact } from "../lib/time";
import { useSend } from "../live/useSend";
import { useZone } from "../session/useZone";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { EmptyFace, ErrorFace } from "../ui/Face";
import { toast } from "../ui/toast";
import { useNow } from "../ui/useNow";
import css from "./admin.module.css";
import { Integrations, RevokeToken, TokenLine } from "./documents";
import { TokenDialog } from "./TokenDialog";
import { scopeWords } from "./words";

export function IntegrationsPage() {
  const [{ data, error, fetching }, again] = useQuery({ query: Integrations });
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<TokenLineFragment | null>(null);
  const tokens = readFragment(TokenLine, data?.integrationTokens ?? []);
  const reread = () => again({ requestPolicy: "network-only" });

  if (!data && error)
    return <ErrorFace message={failureOf(error).message} onRetry={reread} busy={fetching} />;
  return (
    <>
      <div className={css.head}>
        <p>
          Another program signs in by a token. Give each its own, with no more rights than it needs, and
          revoke what is not used.
        </p>
        <Button leftSection={<IconPlus size={17} aria-hidden />} onClick={() => setMaking(true)}>
          New token
        </Button>
      </div>
      {!data ? (
        <Skeleton height={200} radius="md" />
      ) : tokens.length === 0 ? (
        <EmptyFace icon={<IconPlugConnected size={28} aria-hidden />} title="No integration yet">
          No other program reads from Huddle or writes to it.
        </EmptyFace>
      ) : (
        <div className={css.scroll}>
          <table className={css.table}>
            <caption className="visually-hidden">Integrations</caption>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">May</th>
                <th scope="col">Last used</th>
                <th scope="col">Ends</th>
                <th scope="col">
                  <span className="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {tokens.map((token) => (
                <Line key={token.id} token={token} onRevoke={() => setRevoking(token)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {making && (
        <TokenDialog
          onClose={() => {
            setMaking(false);
            reread();
          }}
        />
      )}
      {revoking && (
        <Revoke
          token={revoking}
          onClose={() => {
            setRevoking(null);
            reread();
          }}
        />
      )}
    </>
  );
}

function Line(props: { token: TokenLineFragment; onRevoke(): void }) {
  const { token } = props;
  const zone = useZone();
  const now = useNow("slow");
  return (
    <tr data-off={!token.active}>
      <td>
        <strong>{token.name}</strong>
        <span className={css.under}>
          made {exact(token.createdAt, zone)}
          {token.createdBy && ` by ${token.createdBy.displayName}`}
        </span>
      </td>
      <td>
        <span className={css.tags}>
          {token.scopes.map((scope) => (
            <span key={scope} className={css.tag}>
              {scopeWords[scope][0]}
            </span>
          ))}
        </span>
      </td>
      <td>{token.lastUsedAt ? ago(token.lastUsedAt, now, zone) : "Never"}</td>
      <td>
        {token.revokedAt ? (
          <span className={css.tag}>Revoked</span>
        ) : !token.active ? (
          <span className={css.tag}>Expired</span>
        ) : token.expiresAt ? (
          exact(token.expiresAt, zone)
        ) : (
          "Never"
        )}
      </td>
      <td>
        {token.active && (
          <div className={css.acts}>
            <Button size="xs" variant="default" aria-label={`Revoke ${token.name}`} onClick={props.onRevoke}>
              Revoke
            </Button>
          </div>
        )}
      </td>
    </tr>
  );
}

function Revoke(props: { token: TokenLineFragment; onClose(): void }) {
  const { token } = props;
  const send = useSend();

  async function revoke(): Promise<boolean> {
    const { failure, told } = await send({
      document: RevokeToken,
      input: { integrationTokenId: token.id },
      about: token.id,
      words: `revoke the token “${token.name}”`,
    });
    if (failure && !told) toast("bad", failure.message);
    return true;
  }

  return (
    <ConfirmDialog
      title={`Revoke “${token.name}”?`}
      action="Revoke"
      danger
      onClose={props.onClose}
      onConfirm={revoke}
    >
      The program is refused from this moment on. This cannot be taken back: make another token then.
    </ConfirmDialog>
  );
}
