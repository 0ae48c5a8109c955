/** The shared screens on the walls: which there are, whether they are on, and a new one by the code that it shows. */
import { Button, Modal, Skeleton, TextInput } from "@mantine/core";
import { IconDeviceTv, IconPlus } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import { useQuery } from "urql";
import { readFragment } from "../gql";
import type { DisplayLineFragment } from "../gql/graphql";
import { failureOf, sentence } from "../lib/errors";
import { ago, exact } from "../lib/time";
import { useSend } from "../live/useSend";
import { useZone } from "../session/useZone";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { EmptyFace, ErrorFace } from "../ui/Face";
import { toast } from "../ui/toast";
import { useNow } from "../ui/useNow";
import css from "./admin.module.css";
import { DisplayLine, Displays, RenameDisplay, RevokeDisplay } from "./documents";
import { PairDisplayDialog } from "./PairDisplayDialog";

const lookEvery = 30_000;

type Open = { is: "pair" } | { is: "rename" | "revoke"; display: DisplayLineFragment };

export function DisplaysPage() {
  const { code = null } = useSearch({ from: "/admin/displays" });
  const navigate = useNavigate();
  const zone = useZone();
  const now = useNow("slow");
  const [{ data, error, fetching }, again] = useQuery({ query: Displays });
  const [open, setOpen] = useState<Open | null>(code ? { is: "pair" } : null);
  const displays = readFragment(DisplayLine, data?.displays ?? []);
  const reread = () => again({ requestPolicy: "network-only" });

  useEffect(() => {
    const timer = setInterval(() => again({ requestPolicy: "network-only" }), lookEvery);
    return () => clearInterval(timer);
  }, [again]);

  const close = () => {
    setOpen(null);
    if (code) void navigate({ to: "/admin/displays", search: {}, replace: true });
    reread();
  };
  return (
    <>
      <div className={css.head}>
        <p>
          A wall display shows one team’s board for everybody in the room, with patients by their initials. It
          stays signed in until it is revoked here.
        </p>
        <Button leftSection={<IconPlus size={17} aria-hidden />} onClick={() => setOpen({ is: "pair" })}>
          Pair a display
        </Button>
      </div>
      {!data && error ? (
        <ErrorFace message={failureOf(error).message} onRetry={reread} busy={fetching} />
      ) : !data ? (
        <Skeleton height={200} radius="md" />
      ) : displays.length === 0 ? (
        <EmptyFace icon={<IconDeviceTv size={28} aria-hidden />} title="No display yet">
          Open <strong>{location.host}/pair</strong> on the screen in your huddle room, and type the code that
          it shows here.
        </EmptyFace>
      ) : (
        <div className={css.scroll}>
          <table className={css.table}>
            <caption className="visually-hidden">Wall displays</caption>
            <thead>
              <tr>
                <th scope="col">Where it hangs</th>
                <th scope="col">Team</th>
                <th scope="col">State</th>
                <th scope="col">Paired</th>
                <th scope="col">
                  <span className="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {displays.map((display) => (
                <tr key={display.id}>
                  <td>
                    <strong>{display.name}</strong>
                  </td>
                  <td>{display.careTeam.name}</td>
                  <td>
                    {display.online ? (
                      <span className={css.tag} data-tone="ok">
                        On
                      </span>
                    ) : (
                      <span className={css.tag}>
                        {display.lastSeenAt
                          ? `Off, last seen ${ago(display.lastSeenAt, now, zone)}`
                          : "Never seen"}
                      </span>
                    )}
                  </td>
                  <td>
                    {exact(display.confirmedAt, zone)}
                    <span className={css.under}>
                      {display.pairedBy ? `by ${display.pairedBy.displayName}` : "by the program itself"}
                    </span>
                  </td>
                  <td>
                    {display.careTeam.viewerCanPairDisplay && (
                      <div className={css.acts}>
                        <Button
                          size="xs"
                          variant="default"
                          aria-label={`Rename ${display.name}`}
                          onClick={() => setOpen({ is: "rename", display })}
                        >
                          Rename
                        </Button>
                        <Button
                          size="xs"
                          variant="default"
                          aria-label={`Revoke ${display.name}`}
                          onClick={() => setOpen({ is: "revoke", display })}
                        >
                          Revoke
                        </Button>
                      </div>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {open?.is === "pair" && <PairDisplayDialog code={code} onClose={close} />}
      {open?.is === "rename" && <Rename display={open.display} onClose={close} />}
      {open?.is === "revoke" && <Revoke display={open.display} onClose={close} />}
    </>
  );
}

type Acting = { display: DisplayLineFragment; onClose(): void };

function Rename(props: Acting) {
  const { display } = props;
  const send = useSend();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name")).trim();
    setBusy(true);
    const { failure: refused } = await send({
      document: RenameDisplay,
      input: { displayId: display.id, name },
      about: display.id,
      words: `rename the display “${display.name}”`,
    });
    setBusy(false);
    if (refused) setFailure(sentence("The name", refused));
    else props.onClose();
  }

  return (
    <Modal opened onClose={props.onClose} title="Rename the display" size="sm">
      <form className={css.stack} onSubmit={submit}>
        <TextInput
          name="name"
          label="Where does it hang?"
          defaultValue={display.name}
          required
          maxLength={80}
          data-autofocus
          error={failure}
        />
        <div className={css.acts}>
          <Button variant="default" onClick={props.onClose}>
            Back
          </Button>
          <Button type="submit" loading={busy}>
            Rename
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function Revoke(props: Acting) {
  const { display } = props;
  const send = useSend();

  async function revoke(): Promise<boolean> {
    const { failure, told } = await send({
      document: RevokeDisplay,
      input: { displayId: display.id },
      about: display.id,
      words: `revoke the display “${display.name}”`,
    });
    if (failure && !told) toast("bad", failure.message);
    if (!failure) toast("good", `“${display.name}” is signed out.`);
    return true;
  }

  return (
    <ConfirmDialog
      title={`Revoke “${display.name}”?`}
      action="Revoke"
      danger
      onClose={props.onClose}
      onConfirm={revoke}
    >
      The screen goes blank at once and asks to be paired again.
    </ConfirmDialog>
  );
}
