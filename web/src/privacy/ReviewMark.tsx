import { IconUrgent } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useAlert } from "./alerts";
import css from "./privacy.module.css";

/** In the header of whoever reviews: what waits. */
export function ReviewMark() {
  const waiting = useAlert()?.openReviews ?? 0;
  if (waiting === 0) return null;
  return (
    <Link to="/privacy/$tab" params={{ tab: "emergencies" }} className={css.mark}>
      <IconUrgent size={16} aria-hidden /> {waiting} to review
    </Link>
  );
}
