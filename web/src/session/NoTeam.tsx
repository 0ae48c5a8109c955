import { Button } from "@mantine/core";
import css from "./entry.module.css";
import { useSession, useViewer } from "./Session";
import { Entry } from "./SignInPage";

/** For somebody who has not been given a place on a care team yet. */
export function NoTeam() {
  const { signOut } = useSession();
  const viewer = useViewer();
  return (
    <Entry>
      <div className={css.form}>
        <h2>Signed in as {viewer.staff?.displayName ?? "nobody"}</h2>
        <p className={css.lead}>You are on no care team, so there is no board and no patient to see here.</p>
        <p className={css.small}>
          Ask your manager for a place on a team. It shows here as soon as you sign in again.
        </p>
        <Button size="md" variant="default" onClick={signOut}>
          Sign out
        </Button>
      </div>
    </Entry>
  );
}
