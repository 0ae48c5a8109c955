import { useLocation, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { wasWall } from "../wall/screen";

/** A screen that was a wall pairs anew. Once only: the address changes while this is still here, and must not become its own way back. */
export function ToSignIn() {
  const navigate = useNavigate();
  const [next] = useState(useLocation().href);
  useEffect(() => {
    if (wasWall()) void navigate({ to: "/pair", replace: true });
    else void navigate({ to: "/signin", search: { next }, replace: true });
  }, [navigate, next]);
  return null;
}
