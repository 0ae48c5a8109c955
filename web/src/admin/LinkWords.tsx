import { Button } from "@mantine/core";
import { exact } from "../lib/time";
import { useZone } from "../session/useZone";
import { CopyText } from "../ui/CopyText";
import css from "./admin.module.css";

type Props = {
  link: { url: string; expiresAt: string };
  name: string;
  /** An invitation, not a recovery. */
  first?: boolean;
  onClose(): void;
};

/** A link that is shown this once, to be handed to its person. */
export function LinkWords(props: Props) {
  const { link, name } = props;
  const zone = useZone();
  const url = new URL(link.url, location.origin).href;
  return (
    <div className={css.stack}>
      <p className={css.text}>
        Give this link to {name}, and to nobody else: whoever opens it chooses the password
        {props.first ? "" : ", and every older session ends"}. It works once, until{" "}
        {exact(link.expiresAt, zone)}, and is not shown again.
      </p>
      <CopyText text={url} label="Link" />
      <div className={css.acts}>
        <Button onClick={props.onClose}>Done</Button>
      </div>
    </div>
  );
}
